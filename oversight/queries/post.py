"""What waits in the outbox, and what could not be sent."""

from __future__ import annotations

from collections import Counter

from django.db.models import Count, QuerySet

from kernel import outbox
from kernel.actors import Actor
from kernel.models import OutboxMessage
from oversight import policies


def messages(actor: Actor) -> QuerySet[OutboxMessage]:
    """Everything ever promised, for whoever keeps the post moving."""
    return _shown(OutboxMessage.objects.all(), actor)


def parked(actor: Actor) -> QuerySet[OutboxMessage]:
    """What failed too often and waits for a person's word."""
    return _shown(outbox.parked(), actor)


def parked_topics(actor: Actor) -> Counter[str]:
    """How many of each kind are parked."""
    return Counter(dict(parked(actor).values_list("topic").annotate(Count("pk")).order_by("topic")))


def given_up(actor: Actor) -> QuerySet[OutboxMessage]:
    """What somebody decided to leave undone."""
    return _shown(outbox.given_up(), actor)


def _shown(found: QuerySet[OutboxMessage], actor: Actor) -> QuerySet[OutboxMessage]:
    if not policies.can_keep_post(actor):
        return found.none()
    return found.filter(policies.messages_not_kept_from(actor))
