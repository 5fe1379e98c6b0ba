"""Secure-transfer notices: that something waits, its reference and a link. Never a name or a case.

A topic of the journey fans out into one message per recipient; each is sent on its own, after the
recipient's right has been checked again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from uuid import UUID

from agencies import queries as agencies
from agencies.access import actor_for
from kernel import mail, outbox
from kernel.actors import Actor
from kernel.models import OutboxMessage
from sharing import queries
from sharing.models import Answer, Ask
from sharing.notices import NOTICES, Notice
from sharing.queries.mailboxes import dossier_of, mailbox_for

NOTICE = "sharing.notice"


def register() -> None:
    """Called once the apps are ready."""
    outbox.register("sharing.ask_sent", tell_desk)
    outbox.register("sharing.ask_answered", tell_recipients)
    outbox.register("sharing.ask_overdue", tell_both_sides)
    outbox.register("sharing.shared", tell_shared)
    outbox.register(NOTICE, send_notice)


def tell_desk(message: OutboxMessage) -> None:
    """A new request: to the desk's people and to its role mailbox."""
    ask = queries.ask_by_id(outbox.payload_id(message, "ask_id"))
    _notify_desk(message, ask, "NEW_REQUEST")


def tell_recipients(message: OutboxMessage) -> None:
    """Answered: to the asker; and to everybody else that something was shared with."""
    ask = queries.ask_by_id(outbox.payload_id(message, "ask_id"))
    _notify(message, "ANSWERED", ask.pk, people=[ask.request.asked_by_id])
    for answer in queries.answers_to_ask(ask):
        _tell_addressed(message, answer, but=ask.request.asked_by_id)


def tell_shared(message: OutboxMessage) -> None:
    """Shared unasked: to everybody it was addressed to."""
    share = queries.share_by_id(outbox.payload_id(message, "share_id"))
    for answer in queries.answers_in_share(share):
        _tell_addressed(message, answer)


def _tell_addressed(message: OutboxMessage, answer: Answer, but: UUID | None = None) -> None:
    people = {r.membership_id for r in answer.recipients.all() if r.membership_id}
    desks = {r.desk_id for r in answer.recipients.all() if r.desk_id}
    others = (people | _without_mailbox(desks, answer.case.dossier_id)) - {but}
    _notify(message, "SHARE_WAITING", answer.pk, people=others, desks=desks)


def _without_mailbox(desk_ids: Iterable[UUID], dossier_id: UUID) -> set[UUID]:
    """A desk whose role mailbox cannot be used is told through its people: somebody must know."""
    silent = [one for one in desk_ids if not mailbox_for(one, dossier_id)]
    return {member.pk for seated in agencies.desk_people(silent).values() for member in seated}


def tell_both_sides(message: OutboxMessage) -> None:
    """Overdue: to the desk again, and to the asker, who may ring."""
    ask = queries.ask_by_id(outbox.payload_id(message, "ask_id"))
    _notify_desk(message, ask, "OVERDUE_AT_DESK")
    _notify(message, "OVERDUE_TO_ASKER", ask.pk, people=[ask.request.asked_by_id])


def _notify_desk(message: OutboxMessage, ask: Ask, code: str) -> None:
    seated = agencies.desk_people([ask.desk_id])[ask.desk_id]
    people = [one.pk for one in seated if one.user_id != ask.request.asked_by.user_id]
    _notify(message, code, ask.pk, people=people, desks=[ask.desk_id])


def _notify(
    message: OutboxMessage,
    code: str,
    target_id: UUID,
    *,
    people: Iterable[UUID],
    desks: Iterable[UUID] = (),
) -> None:
    """One message per recipient, promised once however often this runs."""
    recipients = [("PERSON", one) for one in people] + [("DESK", one) for one in desks]
    for kind, holder_id in recipients:
        outbox.enqueue(
            NOTICE,
            actor=_promised_by(message),
            key=f"{code}:{target_id}:{holder_id}",
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


def send_notice(message: OutboxMessage) -> None:
    """Send one message, unless its recipient may no longer see what it points to."""
    notice = NOTICES[message.payload["code"]]
    target_id = outbox.payload_id(message, "target_id")
    if notice.while_open and queries.is_answered(target_id):
        return
    holder_id = outbox.payload_id(message, "holder_id")
    find = _to_person if message.payload["kind"] == "PERSON" else _to_desk
    address = find(notice, target_id, holder_id)
    if address:
        reference = queries.reference_of(notice.about, target_id)
        mail.send(
            to=address,
            subject=notice.subject.format(reference=reference),
            template="notice",
            context={
                "notice": notice,
                "reference": reference,
                "link": mail.link(notice.view, target_id),
            },
            message_id=message.pk,
        )


def _to_person(notice: Notice, target_id: UUID, membership_id: UUID) -> str:
    """The person's address, if they still act for their agency and still see the record."""
    actor = actor_for(membership_id, via="system:notices")
    if actor is None or not _SCOPES[notice.about](actor, target_id):
        return ""
    return agencies.address_of(membership_id)


def _to_desk(notice: Notice, target_id: UUID, desk_id: UUID) -> str:
    """The desk's role mailbox, if it still takes requests and whoever sits there sees the record."""
    anybody_there = Actor(desk_ids=frozenset({desk_id}), via="system:notices")
    if not _SCOPES[notice.about](anybody_there, target_id):
        return ""
    return mailbox_for(desk_id, dossier_of(notice.about, target_id))


def _sees_ask(actor: Actor, ask_id: UUID) -> bool:
    return queries.asks(actor).filter(pk=ask_id).exists()


def _sees_own_ask(actor: Actor, ask_id: UUID) -> bool:
    return queries.requests(actor).filter(asks=ask_id).exists()


def _sees_answer(actor: Actor, answer_id: UUID) -> bool:
    return queries.answers(actor).filter(pk=answer_id).exists()


_SCOPES: dict[str, Callable[[Actor, UUID], bool]] = {
    "ask": _sees_ask,
    "own_ask": _sees_own_ask,
    "answer": _sees_answer,
}
