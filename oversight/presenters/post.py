"""What could not be sent, in words: what it was, who was not told, and whom to ring."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils import timezone

from kernel.models import GivenUp, OutboxMessage
from kernel.outbox import Depth
from kernel.presenting import length
from oversight.presenters.numbers import Number
from oversight.presenters.promises import told_of, topic_in_words
from oversight.queries.recipients import Recipients

QUEUES = {
    "notify": "Notices and invitations",
    "documents": "Printed pages",
    "audit": "Sealing of the log",
    "retention": "Destruction of what may no longer be kept",
}


@dataclass(frozen=True, slots=True)
class QueueRow:
    """How much one queue holds."""

    name: str
    waiting: int
    oldest: str
    in_progress: int
    parked: int


@dataclass(frozen=True, slots=True)
class MessageRow:
    """One message that could not be sent, and what that means for somebody."""

    id: UUID
    what: str
    who: str
    means: str
    reference: str
    numbers: tuple[Number, ...]
    promised_by: str
    promised_at: datetime
    parked_at: datetime | None
    attempts: int
    error: str
    given_up_at: datetime | None
    given_up_why: str
    state: str
    is_parked: bool


@dataclass(frozen=True, slots=True)
class TopicCount:
    """How many of one kind are parked."""

    topic: str
    what: str
    count: int


def queue_rows(depths: Iterable[Depth]) -> list[QueueRow]:
    """The queues, with the age of what has waited longest."""
    now = timezone.now()
    return [
        QueueRow(
            name=QUEUES.get(one.queue, one.queue),
            waiting=one.waiting,
            oldest=length(now - one.oldest) if one.oldest else "",
            in_progress=one.in_progress,
            parked=one.parked,
        )
        for one in depths
    ]


def topic_counts(topics: Counter[str]) -> list[TopicCount]:
    """Kinds of parked messages, the commonest first."""
    return [TopicCount(topic, topic_in_words(topic), n) for topic, n in topics.most_common()]


def message_rows(messages: Sequence[OutboxMessage], known: Recipients) -> list[MessageRow]:
    return [message_row(one, known) for one in messages]


def message_row(message: OutboxMessage, known: Recipients) -> MessageRow:
    """One message; whom it names was read before."""
    told = told_of(message, known)
    by = known.actors.get(message.user_id, "") if message.user_id else ""
    agency = known.agencies.get(message.agency_id, "") if message.agency_id else ""
    return MessageRow(
        id=message.pk,
        what=told.what,
        who=told.who,
        means=told.means,
        reference=told.reference,
        numbers=told.numbers,
        promised_by=", ".join(filter(None, (by, agency))) or "The portal",
        promised_at=message.created_at,
        parked_at=message.parked_at,
        attempts=message.attempts,
        error=message.last_error,
        given_up_at=message.given_up_at,
        given_up_why=GivenUp(message.given_up_why).label if message.given_up_why else "",
        state=_state(message),
        is_parked=_state(message) == "Not sent",
    )


def _state(message: OutboxMessage) -> str:
    if message.delivered_at:
        return "Sent"
    if message.given_up_at:
        return "Given up"
    return "Not sent" if message.parked_at else "Being tried"
