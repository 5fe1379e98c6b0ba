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
    """Judge a membership that was read by queries.with_authority."""
    if not membership.is_genuine():
        return Authority(forged=(membership,))
    rows = [*membership.live_seats, *membership.open_authorisations]
    forged = tuple(row for row in rows if not row.is_genuine())
    live = [a for a in membership.open_authorisations if a.from_on <= today <= a.until_on]
    genuine = [a for a in live if a not in forged]
    roles = _roles(membership)
    seats = [s for s in membership.live_seats if s not in forged]
    return Authority(
        roles=roles,
        desk_ids=frozenset(s.desk_id for s in seats if Role.DESK_MEMBER in roles),
        authorisation=max(genuine, key=lambda a: (a.tier, a.until_on), default=None),
        forged=forged,
    )


def _roles(membership: Membership) -> frozenset[Role]:
    """A coordinator is one only in the partnership's own agency."""
    if membership.agency.is_partnership:
        return membership.role_set
    return membership.role_set - {Role.COORDINATOR}
