"""Finding what ran out of time."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from audit import services as audit
from kernel import outbox
from kernel.actors import Actor
from sharing import queries

BATCH = 100


@transaction.atomic
def notice_overdue(*, actor: Actor) -> int:
    """Tell desks and askers, once, of asks whose limit has passed; returns how many were found."""
    now = timezone.now()
    late = queries.asks_to_chase(now).select_for_update(skip_locked=True)[:BATCH]
    asks = list(late)
    for ask in asks:
        ask.overdue_noticed_at = now
        ask.save(update_fields=["overdue_noticed_at"])
        audit.record("sharing.ask.overdue", actor=actor, target=ask)
        outbox.enqueue("sharing.ask_overdue", actor=actor, key=str(ask.pk), ask_id=ask.pk)
    return len(asks)
