"""Who may open what, written a second time: slowly, and from the sentences of the design alone."""

from __future__ import annotations

from kernel.tiers import Tier
from tests.properties.worlds import AGENCY_IDS, DESK_IDS, Holding, Promise, World


def may_open(world: World, safe: Holding, hat: int, tier: Tier, at: int = 0) -> bool:
    """Whether a hat may open words of that tier in a safe, so many hours from now."""
    if safe.destroyed:
        return False
    # Authors open their own words at any tier.
    if safe.author == hat and at >= 0:
        return True
    return any(_carries(world, promise, hat, tier, at) for promise in safe.promises)


def _carries(world: World, promise: Promise, hat: int, tier: Tier, at: int) -> bool:
    if promise.revoked or promise.forged:
        return False
    if at < promise.begins:
        return False
    if promise.ends is not None and at >= promise.ends:
        return False
    if tier > promise.tier:
        return False
    # A person named by the sender opens to the grant's tier.
    if promise.kind == "MEMBERSHIP":
        return promise.holder == hat
    # A group's members open to the lower of the grant and their own clearance.
    person = world.hats[hat]
    if tier > person.clearance:
        return False
    if promise.kind == "DESK":
        return DESK_IDS[promise.holder] in person.desk_ids
    return AGENCY_IDS[promise.holder] == person.agency_id
