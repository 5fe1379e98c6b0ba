"""Work promised inside a transaction and done after it, at least once (design 2.5).

Claim takes a lease and commits; the handler acts; then the row is marked. A worker killed before
acting leaves a lease that runs out; killed after acting, the work is done once more, so handlers
are idempotent and a message keeps its Message-ID. The broker only wakes workers up.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

import structlog
from celery import current_app
from django.conf import settings
from django.db import transaction
from django.db.models import Count, F, Min, Q, QuerySet
from django.utils import timezone

from kernel.actors import Actor
from kernel.facts import plain, require_plain
from kernel.models import GivenUp, OutboxMessage

log = structlog.get_logger(__name__)

Handler = Callable[[OutboxMessage], None]

ATTEMPTS_BEFORE_PARKING = 12
LONGEST_WAIT = timedelta(hours=1)
# After a wake-up call that failed, the sweep is quicker than waiting for the broker each time.
BROKER_REST_SECONDS = 10

# As the partial indexes say it
_UNDONE = Q(delivered_at__isnull=True, parked_at__isnull=True)
_PARKED = Q(parked_at__isnull=False, delivered_at__isnull=True, given_up_at__isnull=True)


class Topic(NamedTuple):
    handler: Handler
    queue: str


_topics: dict[str, Topic] = {}
_broker_rests_until = 0.0


def register(topic: str, handler: Handler, *, queue: str = "notify") -> None:
    """Say who does the work of a topic. Called in AppConfig.ready(), so low may speak to high."""
    if topic in _topics and _topics[topic].handler is not handler:
        raise ValueError(f"two handlers for {topic}")
    _topics[topic] = Topic(handler, queue)


def registered_topics() -> dict[str, str]:
    """Every topic, and the queue in which its work waits."""
    return {name: topic.queue for name, topic in sorted(_topics.items())}


def registered_queues() -> set[str]:
    return set(registered_topics().values())


def enqueue(topic: str, *, actor: Actor, key: str, **facts: object) -> None:
    """Promise work in the caller's transaction. Facts are ids and codes; a known key is ignored."""
    require_plain({"key": key.split(":")})
    queue = _topics[topic].queue
    message = OutboxMessage(
        topic=topic,
        queue=queue,
        key=f"{topic}:{key}",
        payload=plain(facts),
        user_id=actor.user_id,
        membership_id=actor.membership_id,
        agency_id=actor.agency_id,
    )
    OutboxMessage.objects.bulk_create([message], ignore_conflicts=True)
    transaction.on_commit(lambda: wake(queue), robust=True)


def wake(queue: str) -> None:
    """Tell a worker that something waits. Best effort: the sweep finds what no wake-up reached."""
    global _broker_rests_until  # noqa: PLW0603 - one broker for the whole process
    if time.monotonic() < _broker_rests_until:
        return
    try:
        current_app.send_task("kernel.relay", args=[queue], queue=queue, retry=False)
    except Exception as error:  # noqa: BLE001 - whatever the broker's trouble, the row is safe
        _broker_rests_until = time.monotonic() + BROKER_REST_SECONDS
        log.warning("outbox.wake_failed", queue=queue, error=type(error).__name__)


def deliver_waiting(queue: str) -> int:
    """Do all work that waits in a queue; returns how much was done."""
    done = 0
    while message := _claim(queue):
        done += _deliver(message)
    return done


def _claim(queue: str) -> OutboxMessage | None:
    """Lease the next row that still has an attempt left; one that kills its workers is parked."""
    while message := _lease_next(queue):
        if _tries(message) <= ATTEMPTS_BEFORE_PARKING:
            return message
        _postpone(message, "WorkerLost")
    return None


