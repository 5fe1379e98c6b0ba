"""To whom a notice goes: one message for each, promised once."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from agencies import attendance
from agencies import queries as agencies
from kernel import outbox
from kernel.actors import Actor
from kernel.models import OutboxMessage
from sharing.models import Answer, Ask, Recipient
from sharing.queries.mailboxes import mailbox_for

NOTICE = "sharing.notice"


def notify(
    message: OutboxMessage,
    code: str,
    target_id: UUID,
    *,
    people: Iterable[UUID],
    desks: Iterable[UUID] = (),
    number: object = 1,
) -> None:
    """One message per recipient, promised once for each number however often this runs."""
    again = "" if number == 1 else f":{number}"
    recipients = [("PERSON", one) for one in people] + [("DESK", one) for one in desks]
    for kind, holder_id in recipients:
        outbox.enqueue(
            NOTICE,
            actor=_promised_by(message),
            key=f"{code}:{target_id}:{holder_id}{again}",
            code=code,
            target_id=target_id,
            kind=kind,
            holder_id=holder_id,
        )


def _promised_by(message: OutboxMessage) -> Actor:
    return Actor(
        user_id=message.user_id,
        membership_id=message.membership_id,
        agency_id=message.agency_id,
        via="system:notices",
    )


def notify_desk(message: OutboxMessage, ask: Ask, code: str, number: object = 1) -> None:
    """The desk's mailbox and its people: those who are away only where nobody else is left."""
    seated = agencies.desk_people([ask.desk_id])[ask.desk_id]
    people = [one.pk for one in seated if one.user_id != ask.request.asked_by.user_id]
    away = attendance.absences_today(people)
    present = [one for one in people if one not in away] or people
    notify(message, code, ask.pk, people=present, desks=[ask.desk_id], number=number)


def without_mailbox(desk_ids: Iterable[UUID], dossier_id: UUID) -> set[UUID]:
    """A desk whose role mailbox cannot be used is told through its people: somebody must know."""
    silent = [one for one in desk_ids if not mailbox_for(one, dossier_id)]
    return {member.pk for seated in agencies.desk_people(silent).values() for member in seated}


def tell_recipient(
    message: OutboxMessage, recipient: Recipient, code: str, target_id: UUID
) -> None:
    desks = {recipient.desk_id} if recipient.desk_id else set()
    people = {recipient.membership_id} if recipient.membership_id else set()
    people |= without_mailbox(desks, recipient.answer.safe.dossier_id)
    notify(message, code, target_id, people=people, desks=desks, number=message.pk)


def tell_addressed(message: OutboxMessage, answer: Answer, but: UUID | None = None) -> None:
    people = {r.membership_id for r in answer.recipients.all() if r.membership_id}
    desks = {r.desk_id for r in answer.recipients.all() if r.desk_id}
    others = (people | without_mailbox(desks, answer.case.dossier_id)) - {but}
    notify(message, "SHARE_WAITING", answer.pk, people=others, desks=desks)
