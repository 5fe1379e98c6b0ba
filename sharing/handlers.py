"""Secure-transfer notices: that something waits, its reference and a link. Never a name or a case.

A topic of the journey fans out into one message per recipient; each is sent on its own, after the
recipient's right has been checked again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from uuid import UUID

from agencies import attendance
from agencies import queries as agencies
from agencies.access import actor_for
from kernel import mail, outbox
from kernel.actors import Actor
from kernel.models import OutboxMessage
from sharing import queries
from sharing.models import Answer, Ask, Recipient
from sharing.notices import NOTICES, Notice
from sharing.queries import emergency
from sharing.queries.mailboxes import dossier_of, mailbox_for
from sharing.states.righting import RecallReason

NOTICE = "sharing.notice"


def register() -> None:
    """Called once the apps are ready."""
    outbox.register("sharing.ask_sent", tell_desk)
    outbox.register("sharing.ask_answered", tell_recipients)
    outbox.register("sharing.ask_nearly_due", tell_who_answers)
    outbox.register("sharing.ask_overdue", tell_both_sides)
    outbox.register("sharing.ask_handed_on", tell_taker)
    outbox.register("sharing.ask_passed_on", tell_of_passing_on)
    outbox.register("sharing.ask_stays", tell_nobody_is_there)
    outbox.register("sharing.shared", tell_shared)
    outbox.register("sharing.word_back_sent", tell_of_word_back)
    outbox.register("sharing.put_right", tell_put_right)
    outbox.register("sharing.recalled", tell_of_recall)
    outbox.register("sharing.escalation_moved", partial(tell_of_escalation, "ESCALATED"))
    outbox.register("sharing.escalation_ended", partial(tell_of_escalation, "ESCALATION_ENDED"))
    outbox.register("sharing.escalation_late", partial(tell_of_escalation, "ESCALATION_LATE"))
    outbox.register("sharing.emergency", tell_of_emergency)
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
    """Overdue: to the desk again, and to the asker, who may ring. Each time is told of once."""
    ask = queries.ask_by_id(outbox.payload_id(message, "ask_id"))
    number = message.payload.get("number", 1)
    _notify_desk(message, ask, "OVERDUE_AT_DESK", number)
    asker = [ask.request.asked_by_id]
    _notify(message, "OVERDUE_TO_ASKER", ask.pk, people=asker, number=number)


def tell_who_answers(message: OutboxMessage) -> None:
    """Nearly due: to whoever took it on; where nobody did, or they are away, to all at the desk."""
    ask = queries.ask_by_id(outbox.payload_id(message, "ask_id"))
    if ask.claimed_by_id and not attendance.absences_today([ask.claimed_by_id]):
        _notify(message, "NEARLY_DUE", ask.pk, people=[ask.claimed_by_id])
    else:
        _notify_desk(message, ask, "NEARLY_DUE")


def tell_taker(message: OutboxMessage) -> None:
    """Handed on: to whom it was given, each time it was."""
    ask = queries.ask_by_id(outbox.payload_id(message, "ask_id"))
    taker = outbox.payload_id(message, "to")
    if ask.claimed_by_id == taker:
        _notify(message, "HANDED_ON", ask.pk, people=[taker], number=message.pk)


def tell_of_passing_on(message: OutboxMessage) -> None:
    """Passed on: to the fallback, to the desk that it was passed on from, and to the asker."""
    ask = queries.ask_by_id(outbox.payload_id(message, "ask_id"))
    _notify_desk(message, ask, "PASSED_TO_YOU")
    if ask.passed_from_id:
        _notify_desk(message, queries.ask_by_id(ask.passed_from_id), "PASSED_FROM_DESK")
    _notify(message, "PASSED_TO_ASKER", ask.pk, people=[ask.request.asked_by_id])


def tell_nobody_is_there(message: OutboxMessage) -> None:
    """It stays where nobody is: to the asker, and to the desk behind them that may ring instead."""
    ask = queries.ask_by_id(outbox.payload_id(message, "ask_id"))
    own = [ask.request.asking_desk_id] if ask.request.asking_desk_id else []
    seated = [one.pk for there in agencies.desk_people(own).values() for one in there]
    _notify(message, "NOBODY_THERE", ask.pk, people={ask.request.asked_by_id, *seated})


def tell_of_word_back(message: OutboxMessage) -> None:
    """What came of it: to each desk that the asker chose to tell."""
    word_back_id = outbox.payload_id(message, "word_back_id")
    for ask in queries.asks_told(word_back_id):
        _notify_desk(message, ask, "WORD_BACK", number=word_back_id)


def tell_put_right(message: OutboxMessage) -> None:
    """Something that was shared is put right: to whom it was addressed, until they say they know."""
    row = queries.acknowledgement_by_id(outbox.payload_id(message, "acknowledgement_id"))
    if row.acknowledged_at is None:
        _tell_recipient(message, row.recipient, "PUT_RIGHT", row.recipient.answer_id)


def tell_of_recall(message: OutboxMessage) -> None:
    """Opened by mistake: to whoever has copies to see to. Given back: to the sender too.

    What nobody had opened is told to those who lead the agency that sent it.
    """
    recall = queries.recall_by_id(outbox.payload_id(message, "recall_id"))
    answer = recall.recipient.answer
    if recall.was_opened and not recall.copies:
        _tell_recipient(message, recall.recipient, "RECALLED", recall.pk)
    elif not recall.was_opened:
        leads = [one.pk for one in agencies.leads_of(answer.from_agency.pk)]
        _notify(message, "RECALLED_UNOPENED", recall.pk, people=leads)
    if recall.why == RecallReason.NOT_MEANT_FOR_ME and "again" not in message.payload:
        _notify(message, "GIVEN_BACK", recall.pk, people=[answer.decided_by_id])


def _tell_recipient(
    message: OutboxMessage, recipient: Recipient, code: str, target_id: UUID
) -> None:
    desks = {recipient.desk_id} if recipient.desk_id else set()
    people = {recipient.membership_id} if recipient.membership_id else set()
    people |= _without_mailbox(desks, recipient.answer.safe.dossier_id)
    _notify(message, code, target_id, people=people, desks=desks, number=message.pk)


def tell_of_escalation(code: str, message: OutboxMessage) -> None:
    """A disagreement moved: both desks, whoever asked and whoever was brought in."""
    one = queries.escalation_by_id(outbox.payload_id(message, "escalation_id"))
    asking = one.ask.request
    desks = {desk for desk in (asking.asking_desk_id, one.ask.desk_id) if desk}
    people = {asking.asked_by_id, *(party.membership_id for party in one.parties.all())}
    people |= _without_mailbox(desks, asking.dossier_id)
    people -= {message.membership_id}
    _notify(message, code, one.pk, people=people, desks=desks, number=message.pk)


def _notify_desk(message: OutboxMessage, ask: Ask, code: str, number: object = 1) -> None:
    """The desk's mailbox and its people: those who are away only where nobody else is left."""
    seated = agencies.desk_people([ask.desk_id])[ask.desk_id]
    people = [one.pk for one in seated if one.user_id != ask.request.asked_by.user_id]
    away = attendance.absences_today(people)
    present = [one for one in people if one not in away] or people
    _notify(message, code, ask.pk, people=present, desks=[ask.desk_id], number=number)


