"""Sealing what is around somebody, and letting those who are told of a person know what to beware of."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction

from audit import services as audit
from kernel.actors import Actor
from kernel.decisions import deny
from kernel.tiers import Tier
from people import queries
from people.around import AROUND_SAFE, RESTRICTED_SAFE, Indicators, Safety, Surroundings
from people.models import IdentitySnapshot, Surrounding
from vault import services as vault
from vault.models import Grant, GrantReason, HolderKind, Safe


class _Writer:
    """Writes what is said around one person into one safe."""

    def __init__(self, actor: Actor, snapshot: IdentitySnapshot, safe: Safe) -> None:
        self._actor, self._snapshot, self._safe = actor, snapshot, safe
        self._sealer = vault.Sealer(safe, actor=actor)

    def write(self, what: str, tier: Tier, record: dict[str, Any], **more: str) -> Surrounding:
        row = Surrounding(
            snapshot=self._snapshot,
            safe=self._safe,
            recorded_by_id=self._actor.member.membership_id,
        )
        self._sealer.seal(self._safe, row, tier, record={"what": what, **record, **more})
        row.save(force_insert=True)
        return row


@transaction.atomic
def record_surroundings(
    *,
    actor: Actor,
    snapshot: IdentitySnapshot,
    said: Surroundings,
    readers: Iterable[vault.Reader],
) -> None:
    """Seal who is around a person and what to beware of, for those who are told of that person.

    Restricted indicators (D17) lie in a safe of their own, which goes to nobody later.
    """
    readers = list(readers)
    if not (said.connected or said.safety or said.indicators != Indicators()):
        return
    safe = _safe(actor, snapshot, AROUND_SAFE, readers)
    writer = _Writer(actor, snapshot, safe)
    if said.safety:
        writer.write("SAFETY", Tier.PERSONAL, said.safety.to_json())
    about = [("", said.indicators)]
    for one in said.connected:
        row = writer.write("AROUND", Tier.PERSONAL, one.to_json())
        about.append((str(row.pk), one.indicators))
    for key, indicators in about:
        if indicators.open_part():
            writer.write("CONCERNS", Tier.SENSITIVE, indicators.open_part(), of=key)
    restricted = [(key, one) for key, one in about if one.restricted]
    if restricted:
        apart = _Writer(actor, snapshot, _safe(actor, snapshot, RESTRICTED_SAFE, readers))
        for key, indicators in restricted:
            apart.write("CONCERNS", Tier.SENSITIVE, indicators.restricted_part(), of=key)


def _safe(
    actor: Actor, snapshot: IdentitySnapshot, kind: str, readers: Iterable[vault.Reader]
) -> Safe:
    dossier = snapshot.safe.dossier
    return vault.create_safe(actor=actor, dossier=dossier, kind=kind, readers=readers)


@transaction.atomic
def add_safety(*, actor: Actor, snapshot: IdentitySnapshot, safety: Safety) -> Surrounding:
    """Say later how somebody must not be reached: everybody who was told of them is told that too."""
    held = vault.reach_of(actor, snapshot.safe)
    readers = [_same_reader(actor, one) for one in queries.living_grants(snapshot.safe_id)]
    others = [one for one in readers if one.holder_id != actor.membership_id]
    if held is None:
        deny("not_told_of_them", "Only those who were told of somebody warn about them.").require()
    safe = _safe(actor, snapshot, AROUND_SAFE, others)
    row = _Writer(actor, snapshot, safe).write("SAFETY", Tier.PERSONAL, safety.to_json())
    audit.record("people.safety_added", actor=actor, target=row)
    return row


def _same_reader(actor: Actor, grant: Grant) -> vault.Reader:
    """Whoever reads who a person is reads the warning; one's own desk may go on with it."""
    is_own = grant.holder_id in actor.desk_ids
    reason = GrantReason.OWN_DESK if is_own else GrantReason.DESK
    if grant.holder_kind == HolderKind.MEMBERSHIP:
        reason = GrantReason.NAMED
    tier = Tier.SENSITIVE if is_own else Tier.PERSONAL
    return vault.Reader(
        HolderKind(grant.holder_kind), grant.holder_id, tier, reason, grant.valid_until
    )


@transaction.atomic
def introduce(*, actor: Actor, snapshot: IdentitySnapshot, readers: Iterable[vault.Reader]) -> None:
    """Let more people know who somebody is, and with that what to beware of. Never what is restricted."""
    readers = list(readers)
    if not readers:
        return
    for safe in (snapshot.safe, *queries.safes_around(snapshot)):
        reach = min(vault.reach_of(actor, safe) or Tier.ANONYMISED, Tier.PERSONAL)
        lowered = [one._replace(tier=min(one.tier, reach)) for one in readers]
        if safe == snapshot.safe or vault.reach_of(actor, safe) is not None:
            vault.grant(actor=actor, safe=safe, readers=lowered)
