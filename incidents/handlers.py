"""Telling those who answer for an incident: its reference and a link. Each right is checked again."""

from __future__ import annotations

from dataclasses import dataclass

from agencies import queries as agencies
from agencies.access import actor_for
from incidents import queries
from kernel import mail, outbox
from kernel.actors import Actor
from kernel.models import OutboxMessage

NOTICE = "incidents.notice"


@dataclass(frozen=True, slots=True)
class Notice:
    """The words of one kind of message. None says whom or what it is about."""

    subject: str
    heading: str
    words: str
    while_undecided: bool = False


NOTICES = {
    "OPENED": Notice(
        "{reference}: something went wrong with information",
        "An incident was reported",
        "Your agency is concerned. The time within which the regulator may have to be told is "
        "running. Sign in to see how long is left, and assess it.",
    ),
    "REMINDER": Notice(
        "{reference}: an incident waits for a decision",
        "An incident waits for a decision",
        "The time within which the regulator may have to be told has nearly run out, or has run "
        "out. Sign in and decide.",
        while_undecided=True,
    ),
}


def register() -> None:
    """Called once the apps are ready."""
    outbox.register("incidents.opened", tell_of_opening)
    outbox.register("incidents.reminder", remind)
    outbox.register(NOTICE, send_notice)


def tell_of_opening(message: OutboxMessage) -> None:
    """To everybody who answers for it, one message each."""
    _fan_out(message, "OPENED", "first")


def remind(message: OutboxMessage) -> None:
    """To the same again; each reminder is a promise of its own."""
    _fan_out(message, "REMINDER", str(message.pk))


def _fan_out(message: OutboxMessage, code: str, once: str) -> None:
    incident = queries.by_id(outbox.payload_id(message, "incident_id"))
    promised_by = Actor(
        user_id=message.user_id,
        membership_id=message.membership_id,
        agency_id=message.agency_id,
        via="system:notices",
    )
    for membership_id in incident.told.values_list("membership_id", flat=True):
        outbox.enqueue(
            NOTICE,
            actor=promised_by,
            key=f"{code}:{incident.pk}:{membership_id}:{once}",
            code=code,
            incident_id=incident.pk,
            holder_id=membership_id,
        )


def send_notice(message: OutboxMessage) -> None:
    """Send one message, unless its recipient may no longer see the incident."""
    notice = NOTICES[message.payload["code"]]
    holder_id = outbox.payload_id(message, "holder_id")
    actor = actor_for(holder_id, via="system:notices")
    seen = queries.incidents(actor).filter(pk=message.payload["incident_id"]) if actor else None
    incident = seen.first() if seen is not None else None
    address = agencies.address_of(holder_id)
    if not (incident and address) or (notice.while_undecided and incident.decision):
        return
    mail.send(
        to=address,
        subject=notice.subject.format(reference=incident.reference),
        template="notice",
        context={
            "notice": notice,
            "reference": incident.reference,
            "link": mail.link("incidents:incident", incident.pk),
        },
        message_id=message.pk,
    )
