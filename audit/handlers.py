"""What the outbox promises: a seal's statement to a file, to syslog, or to an officer."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

from django.conf import settings

from audit import outlets, queries
from audit.models import Channel
from audit.services import publishing
from audit.statements import Statement
from kernel import mail
from kernel.actors import Actor
from kernel.models import OutboxMessage

ACTOR = Actor.system("publish")


def root_to_file(message: OutboxMessage) -> None:
    """Add the statement to the file outside."""
    statement = _statement(message)
    outlets.append(Path(settings.SEAL_ROOTS), statement)
    publishing.record_delivery(actor=ACTOR, number=statement.seal, channel=Channel.FILE)


def root_to_syslog(message: OutboxMessage) -> None:
    """Send the statement to the log host."""
    statement = _statement(message)
    outlets.to_syslog(settings.SEAL_SYSLOG, statement)
    publishing.record_delivery(actor=ACTOR, number=statement.seal, channel=Channel.SYSLOG)


def root_to_officer(message: OutboxMessage) -> None:
    """Send the statement to one of the officers: numbers and digests, nothing else."""
    statement, place = _statement(message), int(message.payload["officer"])
    if place >= len(settings.SEAL_OFFICERS):
        return  # the settings name fewer than they did
    _send(settings.SEAL_OFFICERS[place], statement, message.pk)
    publishing.record_delivery(
        actor=ACTOR, number=statement.seal, channel=Channel.MAIL, place=place
    )


def alarm(message: OutboxMessage) -> None:
    """Tell one of the officers that the audit is not whole: how much is wrong, and where to look."""
    place = int(message.payload["officer"])
    if place < len(settings.SEAL_OFFICERS):
        mail.send(
            to=settings.SEAL_OFFICERS[place],
            subject="The audit of the information sharing portal may have been tampered with",
            template="audit_alarm",
            context={"problems": int(message.payload["problems"]), "link": mail.link("home")},
            message_id=message.pk,
        )


def _send(address: str, statement: Statement, message_id: UUID) -> None:
    mail.send(
        to=address,
        subject=f"Seal {statement.seal} of the audit: please keep this message",
        template="seal",
        context={"statement": statement, "line": statement.line()},
        message_id=message_id,
    )


def _statement(message: OutboxMessage) -> Statement:
    return Statement.of(queries.seals(ACTOR).get(number=message.payload["seal"]))
