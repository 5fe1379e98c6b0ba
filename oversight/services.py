"""Looking at the log is on record itself; so is every decision about what could not be sent."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from django.db import transaction

from agencies import queries as agencies
from audit import services as audit
from kernel import outbox
from kernel.actors import Actor
from kernel.models import GivenUp, OutboxMessage
from oversight import policies, queries
from oversight.search import Search

# How many messages one press of "Try all again" takes; the page offers the rest again.
AT_ONCE = 1000


@transaction.atomic
def note_search(*, actor: Actor, search: Search) -> None:
    """Write down that somebody searched the log, and by what: codes, ids and dates."""
    policies.can_see_log(actor).require()
    audit.record("audit.viewed", actor=actor, target=agencies.acting(actor), **search.facts())


@transaction.atomic
def note_download(*, actor: Actor, search: Search) -> None:
    """Write down that somebody took a part of the log away."""
    policies.can_see_log(actor).require()
    audit.record("audit.downloaded", actor=actor, target=agencies.acting(actor), **search.facts())


@transaction.atomic
def retry(*, actor: Actor, message_id: UUID) -> OutboxMessage:
    """Have one parked message tried again from now on."""
    message = _locked(actor, message_id)
    policies.can_change_message(actor, message).require()
    _try_again(actor, [message])
    return message


@transaction.atomic
def retry_all(*, actor: Actor, topic: str) -> int:
    """Have everything parked of one topic tried again; returns how much that was."""
    policies.can_keep_post(actor).require()
    if topic not in queries.parked_topics(actor):
        return 0
    parked = queries.parked(actor).filter(topic=topic).order_by("parked_at", "pk")
    found = list(parked.select_for_update(skip_locked=True)[:AT_ONCE])
    _try_again(actor, found)
    return len(found)


@transaction.atomic
def give_up(*, actor: Actor, message_id: UUID, why: GivenUp) -> OutboxMessage:
    """Leave one parked message undone, for a coded reason. The row stays."""
    message = _locked(actor, message_id)
    policies.can_change_message(actor, message).require()
    outbox.give_up(message, why, actor.membership_id)
    audit.record(
        "oversight.message_given_up", actor=actor, target=message, topic=message.topic, why=why
    )
    return message


def _locked(actor: Actor, message_id: UUID) -> OutboxMessage:
    return queries.messages(actor).select_for_update(of=("self",)).get(pk=message_id)


def _try_again(actor: Actor, messages: list[OutboxMessage]) -> None:
    """One event for each: whoever asks about a message finds its own history."""
    outbox.unpark(OutboxMessage.objects.filter(pk__in=[one.pk for one in messages]))
    for message in messages:
        audit.record(
            "oversight.message_retried",
            actor=actor,
            target=message,
            topic=message.topic,
            attempts=message.attempts,
        )
    for queue in {one.queue for one in messages}:
        transaction.on_commit(partial(outbox.wake, queue), robust=True)
