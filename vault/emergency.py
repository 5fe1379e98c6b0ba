"""Opening a case in an emergency: the one way to read what nobody gave one, but one's agency has.

An agency holds what was addressed to its desks and people. Where none of them is there, any other of
its people may read it for some hours: never more than the agency itself, never a case that they are
kept from, and nothing but read (D17; the first law of the portal).
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from audit import services as audit
from kernel.actors import Actor
from kernel.decisions import deny
from kernel.tiers import Tier
from vault import policies, queries
from vault.granting import Reader, end_grant, genuine_grants, grant_row
from vault.locks import hold_dossiers
from vault.models import (
    Dossier,
    EmergencyBasis,
    Grant,
    GrantReason,
    HolderKind,
    Safe,
)
from vault.policies import GrantRow

# Those of some holders who belong to an agency, by genuine rows
Belonging = Callable[[UUID, Collection[UUID]], Collection[UUID]]

_belonging: list[Belonging] = []


@dataclass(frozen=True, slots=True)
class Emergency:
    """What somebody may read until when, that they could not read before."""

    grants: tuple[Grant, ...]
    until: datetime


def register_belonging(find: Belonging) -> None:
    """Whoever keeps agencies says who belongs to one. The vault asks, and believes no caller."""
    if _belonging and _belonging != [find]:
        raise ValueError("two ways to tell who belongs to an agency")
    _belonging[:] = [find]


@transaction.atomic
def open_in_emergency(*, actor: Actor, dossier: Dossier, kinds: Collection[str]) -> Emergency:
    """Let somebody read for some hours what their own agency holds of a case, in safes of these kinds.

    Raises Denied where the agency holds nothing, or they must not learn of the case; no right is
    given where they read all of it already. Each is as high as the agency's own, ends with it, and
    lasts EMERGENCY_HOURS at the most.
    """
    hold_dossiers([dossier.pk])
    now = timezone.now()
    until = now + timedelta(hours=settings.EMERGENCY_HOURS)
    safes = {str(one.pk): one for one in Safe.objects.filter(dossier=dossier, kind__in=kinds)}
    held = _strongest(_held_by_agency(actor, safes.values()), now)
    if not held:
        deny("not_your_agencys", "Your agency holds nothing of this").require()
    mine = genuine_grants(actor, [one.pk for one in safes.values()])
    given = [
        _give(actor, safes[safe], basis, until)
        for safe, basis in held.items()
        if (_reach_in(mine, safe, actor, now) or 0) < basis.tier
    ]
    return Emergency(tuple(given), until)


@transaction.atomic
def end_emergency(*, actor: Actor, dossier_id: UUID, membership_id: UUID) -> None:
    """End what somebody was let read of a case in an emergency.

    Taking away is always safe, so the vault leaves it to the caller who may.
    """
    running = Grant.objects.filter(
        safe__dossier=dossier_id,
        holder_kind=HolderKind.MEMBERSHIP,
        holder_id=membership_id,
        reason=GrantReason.EMERGENCY,
        valid_until__gt=timezone.now(),
        revocation=None,
    )
    for one in running.order_by("pk"):
        end_grant(actor, one)


def opened_in_emergency(actor: Actor, safes: Collection[UUID]) -> frozenset[UUID]:
    """The dossiers of safes that the actor reads in an emergency now, by genuine rights."""
    now = timezone.now()
    running = {
        UUID(row.safe)
        for row in genuine_grants(actor, safes)
        if row.is_for_emergency and row.is_held_by(actor) and row.is_live(now)
    }
    return frozenset(Safe.objects.filter(pk__in=running).values_list("dossier_id", flat=True))


def _held_by_agency(actor: Actor, safes: Collection[Safe]) -> list[GrantRow]:
    """Genuine rights of the actor's agency, its desks and its people; no emergency is one's basis."""
    (find,) = _belonging
    agency_id = actor.member.agency_id
    rows = queries.grants_beside(
        [one.pk for one in safes], actor, lambda holders: find(agency_id, holders)
    )
    return [row for row in rows if not row.is_for_emergency and row.is_genuine()]


def _strongest(rows: Collection[GrantRow], now: datetime) -> dict[str, GrantRow]:
    """The highest live right on each safe."""
    best: dict[str, GrantRow] = {}
    for row in rows:
        if row.is_live(now) and (row.safe not in best or best[row.safe].tier < row.tier):
            best[row.safe] = row
    return best


def _reach_in(rows: Collection[GrantRow], safe: str, actor: Actor, now: datetime) -> Tier | None:
    return policies.reach([row for row in rows if row.safe == safe], actor, now)


def _give(actor: Actor, safe: Safe, basis: GrantRow, until: datetime) -> Grant:
    member = actor.member
    ends = basis.authority["valid_until"]
    reader = Reader(
        HolderKind.MEMBERSHIP,
        member.membership_id,
        basis.tier,
        GrantReason.EMERGENCY,
        min(until, ends) if ends else until,
    )
    row = grant_row(member.membership_id, safe, reader)
    row.save(force_insert=True)
    EmergencyBasis.objects.create(grant=row, rests_on_id=basis.pk)
    audit.record(
        "vault.granted_in_emergency",
        actor=actor,
        target=row,
        safe=safe.pk,
        tier=int(row.tier),
        rests_on=UUID(str(basis.pk)),
    )
    return row
