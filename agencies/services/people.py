"""Changing what members of an agency are and may read. Nobody changes their own."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from agencies import policies, queries
from agencies.models import Authorisation, Membership
from agencies.services.appointing import appoint, end_clearance, give_clearance, seat
from audit import services as audit
from kernel.actors import Actor, Role
from kernel.attestation import SIGNATURE
from kernel.tiers import Tier


@transaction.atomic
def change_roles(
    *,
    actor: Actor,
    membership_id: UUID,
    roles: Collection[Role],
    desk_ids: Collection[UUID],
    job_title: str = "",
) -> Membership:
    """Give a member other roles and desks, from the next page they open."""
    membership = _locked(actor, membership_id)
    policies.can_change_member(actor, membership).require()
    policies.can_give(actor, membership.agency, roles).require()
    membership.roles, membership.job_title = sorted(roles), job_title
    membership.attest().save(update_fields=["roles", "job_title", *SIGNATURE])
    appoint(membership)
    seat(membership, desk_ids, actor=actor)
    audit.record(
        "agencies.roles_changed",
        actor=actor,
        target=membership,
        roles=membership.roles,
        desks=sorted(desk_ids),
    )
    return membership


@transaction.atomic
def authorise(
    *, actor: Actor, membership_id: UUID, tier: Tier, reason: str, until_on: date
) -> Authorisation:
    """Authorise a member up to a tier until a date; it replaces what they were authorised for."""
    membership = _locked(actor, membership_id)
    policies.can_change_member(actor, membership).require()
    granted_by = queries.acting(actor)
    end_clearance(membership, granted_by, actor=actor)
    return give_clearance(membership, granted_by, tier, reason, until_on, actor=actor)


@transaction.atomic
def end_membership(*, actor: Actor, membership_id: UUID) -> Membership:
    """End a membership: the person's next click meets a closed door."""
    membership = _locked(actor, membership_id)
    policies.can_change_member(actor, membership).require()
    membership.ended_at = timezone.now()
    membership.ended_by = acting = queries.acting(actor)
    changed = ["ended_at", "ended_by", *SIGNATURE]
    membership.attest(even_if_forged=True).save(update_fields=changed)
    appoint(membership)
    seat(membership, [], actor=actor)
    end_clearance(membership, acting, actor=actor)
    audit.record("agencies.membership_ended", actor=actor, target=membership)
    return membership


def _locked(actor: Actor, membership_id: UUID) -> Membership:
    """The row under lock, so that two leads who press at once act one after the other."""
    found = queries.memberships(actor).select_for_update(of=("self",), no_key=True)
    return found.get(pk=membership_id)
