"""The rows that confer power, always written together: roles, seats, clearance, appointment.

Each one that is signed has an audit event of its own, which keeps its version: the nightly check
compares the two.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from uuid import UUID

from django.utils import timezone

from agencies.models import (
    AgencyUserObjectPermission,
    Authorisation,
    AuthorisationEnd,
    Desk,
    DeskSeat,
    Membership,
)
from agencies.policies import MANAGE
from audit import services as audit
from kernel.actors import Actor, Role
from kernel.attestation import FORGED, SIGNATURE
from kernel.decisions import Denied
from kernel.tiers import Tier


def appoint(membership: Membership) -> None:
    """Make guardian's appointment agree with the membership: leads manage, nobody else does."""
    lives = membership.ended_at is None
    appointments = AgencyUserObjectPermission.objects
    change = appointments.remove_perm
    if lives and Role.AGENCY_LEAD in membership.role_set:
        change = appointments.assign_perm
    change(MANAGE, membership.user, membership.agency)


def seat(membership: Membership, desk_ids: Collection[UUID], *, actor: Actor) -> None:
    """Give the member these seats at desks of their own agency, and take away all others."""
    wanted = set(desk_ids) if Role.DESK_MEMBER in membership.role_set else set()
    held = {s.desk_id: s for s in DeskSeat.objects.filter(membership=membership, ended_at=None)}
    for desk_id in held.keys() - wanted:
        held[desk_id].ended_at = timezone.now()
        held[desk_id].attest(even_if_forged=True).save(update_fields=["ended_at", *SIGNATURE])
        audit.record("agencies.unseated", actor=actor, target=held[desk_id])
    own = Desk.objects.filter(agency=membership.agency, pk__in=wanted - held.keys())
    for desk in own.order_by("pk"):
        if not desk.is_genuine():
            raise Denied(FORGED)
        row = DeskSeat(membership=membership, desk=desk).attest()
        row.save(force_insert=True)
        audit.record("agencies.seated", actor=actor, target=row)


def give_clearance(
    membership: Membership,
    granted_by: Membership | None,
    tier: Tier,
    reason: str,
    until: date,
    *,
    actor: Actor,
) -> Authorisation:
    """Authorise a member from today on."""
    authorisation = Authorisation(
        membership=membership,
        tier=tier,
        reason=reason,
        granted_by=granted_by,
        from_on=timezone.localdate(),
        until_on=until,
    )
    authorisation.attest().save(force_insert=True)
    audit.record(
        "agencies.authorised",
        actor=actor,
        target=authorisation,
        membership=membership.pk,
        tier=int(tier),
        until=until,
    )
    return authorisation


def end_clearance(membership: Membership, ended_by: Membership, *, actor: Actor) -> None:
    """End what authorisations the member still has."""
    for running in Authorisation.objects.filter(membership=membership, end=None):
        AuthorisationEnd.objects.create(authorisation=running, ended_by=ended_by)
        audit.record("agencies.authorisation_ended", actor=actor, target=running)
