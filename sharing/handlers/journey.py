"""Whom the journey tells: asked, answered, shared, due, handed or passed on."""

from __future__ import annotations

from agencies import attendance
from agencies import queries as agencies
from kernel import outbox
from kernel.models import OutboxMessage
from sharing import queries
from sharing.handlers.addressing import (
    notify,
    notify_desk,
    tell_addressed,
)


def tell_desk(message: OutboxMessage) -> None:
    """A new request: to the desk's people and to its role mailbox."""
    ask = queries.ask_by_id(outbox.payload_id(message, "ask_id"))
    notify_desk(message, ask, "NEW_REQUEST")


def tell_recipients(message: OutboxMessage) -> None:
    """Answered: to the asker; and to everybody else that something was shared with."""
    ask = queries.ask_by_id(outbox.payload_id(message, "ask_id"))
    notify(message, "ANSWERED", ask.pk, people=[ask.request.asked_by_id])
    for answer in queries.answers_to_ask(ask):
        tell_addressed(message, answer, but=ask.request.asked_by_id)


def tell_shared(message: OutboxMessage) -> None:
    """Shared unasked: to everybody it was addressed to."""
    share = queries.share_by_id(outbox.payload_id(message, "share_id"))
    for answer in queries.answers_in_share(share):
        tell_addressed(message, answer)


def tell_both_sides(message: OutboxMessage) -> None:
    """Overdue: to the desk again, and to the asker, who may ring. Each time is told of once."""
    ask = queries.ask_by_id(outbox.payload_id(message, "ask_id"))
    number = message.payload.get("number", 1)
    notify_desk(message, ask, "OVERDUE_AT_DESK", number)
    asker = [ask.request.asked_by_id]
    notify(message, "OVERDUE_TO_ASKER", ask.pk, people=asker, number=number)


def tell_who_answers(message: OutboxMessage) -> None:
    """Nearly due: to whoever took it on; where nobody did, or they are away, to all at the desk."""
    ask = queries.ask_by_id(outbox.payload_id(message, "ask_id"))
    if ask.claimed_by_id and not attendance.absences_today([ask.claimed_by_id]):
        notify(message, "NEARLY_DUE", ask.pk, people=[ask.claimed_by_id])
    else:
        notify_desk(message, ask, "NEARLY_DUE")


def tell_taker(message: OutboxMessage) -> None:
    """Handed on: to whom it was given, each time it was."""
    ask = queries.ask_by_id(outbox.payload_id(message, "ask_id"))
    taker = outbox.payload_id(message, "to")
    if ask.claimed_by_id == taker:
        notify(message, "HANDED_ON", ask.pk, people=[taker], number=message.pk)


def tell_of_passing_on(message: OutboxMessage) -> None:
    """Passed on: to the fallback, to the desk that it was passed on from, and to the asker."""
    ask = queries.ask_by_id(outbox.payload_id(message, "ask_id"))
    notify_desk(message, ask, "PASSED_TO_YOU")
    if ask.passed_from_id:
        notify_desk(message, queries.ask_by_id(ask.passed_from_id), "PASSED_FROM_DESK")
    notify(message, "PASSED_TO_ASKER", ask.pk, people=[ask.request.asked_by_id])


def tell_nobody_is_there(message: OutboxMessage) -> None:
    """It stays where nobody is: to the asker, and to the desk behind them that may ring instead."""
    ask = queries.ask_by_id(outbox.payload_id(message, "ask_id"))
    own = [ask.request.asking_desk_id] if ask.request.asking_desk_id else []
    seated = [one.pk for there in agencies.desk_people(own).values() for one in there]
    notify(message, "NOBODY_THERE", ask.pk, people={ask.request.asked_by_id, *seated})
