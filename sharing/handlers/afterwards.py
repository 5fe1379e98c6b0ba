"""Whom is told of what comes after: put right, taken back, disputed, opened in an emergency."""

from __future__ import annotations

from agencies import queries as agencies
from kernel import outbox
from kernel.models import OutboxMessage
from sharing import queries
from sharing.handlers.addressing import (
    notify,
    notify_desk,
    tell_recipient,
    without_mailbox,
)
from sharing.queries import emergency
from sharing.states.righting import RecallReason


def tell_put_right(message: OutboxMessage) -> None:
    """Something that was shared is put right: to whom it was addressed, until they say they know."""
    row = queries.acknowledgement_by_id(outbox.payload_id(message, "acknowledgement_id"))
    if row.acknowledged_at is None:
        tell_recipient(message, row.recipient, "PUT_RIGHT", row.recipient.answer_id)


def tell_of_recall(message: OutboxMessage) -> None:
    """Opened by mistake: to whoever has copies to see to. Given back: to the sender too.

    What nobody had opened is told to those who lead the agency that sent it.
    """
    recall = queries.recall_by_id(outbox.payload_id(message, "recall_id"))
    answer = recall.recipient.answer
    if recall.was_opened and not recall.copies:
        tell_recipient(message, recall.recipient, "RECALLED", recall.pk)
    elif not recall.was_opened:
        leads = [one.pk for one in agencies.leads_of(answer.from_agency.pk)]
        notify(message, "RECALLED_UNOPENED", recall.pk, people=leads)
    if recall.why == RecallReason.NOT_MEANT_FOR_ME and "again" not in message.payload:
        notify(message, "GIVEN_BACK", recall.pk, people=[answer.decided_by_id])


def tell_of_escalation(code: str, message: OutboxMessage) -> None:
    """A disagreement moved: both desks, whoever asked and whoever was brought in."""
    one = queries.escalation_by_id(outbox.payload_id(message, "escalation_id"))
    asking = one.ask.request
    desks = {desk for desk in (asking.asking_desk_id, one.ask.desk_id) if desk}
    people = {asking.asked_by_id, *(party.membership_id for party in one.parties.all())}
    people |= without_mailbox(desks, asking.dossier_id)
    people -= {message.membership_id}
    notify(message, code, one.pk, people=people, desks=desks, number=message.pk)


def tell_of_emergency(message: OutboxMessage) -> None:
    """Opened, or its review is late: to who answers for it and the desks. Reviewed: to the opener."""
    opening = emergency.opening_by_id(outbox.payload_id(message, "opening_id"))
    event, number = message.payload["event"], message.payload.get("number", 1)
    if event == "REVIEWED":
        notify(message, "EMERGENCY_REVIEWED", opening.pk, people=[opening.opened_by_id])
        return
    answerable = emergency.answerable_for(opening.agency_id, opening.dossier_id)
    people = {one.pk for one in answerable}
    desks = set(opening.desks) if event == "OPENED" else set()
    people |= without_mailbox(desks, opening.dossier_id)
    people -= {opening.opened_by_id}
    notify(message, f"EMERGENCY_{event}", opening.pk, people=people, desks=desks, number=number)


def tell_of_word_back(message: OutboxMessage) -> None:
    """What came of it: to each desk that the asker chose to tell."""
    word_back_id = outbox.payload_id(message, "word_back_id")
    for ask in queries.asks_told(word_back_id):
        notify_desk(message, ask, "WORD_BACK", number=word_back_id)
