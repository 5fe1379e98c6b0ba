"""A world of the search written into the database, with what an attacker added to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from kernel.actors import Actor
from kernel.tiers import Tier
from tests import database
from tests.properties.worlds import Holding, Promise, World, holder_id, hour
from tests.vault.sample import Letter
from vault import services as vault
from vault.models import Grant, GrantReason, GrantRevocation, Safe
from vault.services import Sealed


@dataclass(frozen=True, slots=True)
class Written:
    """One sealed value: the number of its safe in the world, its tier, and its text."""

    safe: int
    tier: Tier
    sealed: Sealed
    text: str


def write(world: World) -> tuple[list[Safe], list[Written]]:
    """Three letters in every safe, one at each tier; then grants, endings and destruction."""
    now = timezone.now()
    with transaction.atomic():
        safes = [_safe(world, one) for one in world.safes]
        for safe, holding in zip(safes, world.safes, strict=True):
            _keep_promises(world, safe, holding, now)
        letters = _letters(world, safes)
    for safe, holding in zip(safes, world.safes, strict=True):
        if holding.destroyed:
            _destroy(safe)
    return safes, letters


def _safe(world: World, holding: Holding) -> Safe:
    author = world.hats[holding.author]
    dossier = vault.create_dossier(actor=author, kind="SAMPLE")
    return vault.create_safe(actor=author, dossier=dossier, kind="LETTER", readers=[])


def _letters(world: World, safes: list[Safe]) -> list[Written]:
    rows, written = [], []
    for number, safe in enumerate(safes):
        sealer = vault.Sealer(safe, actor=world.hats[world.safes[number].author])
        for tier in Tier:
            letter, text = Letter(safe=safe), f"Letter {number} at {tier.name} of {safe.pk}"
            sealer.seal(safe, letter, tier, body=text)
            rows.append(letter)
            written.append(Written(number, tier, letter.body, text))
    Letter.objects.bulk_create(rows)
    return written


def _keep_promises(world: World, safe: Safe, holding: Holding, now: datetime) -> None:
    author = world.hats[holding.author]
    rows = [(one, _grant(world, safe, one, author, now)) for one in holding.promises]
    Grant.objects.bulk_create([row for _, row in rows])
    GrantRevocation.objects.bulk_create(
        GrantRevocation(grant=row, revoked_by=author.holder_id)
        for promise, row in rows
        if promise.revoked
    )


def _grant(world: World, safe: Safe, promise: Promise, author: Actor, now: datetime) -> Grant:
    """A grant as the vault signs it. A forged one was signed for less than it now says."""
    row = Grant(
        safe=safe,
        holder_kind=promise.kind,
        holder_id=holder_id(world, promise),
        tier=promise.tier,
        reason=GrantReason.NAMED,
        granted_by=author.holder_id,
        valid_from=hour(promise.begins, now),
        valid_until=None if promise.ends is None else hour(promise.ends, now),
    )
    row.attest()
    if promise.forged:
        row.granted_by = row.pk
    return row


def _destroy(safe: Safe) -> None:
    with database.acting_as("disposer"):
        vault.destroy_dossier(actor=Actor.system("purge"), dossier=safe.dossier)
