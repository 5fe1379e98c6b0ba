"""Keeping somebody who works at an agency from a case in which they are involved."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db import transaction

from agencies import queries as agencies
from kernel.actors import Actor
from sharing import policies, queries
from vault import services as vault
from vault.models import Dossier


@transaction.atomic
def keep_members_from(*, actor: Actor, dossier: Dossier, membership_ids: Collection[UUID]) -> int:
    """Let these people learn nothing of a case, by whichever membership they act; says how many."""
    if not membership_ids:
        return 0
    chosen = agencies.addressees(actor).filter(pk__in=membership_ids)
    users = set(chosen.exclude(user_id=actor.member.user_id).values_list("user_id", flat=True))
    return sum(vault.keep_from(actor=actor, dossier=dossier, user_id=one) for one in sorted(users))


@transaction.atomic
def keep_from_request(*, actor: Actor, request_id: UUID, membership_id: UUID) -> int:
    """The asker's side keeps somebody from what it asked, also after it was sent."""
    info_request = queries.requests(actor).select_related("dossier").get(pk=request_id)
    policies.can_keep_from(actor, info_request).require()
    return keep_members_from(
        actor=actor, dossier=info_request.dossier, membership_ids=[membership_id]
    )


@transaction.atomic
def keep_from_ask(*, actor: Actor, ask_id: UUID, membership_id: UUID) -> int:
    """A desk that was asked keeps a colleague from the case. Nothing is taken off anybody's record."""
    ask = queries.asks(actor).select_related("request__dossier").get(pk=ask_id)
    policies.can_keep_from(actor, ask.request).require()
    own = agencies.addressees(actor).filter(pk=membership_id, agency=actor.agency_id)
    return keep_members_from(
        actor=actor,
        dossier=ask.request.dossier,
        membership_ids=list(own.values_list("pk", flat=True)),
    )
