"""Sending one notice, once its recipient's right was checked again."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from agencies import queries as agencies
from agencies.access import actor_for
from kernel import mail, outbox
from kernel.actors import Actor
from kernel.models import OutboxMessage
from sharing import queries
from sharing.notices import NOTICES, Notice
from sharing.queries import emergency
from sharing.queries.mailboxes import dossier_of, mailbox_for


def send_notice(message: OutboxMessage) -> None:
    """Send one message, unless its recipient may no longer see what it points to."""
    notice = NOTICES[message.payload["code"]]
    target_id = outbox.payload_id(message, "target_id")
    if notice.while_open and not queries.is_open(target_id):
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


def _sees_release(actor: Actor, release_id: UUID) -> bool:
    return queries.releases(actor).filter(pk=release_id).exists()


def _sees_recall(actor: Actor, recall_id: UUID) -> bool:
    return queries.recalls(actor).filter(pk=recall_id).exists()


def _sees_escalation(actor: Actor, escalation_id: UUID) -> bool:
    return queries.escalations(actor).filter(pk=escalation_id).exists()


def _sees_emergency(actor: Actor, opening_id: UUID) -> bool:
    return emergency.openings(actor).filter(pk=opening_id).exists()


_SCOPES: dict[str, Callable[[Actor, UUID], bool]] = {
    "ask": _sees_ask,
    "own_ask": _sees_own_ask,
    "answer": _sees_answer,
    "recall": _sees_recall,
    "release": _sees_release,
    "escalation": _sees_escalation,
    "emergency": _sees_emergency,
}
