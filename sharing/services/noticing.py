"""Finding what runs out of time, what ran out, and what waits where nobody is."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from audit import services as audit
from kernel import outbox
from kernel.actors import Actor
from sharing import queries
from sharing.services.attending import nobody_there

BATCH = 100


@transaction.atomic
def notice_nearly_due(*, actor: Actor) -> int:
    """Tell whoever is to answer, once, that the time runs out; returns how many were found."""
    now = timezone.now()
    near = queries.asks_nearly_due(now).select_for_update(skip_locked=True)[:BATCH]
    asks = list(near)
    for ask in asks:
        ask.nearly_noticed_at = now
        ask.save(update_fields=["nearly_noticed_at"])
        outbox.enqueue("sharing.ask_nearly_due", actor=actor, key=str(ask.pk), ask_id=ask.pk)
    return len(asks)


@transaction.atomic
def notice_overdue(*, actor: Actor) -> int:
    """Tell desks and askers of asks whose limit has passed, and again as often as configured.

    Returns how many were found. The row counts the notices, so a second run says nothing twice.
    """
    now = timezone.now()
    late = queries.asks_to_chase(now, queries.chasing(timezone.localdate(now)))
    asks = list(late.select_for_update(of=("self",), skip_locked=True)[:BATCH])
    for ask in asks:
        ask.overdue_noticed_at, ask.overdue_notices = now, ask.overdue_notices + 1
        ask.save(update_fields=["overdue_noticed_at", "overdue_notices"])
        number = ask.overdue_notices
        audit.record("sharing.ask.overdue", actor=actor, target=ask, number=number)
        key = f"{ask.pk}:{number}"
        outbox.enqueue("sharing.ask_overdue", actor=actor, key=key, ask_id=ask.pk, number=number)
    return len(asks)


def unattended_asks() -> list[tuple[UUID, UUID]]:
    """What waited long enough where nobody is: each ask with the membership that asked it."""
    now = timezone.now()
    rules = queries.chasing(timezone.localdate(now))
    asks = list(queries.asks_that_may_pass_on(now, rules))
    empty = nobody_there(asks, now)
    return [(ask.pk, ask.request.asked_by_id) for ask in asks if ask.pk in empty][:BATCH]
