"""The rule of need to know, without a database, against the naive one: every hat, safe and hour."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings

from kernel.ids import new_id
from kernel.tiers import Tier
from tests.properties import naive
from tests.properties.worlds import (
    HATS,
    MOMENTS,
    SAFES,
    Holding,
    Promise,
    World,
    holder_id,
    hour,
    worlds,
)
from vault.models import GrantReason
from vault.policies import GrantRow, reach

EACH = HATS * SAFES * len(MOMENTS)


@pytest.mark.timeout(3600)
def test_the_rule_is_what_the_design_says(deep: bool) -> None:
    """Examples are counted as questions: one hat at one safe in one hour, about all three tiers."""
    asked = 0

    @settings(
        max_examples=(1_000_000 if deep else 200_000) // EACH,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
    )
    @given(worlds())
    def every_question(world: World) -> None:
        nonlocal asked
        for safe in world.safes:
            rows = [row(world, one) for one in safe.promises if not (one.revoked or one.forged)]
            rows.append(row(world, written_by(safe)))
            asked += ask_everybody(world, safe, rows)

    every_question()

    assert asked >= (1_000_000 if deep else 200_000)


def ask_everybody(world: World, safe: Holding, rows: list[GrantRow]) -> int:
    """Compare both rules for a safe that lives; returns how many questions were asked."""
    living = Holding(safe.author, safe.promises, destroyed=False)
    for number, hat in enumerate(world.hats):
        for at in MOMENTS:
            found = reach(rows, hat, hour(at))
            allowed = [t for t in Tier if naive.may_open(world, living, number, t, at)]
            assert (found.and_below() if found else []) == allowed
    return len(world.hats) * len(MOMENTS)


def written_by(safe: Holding) -> Promise:
    return Promise("MEMBERSHIP", safe.author, Tier.SENSITIVE, 0, None, revoked=False, forged=False)


def row(world: World, promise: Promise) -> GrantRow:
    authority = {
        "safe_id": world.hats[0].membership_id,
        "holder_kind": promise.kind,
        "holder_id": holder_id(world, promise),
        "tier": int(promise.tier),
        "reason": str(GrantReason.NAMED),
        "granted_by": world.hats[0].membership_id,
        "valid_from": hour(promise.begins),
        "valid_until": None if promise.ends is None else hour(promise.ends),
    }
    return GrantRow(new_id(), authority, "", b"")
