"""Giving a request to another member of the desk."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from agencies.access import actor_for
from audit import services as audit
from kernel import outbox
from kernel.actors import Actor
from sharing import policies, queries
from sharing.models import Ask
from sharing.states import ASK_WORKFLOW


@transaction.atomic
def hand_on(*, actor: Actor, ask_id: UUID, membership_id: UUID) -> Ask:
    """Let somebody else at the desk answer, and tell them. Given twice, they are told once."""
    ask = queries.asks_to_hand_on(actor).select_for_update(of=("self",)).get(pk=ask_id)
    policies.can_hand_on(actor, ask).require()
    taker = actor_for(membership_id)
    sees_it = taker is not None and queries.asks(taker).filter(pk=ask.pk).exists()
    policies.can_take(taker, ask, sees_it=sees_it).require()
    before = ask.claimed_by_id
    if before == membership_id:
        return ask
    now = timezone.now()
    ASK_WORKFLOW.apply("hand on", ask, claimed_by_id=membership_id, claimed_at=now)
    audit.record("sharing.ask.handed_on", actor=actor, target=ask, before=before, to=membership_id)
    key = f"{ask.pk}:{membership_id}:{int(now.timestamp())}"
    outbox.enqueue("sharing.ask_handed_on", actor=actor, key=key, ask_id=ask.pk, to=membership_id)
    return ask
