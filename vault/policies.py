"""Who may open: the pure rule, without a database. The property tests compare `open` with it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from kernel.actors import Actor
from kernel.attestation import verify
from kernel.tiers import Tier
from vault.models import Grant, HolderKind


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


def reach(grants: Iterable[GrantRow], actor: Actor, at: datetime) -> Tier | None:
    """The highest tier that genuine, live grants give the actor in one safe; None if none does."""
    tiers = [g.reach(actor) for g in grants if g.is_held_by(actor) and g.is_live(at)]
    return max(tiers, default=None)
