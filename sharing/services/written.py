"""What a draft says so far, step by step, before it is whole enough to be sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from consent.services import FamilyAccount
from kernel.tiers import Tier
from people.around import Surroundings
from people.identity import Identity
from sharing.services.asking import RequestInput
from sharing.services.disclosing import ItemInput
from sharing.states import Category, Urgency


@dataclass(frozen=True, slots=True, repr=False)
class WrittenPerson:
    """Somebody in the draft; `identity` is missing until everything about them can be read."""

    key: str
    called: str
    identity: Identity | None


@dataclass(frozen=True, slots=True, repr=False)
class Reason:
    """Why the author asks, and for what."""

    purpose_id: UUID
    categories: Sequence[Category]
    tier: Tier
    why: str


@dataclass(frozen=True, slots=True, repr=False)
class Written:
    """Each step's answers, or None where a step is not right yet. Holds plain text."""

    people: Sequence[WrittenPerson]
    reason: Reason | None
    family: FamilyAccount | None
    desks: Sequence[UUID]
    urgency: Urgency | None
    left_out: Mapping[str, Sequence[str]]
    # Whether a named fallback takes over where nobody is
    may_pass_on: bool
    surroundings: Mapping[str, Surroundings] = field(default_factory=dict)
    kept_from: Sequence[UUID] = ()

    def places(self, desk_id: UUID) -> list[int]:
        """Those that a desk is asked about, by their place."""
        without = self.left_out.get(str(desk_id), ())
        return [place for place, one in enumerate(self.people) if one.key not in without]

    def asked_of_nobody(self) -> list[WrittenPerson]:
        """Those that no desk is asked about."""
        asked = {place for desk_id in self.desks for place in self.places(desk_id)}
        return [one for place, one in enumerate(self.people) if place not in asked]

    def wanted(self) -> RequestInput | None:
        """The request, once every step is right."""
        people = [one.identity for one in self.people if one.identity]
        desks = {desk_id: self.places(desk_id) for desk_id in self.desks}
        whole = people and len(people) == len(self.people) and desks and all(desks.values())
        if not (whole and self.reason and self.family and self.urgency):
            return None
        return RequestInput(
            people=people,
            desks=desks,
            purpose_id=self.reason.purpose_id,
            tier=self.reason.tier,
            categories=self.reason.categories,
            urgency=self.urgency,
            why=self.reason.why,
            family=self.family,
            may_pass_on=self.may_pass_on,
            surroundings=[self.around(one) for one in self.people],
            kept_from=self.kept_from,
        )

    def around(self, person: WrittenPerson) -> Surroundings:
        """What is said around one of the people."""
        return self.surroundings.get(person.key, Surroundings())


@dataclass(frozen=True, slots=True, repr=False)
class WrittenShare:
    """Something to share unasked, as far as it is written. Holds plain text."""

    people: Sequence[tuple[WrittenPerson, Mapping[str, ItemInput]]]
    purpose_id: UUID | None
    why: str
    family: FamilyAccount | None
