"""The rule of reach against a second, naive writing of design 5, over random grants and people."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from kernel.actors import Actor
from kernel.ids import new_id
from kernel.tiers import Tier
from vault.models import GrantReason, HolderKind
from vault.policies import GrantRow, reach

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
# Few ids, so that grants and people meet often
IDS = [new_id() for _ in range(3)]
SAFE = new_id()

ids = st.sampled_from(IDS)
moments = st.sampled_from([NOW + timedelta(hours=h) for h in (-2, -1, 0, 1, 2)])
tiers = st.sampled_from(list(Tier))


@st.composite
def grants(draw: st.DrawFn) -> GrantRow:
    authority: dict[str, Any] = {
        "safe_id": SAFE,
        "holder_kind": str(draw(st.sampled_from(list(HolderKind)))),
        "holder_id": draw(ids),
        "tier": int(draw(tiers)),
        "reason": str(GrantReason.NAMED),
        "granted_by": draw(ids),
        "valid_from": draw(moments),
        "valid_until": draw(st.none() | moments),
    }
    return GrantRow(new_id(), authority, "", b"")


@st.composite
def actors(draw: st.DrawFn) -> Actor:
    return Actor(
        user_id=draw(st.none() | ids),
        membership_id=draw(st.none() | ids),
        agency_id=draw(st.none() | ids),
        clearance=draw(tiers),
        desk_ids=draw(st.frozensets(ids)),
    )


def naive(rows: list[GrantRow], actor: Actor) -> set[Tier]:
    """Every tier that the actor may open, one by one, as the design's sentences say it."""
    open_to: set[Tier] = set()
    for tier in Tier:
        for row in rows:
            a = row.authority
            begun = a["valid_from"] <= NOW
            ended = a["valid_until"] is not None and a["valid_until"] <= NOW
            if not begun or ended or a["tier"] < tier:
                continue
            holder: UUID = a["holder_id"]
            if a["holder_kind"] == "MEMBERSHIP" and actor.membership_id == holder:
                open_to.add(tier)
            if actor.clearance < tier:
                continue
            if a["holder_kind"] == "DESK" and holder in actor.desk_ids:
                open_to.add(tier)
            if a["holder_kind"] == "AGENCY" and actor.agency_id == holder:
                open_to.add(tier)
    return open_to


@settings(max_examples=300, deadline=None)
@given(st.lists(grants(), max_size=6), actors())
def test_reach_is_what_the_design_says(rows: list[GrantRow], actor: Actor) -> None:
    found = reach(rows, actor, NOW)

    assert set(found.and_below() if found else []) == naive(rows, actor)


@settings(max_examples=100, deadline=None)
@given(st.lists(grants(), max_size=5), grants(), actors())
def test_another_grant_never_takes_anything_away(
    rows: list[GrantRow], extra: GrantRow, actor: Actor
) -> None:
    before, after = reach(rows, actor, NOW), reach([*rows, extra], actor, NOW)

    assert before is None or (after is not None and after >= before)


@settings(max_examples=100, deadline=None)
@given(st.lists(grants(), max_size=6), actors())
def test_nobody_reaches_beyond_the_highest_grant(rows: list[GrantRow], actor: Actor) -> None:
    found = reach(rows, actor, NOW)

    assert found is None or found <= max(row.tier for row in rows)
