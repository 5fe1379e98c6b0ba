"""Who may open: the pure rule, without a database. The property tests compare `open` with it."""

from __future__ import annotations

from collections.abc import Iterable, Set
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from kernel.actors import Actor
from kernel.attestation import verify
from kernel.decisions import ALLOW, Decision, deny
from kernel.tiers import Tier
from vault.models import Grant, GrantReason, HolderKind, Safe


class GrantRow(NamedTuple):
    """A grant as read beside its safe: the attested columns and the MAC. Ids may be text."""

    pk: UUID | str
    authority: dict[str, Any]
    mac_key_id: str
    mac: bytes

    @property
    def tier(self) -> Tier:
        return Tier(self.authority["tier"])

    @property
    def reason(self) -> str:
        return str(self.authority["reason"])

    @property
    def is_for_emergency(self) -> bool:
        """Lets its holder read for some hours, and neither give nor decide anything."""
        return self.reason == GrantReason.EMERGENCY

    @property
    def safe(self) -> str:
        return str(self.authority["safe_id"])

    @property
    def holder_kind(self) -> HolderKind:
        return HolderKind(self.authority["holder_kind"])

    @property
    def holder_id(self) -> UUID:
        holder: UUID | str = self.authority["holder_id"]
        return holder if isinstance(holder, UUID) else UUID(holder)

    def is_genuine(self) -> bool:
        """Whether the portal itself wrote this grant."""
        return verify(
            Grant._meta.label,
            self.mac_key_id,
            {"pk": self.pk, **self.authority},
            self.mac,
        )

    def is_live(self, at: datetime) -> bool:
        until = self.authority["valid_until"]
        return self.authority["valid_from"] <= at and (until is None or at < until)

    def is_held_by(self, actor: Actor) -> bool:
        match self.holder_kind:
            case HolderKind.MEMBERSHIP:
                return self.holder_id == actor.membership_id
            case HolderKind.DESK:
                return self.holder_id in actor.desk_ids
            case HolderKind.AGENCY:
                return self.holder_id == actor.agency_id

    def reach(self, actor: Actor) -> Tier:
        """What this grant gives the actor: to a person as granted, to a group by clearance too."""
        if self.holder_kind is HolderKind.MEMBERSHIP:
            return self.tier
        return min(self.tier, actor.clearance)


# Whose words a safe holds. Whoever was sent them reads, and writes into safes of their own.
_WRITERS = {GrantReason.AUTHOR, GrantReason.OWN_DESK}


def can_write(
    grants: Iterable[GrantRow], actor: Actor, safe_ids: Set[UUID], at: datetime
) -> Decision:
    """Its author writes into a safe, and the author's own desk, whatever their clearance is now."""
    mine = [g for g in grants if g.reason in _WRITERS and g.is_held_by(actor) and g.is_live(at)]
    if actor.is_person and {str(one) for one in safe_ids} <= {g.safe for g in mine}:
        return ALLOW
    return deny("not_your_words", "Only whoever began this, or their own desk, can write in it")


def can_revoke(grants: Iterable[GrantRow], actor: Actor, grant: Grant, at: datetime) -> Decision:
    """Whoever gave access ends it, and whoever may write what it opens."""
    if actor.is_person and actor.membership_id == grant.granted_by:
        return ALLOW
    if can_write(grants, actor, {grant.safe_id}, at):
        return ALLOW
    return deny("not_your_grant", "Only whoever gave this access, or wrote it, can end it")


def is_given_beside(grant: Grant, safe: Safe, authors: Set[UUID]) -> Decision:
    """Whether an author of a safe gave this to a reader, in the same case."""
    same_case = grant.safe.dossier_id == safe.dossier_id
    if same_case and grant.granted_by in authors and grant.reason not in _WRITERS:
        return ALLOW
    return deny("not_your_grant", "Only what was given together with your own words can be ended")


def can_renounce(actor: Actor, grant: Grant) -> Decision:
    """Whoever was sent something, in person or at a desk, may say that it is not for them."""
    held = {HolderKind.MEMBERSHIP: {actor.membership_id}, HolderKind.DESK: actor.desk_ids}
    mine = grant.holder_id in held.get(HolderKind(grant.holder_kind), set())
    if actor.is_person and mine and grant.reason not in _WRITERS:
        return ALLOW
    return deny("not_your_grant", "Only whoever was given access can give it up")


def reach(grants: Iterable[GrantRow], actor: Actor, at: datetime) -> Tier | None:
    """The highest tier that genuine, live grants give the actor in one safe; None if none does."""
    tiers = [g.reach(actor) for g in grants if g.is_held_by(actor) and g.is_live(at)]
    return max(tiers, default=None)
