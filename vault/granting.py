"""Giving and ending the right to read. Nobody grants more than they hold."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from audit import services as audit
from kernel.actors import Actor
from kernel.decisions import deny
from kernel.tiers import Tier
from vault import policies, queries
from vault.locks import hold_dossiers
from vault.models import (
    Dossier,
    Exclusion,
    Grant,
    GrantReason,
    GrantRevocation,
    HolderKind,
    Safe,
)


class Reader(NamedTuple):
    """Somebody who is to read a safe, up to a tier, for a reason."""

    kind: HolderKind
    holder_id: UUID
    tier: Tier
    reason: GrantReason
    until: datetime | None = None

    @classmethod
    def desk(cls, desk_id: UUID, tier: Tier, reason: GrantReason = GrantReason.DESK) -> Reader:
        return cls(HolderKind.DESK, desk_id, tier, reason)

    @classmethod
    def person(cls, membership_id: UUID, tier: Tier) -> Reader:
        return cls(HolderKind.MEMBERSHIP, membership_id, tier, GrantReason.NAMED)


def found_readers(actor: Actor, safe: Safe, readers: Iterable[Reader]) -> None:
    """The first grants of a new safe: its author at any tier, and whom the author chose."""
    if actor.membership_id is None:
        raise ValueError("only a person acting for an agency seals words")
    author = Reader(HolderKind.MEMBERSHIP, actor.membership_id, Tier.SENSITIVE, GrantReason.AUTHOR)
    grants = [grant_row(actor.membership_id, safe, one) for one in (author, *readers)]
    Grant.objects.bulk_create(grants)
    audit.record("vault.founded", actor=actor, target=safe, signed=[row.pk for row in grants])


@transaction.atomic
def grant(*, actor: Actor, safe: Safe, readers: Iterable[Reader]) -> list[Grant]:
    """Let more people read a safe; raises Denied if a tier is above what the actor holds."""
    hold_dossiers([safe.dossier_id])
    chosen = list(readers)
    held = reach_of(actor, safe)
    if actor.membership_id is None or held is None or any(one.tier > held for one in chosen):
        deny("beyond_own_reach", "You cannot give more access than you have yourself").require()
    grants = [grant_row(actor.membership_id, safe, one) for one in chosen]  # type: ignore[arg-type]
    Grant.objects.bulk_create(grants)
    for row in grants:
        audit.record("vault.granted", actor=actor, target=row, safe=safe.pk, tier=int(row.tier))
    return grants


@transaction.atomic
def revoke(*, actor: Actor, grant: Grant) -> None:
    """End a grant from this moment. What was already read stays read."""
    genuine = genuine_grants(actor, [grant.safe_id])
    policies.can_revoke(genuine, actor, grant, timezone.now()).require()
    end_grant(actor, grant)


@transaction.atomic
def revoke_beside(*, actor: Actor, safe: Safe, grants: Iterable[Grant]) -> None:
    """End what the author of a safe gave beside it in the same case; raises Denied for all else.

    The author's desk takes a share back as a whole: the words, and whom they are about.
    """
    now = timezone.now()
    policies.can_write(genuine_grants(actor, [safe.pk]), actor, {safe.pk}, now).require()
    written = Grant.objects.filter(safe=safe, reason=GrantReason.AUTHOR)
    authors = {one.holder_id for one in written if one.is_genuine()}
    for one in grants:
        policies.is_given_beside(one, safe, authors).require()
        end_grant(actor, one)


@transaction.atomic
def renounce(*, actor: Actor, grant: Grant) -> None:
    """Give up what was granted to oneself or to one's desk; never what one wrote."""
    policies.can_renounce(actor, grant).require()
    end_grant(actor, grant)


def end_grant(actor: Actor, grant: Grant) -> None:
    """End a right whose end was decided; one that ended before stays as it ended."""
    _, is_new = GrantRevocation.objects.get_or_create(
        grant=grant, defaults={"revoked_by": actor.member.membership_id}
    )
    if is_new:
        audit.record("vault.revoked", actor=actor, target=grant, safe=grant.safe_id)


@transaction.atomic
def keep_from(*, actor: Actor, dossier: Dossier, user_id: UUID) -> bool:
    """Let somebody learn nothing more of a case; False if that was decided before.

    Raises Denied unless the actor may read something of the case, and for oneself. It holds at once
    for every page and message, whatever was granted. It is not taken back: what it hid stays so.
    """
    hold_dossiers([dossier.pk])
    if not lasting_grants(actor, dossier.safes.values_list("pk", flat=True)):
        deny("not_your_case", "Only those who may read a case keep somebody from it").require()
    if user_id == actor.user_id:
        deny("yourself", "You cannot keep yourself from a case. Ask your lead.").require()
    row = Exclusion(
        dossier=dossier, user_id=user_id, recorded_by=actor.member.membership_id
    ).attest()
    before = Exclusion.objects.filter(dossier=dossier, user_id=user_id)
    if before.exists():
        return False
    Exclusion.objects.bulk_create([row], ignore_conflicts=True)
    if not before.filter(pk=row.pk).exists():  # somebody else was quicker by a moment
        return False
    audit.record("vault.kept_from", actor=actor, target=row, dossier=dossier.pk)
    return True


def reach_of(actor: Actor, safe: Safe) -> Tier | None:
    """The highest tier up to which the actor may open a safe, and give from it, by genuine grants."""
    return policies.reach(lasting_grants(actor, [safe.pk]), actor, timezone.now())


def lasting_grants(actor: Actor, safes: Iterable[UUID]) -> list[policies.GrantRow]:
    """Those by which one gives and decides: whoever reads in an emergency only reads."""
    return [row for row in genuine_grants(actor, safes) if not row.is_for_emergency]


def genuine_grants(actor: Actor, safes: Iterable[UUID]) -> list[policies.GrantRow]:
    """The actor's unrevoked grants on some safes, without what the portal did not write."""
    return [row for row in queries.grants_on(safes, actor) if row.is_genuine()]


def grant_row(granted_by: UUID, safe: Safe, reader: Reader) -> Grant:
    """A signed grant, not yet stored."""
    row = Grant(
        safe=safe,
        holder_kind=reader.kind,
        holder_id=reader.holder_id,
        tier=reader.tier,
        reason=reader.reason,
        granted_by=granted_by,
        valid_until=reader.until,
    )
    return row.attest()