def _notify(
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


def tell_of_emergency(message: OutboxMessage) -> None:
    """Opened, or its review is late: to who answers for it and the desks. Reviewed: to the opener."""
    opening = emergency.opening_by_id(outbox.payload_id(message, "opening_id"))
    event, number = message.payload["event"], message.payload.get("number", 1)
    if event == "REVIEWED":
        _notify(message, "EMERGENCY_REVIEWED", opening.pk, people=[opening.opened_by_id])
        return
    answerable = emergency.answerable_for(opening.agency_id, opening.dossier_id)
    people = {one.pk for one in answerable}
    desks = set(opening.desks) if event == "OPENED" else set()
    people |= _without_mailbox(desks, opening.dossier_id)
    people -= {opening.opened_by_id}
    _notify(message, f"EMERGENCY_{event}", opening.pk, people=people, desks=desks, number=number)


def _sees_emergency(actor: Actor, opening_id: UUID) -> bool:
    return emergency.openings(actor).filter(pk=opening_id).exists()


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


_SCOPES: dict[str, Callable[[Actor, UUID], bool]] = {
    "ask": _sees_ask,
    "own_ask": _sees_own_ask,
    "answer": _sees_answer,
    "recall": _sees_recall,
    "release": _sees_release,
    "escalation": _sees_escalation,
    "emergency": _sees_emergency,
}
