"""What a membership is worth today: only rows that the portal itself wrote confer anything."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from agencies.models import Authorisation, DeskSeat, Membership
from kernel.actors import Role
from kernel.attestation import Attested
from kernel.tiers import Tier


@dataclass(frozen=True, slots=True)
class Authority:
    """The roles, desks and clearance that genuine rows give, and the rows that were forged."""

    roles: frozenset[Role] = frozenset()
    desk_ids: frozenset[UUID] = frozenset()
    authorisation: Authorisation | None = None
    forged: tuple[Attested, ...] = ()

    @property
    def clearance(self) -> Tier:
        """Without a live authorisation a membership stands at ANONYMISED (D17)."""
        return Tier(self.authorisation.tier) if self.authorisation else Tier.ANONYMISED


def authority_of(membership: Membership, today: date) -> Authority:
    """Judge a membership; queries.with_authority reads many at the cost of a few queries."""
    if unsound := _forged(membership, membership.agency):
        return Authority(forged=unsound)
    seats = [s for s in membership.seats.all() if s.ended_at is None]
    authorisations = [a for a in membership.authorisations.all() if not a.was_ended]
    forged = _forged(*seats, *authorisations, *(s.desk for s in seats))
    live = [a for a in authorisations if a.from_on <= today <= a.until_on and a not in forged]
    roles = _roles(membership)
    return Authority(
        roles=roles,
        desk_ids=_desk_ids(membership, seats, forged) if Role.DESK_MEMBER in roles else frozenset(),
        authorisation=max(live, key=lambda a: (a.tier, a.until_on), default=None),
        forged=forged,
    )


def _forged(*rows: Attested) -> tuple[Attested, ...]:
    return tuple(row for row in rows if not row.is_genuine())


def _desk_ids(
    membership: Membership, seats: Iterable[DeskSeat], forged: Collection[Attested]
) -> frozenset[UUID]:
    """Genuine seats at genuine desks of the member's own agency."""
    own = [s for s in seats if s.desk.agency_id == membership.agency_id]
    return frozenset(s.desk_id for s in own if s not in forged and s.desk not in forged)


def _roles(membership: Membership) -> frozenset[Role]:
    """A coordinator is one only in the partnership's own agency."""
    if membership.agency.is_partnership:
        return membership.role_set
    return membership.role_set - {Role.COORDINATOR}
