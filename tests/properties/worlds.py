"""Random partnerships: people with one hat or two, desks, agencies, safes, and grants of every kind."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import strategies as st

from kernel.actors import Actor
from kernel.ids import new_id
from kernel.tiers import Tier

HATS, SAFES, AGENCIES, DESKS = 5, 4, 3, 4
# Hours from now at which grants begin and end, and those at which the rule is asked.
BEGINNINGS = (-30, -2, 0, 1)
ENDS = (-1, 0, 2, 30)
MOMENTS = (-31, -2, 0, 1, 30)

# Drawing ids would only slow the drawing down: which is which is all that matters.
AGENCY_IDS = [new_id() for _ in range(AGENCIES)]
DESK_IDS = [new_id() for _ in range(DESKS)]


@dataclass(frozen=True, slots=True)
class Promise:
    """A grant as somebody meant it: to whom, up to what, for how long; and what became of it."""

    kind: str
    holder: int
    tier: Tier
    begins: int
    ends: int | None
    revoked: bool
    forged: bool


@dataclass(frozen=True, slots=True)
class Holding:
    """A safe: who wrote in it, and who was promised a look."""

    author: int
    promises: tuple[Promise, ...]
    destroyed: bool


@dataclass(frozen=True, slots=True)
class World:
    hats: tuple[Actor, ...]
    safes: tuple[Holding, ...]


def tiers() -> st.SearchStrategy[Tier]:
    return st.sampled_from(list(Tier))


@st.composite
def promises(draw: st.DrawFn) -> Promise:
    """To a person by name, to a deputy for a while, to a desk, to an agency."""
    kind = draw(st.sampled_from(["PERSON", "DEPUTY", "DESK", "AGENCY"]))
    ends = draw(st.sampled_from(ENDS if kind == "DEPUTY" else (None, None, *ENDS)))
    fate = draw(st.sampled_from(["", "", "", "revoked", "forged"]))
    return Promise(
        kind="MEMBERSHIP" if kind in ("PERSON", "DEPUTY") else kind,
        holder=draw(st.integers(0, {"DESK": DESKS, "AGENCY": AGENCIES}.get(kind, HATS) - 1)),
        tier=draw(tiers()),
        begins=draw(st.sampled_from(BEGINNINGS)),
        ends=ends,
        revoked=fate == "revoked",
        forged=fate == "forged",
    )


@st.composite
def holdings(draw: st.DrawFn) -> Holding:
    return Holding(
        author=draw(st.integers(0, HATS - 1)),
        promises=tuple(draw(st.lists(promises(), max_size=5))),
        destroyed=draw(st.integers(0, 9)) == 9,
    )


@st.composite
def hats(draw: st.DrawFn, user_id: UUID) -> Actor:
    """A membership: its agency, its clearance and the desks at which it sits."""
    return Actor(
        user_id=user_id,
        membership_id=new_id(),
        agency_id=draw(st.sampled_from(AGENCY_IDS)),
        clearance=draw(tiers()),
        desk_ids=frozenset(draw(st.sets(st.sampled_from(DESK_IDS), max_size=2))),
    )


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Three people for five hats: two of them act for two agencies, or twice for one."""
    people = [new_id() for _ in range(3)]
    return World(
        hats=tuple(draw(hats(people[number % 3])) for number in range(HATS)),
        safes=tuple(draw(holdings()) for _ in range(SAFES)),
    )


def holder_id(world: World, promise: Promise) -> UUID:
    match promise.kind:
        case "DESK":
            return DESK_IDS[promise.holder]
        case "AGENCY":
            return AGENCY_IDS[promise.holder]
    membership = world.hats[promise.holder].membership_id
    assert membership is not None
    return membership


def hour(number: int, since: datetime = datetime(2026, 11, 21, 12, tzinfo=UTC)) -> datetime:
    return since + timedelta(hours=number)
