"""Who acts. An Actor is rebuilt from the database for each request and each piece of work."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from kernel.tiers import Tier


class Role(StrEnum):
    """What a membership is for. A person may hold several in one agency."""

    PRACTITIONER = "PRACTITIONER"
    DESK_MEMBER = "DESK_MEMBER"
    AGENCY_LEAD = "AGENCY_LEAD"
    COORDINATOR = "COORDINATOR"
    DPO = "DPO"

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS = {
    Role.PRACTITIONER: "Practitioner",
    Role.DESK_MEMBER: "Information-sharing desk member",
    Role.AGENCY_LEAD: "Agency lead",
    Role.COORDINATOR: "Partnership coordinator",
    Role.DPO: "Data protection officer",
}


class Member(NamedTuple):
    """The ids of somebody who acts for an agency."""

    user_id: UUID
    membership_id: UUID
    agency_id: UUID


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody acting for one agency by one membership, or a named part of the system."""

    user_id: UUID | None = None
    membership_id: UUID | None = None
    agency_id: UUID | None = None
    roles: frozenset[Role] = frozenset()
    clearance: Tier = Tier.ANONYMISED
    desk_ids: frozenset[UUID] = frozenset()
    via: str = ""
    # The dossiers of cases that this person must not learn of
    kept_from: frozenset[UUID] = frozenset()
    # The dossiers of cases that they opened in an emergency; only who looks at a page has any
    emergencies: frozenset[UUID] = frozenset()

    @classmethod
    def system(cls, name: str) -> Actor:
        """Truly system work (purge, sweep): holds no grants, never sees plain text."""
        return cls(via=f"system:{name}")

    @property
    def is_person(self) -> bool:
        return self.membership_id is not None

    @property
    def holder_id(self) -> UUID:
        """The membership as rows name their holders; for the system an id that no row has."""
        return self.membership_id or UUID(int=0)

    @property
    def member(self) -> Member:
        """The person acting; raises ValueError for the system, which writes and sends nothing."""
        if self.user_id is None or self.membership_id is None or self.agency_id is None:
            raise ValueError("nobody acts here for an agency")
        return Member(self.user_id, self.membership_id, self.agency_id)

    def holds(self, *roles: Role) -> bool:
        """Whether the membership has at least one of these roles."""
        return not self.roles.isdisjoint(roles)
