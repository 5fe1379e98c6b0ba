"""What a membership is worth today: only rows that the portal itself wrote confer anything."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import models

from agencies.models import Authorisation, Membership
from kernel.actors import Role
from kernel.tiers import Tier


@dataclass(frozen=True, slots=True)
class Authority:
    """The roles, desks and clearance that genuine rows give, and the rows that were forged."""

    roles: frozenset[Role] = frozenset()
    desk_ids: frozenset[UUID] = frozenset()
    authorisation: Authorisation | None = None
    forged: tuple[models.Model, ...] = ()

    @property
    def clearance(self) -> Tier:
        """Without a live authorisation a membership stands at ANONYMISED (D17)."""
        return Tier(self.authorisation.tier) if self.authorisation else Tier.ANONYMISED


def authority_of(membership: Membership, today: date) -> Authority:
    """Judge a membership; queries.with_authority reads many at the cost of a few queries."""
    if not membership.is_genuine():
        return Authority(forged=(membership,))
    seats = [s for s in membership.seats.all() if s.ended_at is None]
    authorisations = [a for a in membership.authorisations.all() if not a.was_ended]
    forged = tuple(row for row in (*seats, *authorisations) if not row.is_genuine())
    live = [a for a in authorisations if a.from_on <= today <= a.until_on and a not in forged]
    roles = _roles(membership)
    sits = Role.DESK_MEMBER in roles
    return Authority(
        roles=roles,
        desk_ids=frozenset(s.desk_id for s in seats if sits and s not in forged),
        authorisation=max(live, key=lambda a: (a.tier, a.until_on), default=None),
        forged=forged,
    )


def _roles(membership: Membership) -> frozenset[Role]:
    """A coordinator is one only in the partnership's own agency."""
    if membership.agency.is_partnership:
        return membership.role_set
    return membership.role_set - {Role.COORDINATOR}