def _lease_next(queue: str) -> OutboxMessage | None:
    """Lease the next row to this worker and commit, so that nobody else acts on it now.

    One at a time: in a batch, a slow neighbour would eat up the lease of work not yet begun.
    """
    now = timezone.now()
    waiting = OutboxMessage.objects.filter(_is_waiting(now), queue=queue)
    with transaction.atomic():
        rows = waiting.order_by("available_at", "pk").select_for_update(skip_locked=True)
        message = rows.first()
        if message is not None:
            message.leased_until = now + timedelta(seconds=settings.OUTBOX_LEASE_SECONDS)
            message.attempts += 1
            message.save(update_fields=["leased_until", "attempts"])
    return message


def _tries(message: OutboxMessage) -> int:
    """Attempts since a person last had it tried again."""
    return message.attempts - ATTEMPTS_BEFORE_PARKING * message.retries


def _is_waiting(now: datetime) -> Q:
    free = Q(leased_until__isnull=True) | Q(leased_until__lte=now)
    return free & _UNDONE & Q(available_at__lte=now)


def _deliver(message: OutboxMessage) -> bool:
    try:
        _topics[message.topic].handler(message)
    except Exception as error:  # noqa: BLE001 - one bad row must not stop the queue
        _postpone(message, type(error).__name__)
        return False
    message.delivered_at = timezone.now()
    message.save(update_fields=["delivered_at"])
    return True


def _postpone(message: OutboxMessage, error: str) -> None:
    """Try again later, a little longer each time; park what keeps failing, for a person to see."""
    log.warning("outbox.failed", topic=message.topic, message=str(message.pk), error=error)
    now = timezone.now()
    tries = _tries(message)
    wait = min(timedelta(seconds=5 * 2 ** min(tries, 12)), LONGEST_WAIT)
    # Only while the lease is still ours: a slow failure says nothing about the next attempt.
    OutboxMessage.objects.filter(pk=message.pk, attempts=message.attempts).update(
        available_at=now + wait * random.uniform(0.8, 1.2),  # noqa: S311
        leased_until=None,
        last_error=error[:100],
        parked_at=now if tries >= ATTEMPTS_BEFORE_PARKING else None,
    )


class Depth(NamedTuple):
    """What one queue holds that is not done yet."""

    queue: str
    waiting: int = 0
    in_progress: int = 0
    # When the oldest promise was made that is neither kept nor parked
    oldest: datetime | None = None
    parked: int = 0


def depth() -> list[Depth]:
    """Every queue, those without work included, by name: two queries, each on its own index."""
    leased = Q(leased_until__gt=timezone.now())
    undone = OutboxMessage.objects.filter(_UNDONE).values("queue")
    counted = undone.annotate(
        waiting=Count("pk", filter=~leased),
        in_progress=Count("pk", filter=leased),
        oldest=Min("created_at"),
    )
    rows = {row["queue"]: row for row in counted}
    stuck = dict(parked().values_list("queue").annotate(Count("pk")))
    return [
        Depth(**{"queue": queue, **rows.get(queue, {}), "parked": stuck.get(queue, 0)})
        for queue in sorted(registered_queues() | set(rows) | set(stuck))
    ]


def parked() -> QuerySet[OutboxMessage]:
    """What failed too often and waits for a person's word."""
    return OutboxMessage.objects.filter(_PARKED)


def given_up() -> QuerySet[OutboxMessage]:
    """What somebody decided to leave undone."""
    return OutboxMessage.objects.filter(given_up_at__isnull=False)


def unpark(messages: QuerySet[OutboxMessage]) -> None:
    """Let parked work be tried again from now on. The rows are locked by the caller."""
    now = timezone.now()
    messages.update(parked_at=None, leased_until=None, available_at=now, retries=F("retries") + 1)


def give_up(message: OutboxMessage, why: GivenUp, by: UUID | None) -> None:
    """Leave parked work undone. The row is locked by the caller, and stays."""
    message.given_up_at, message.given_up_why, message.given_up_by = timezone.now(), why, by
    message.save(update_fields=["given_up_at", "given_up_why", "given_up_by"])


def payload_id(message: OutboxMessage, name: str) -> UUID:
    """One id of the message's payload."""
    return UUID(message.payload[name])
