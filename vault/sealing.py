"""Dossiers, safes, and putting words into them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, NamedTuple
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import models, transaction
from django.utils import timezone

from kernel.actors import Actor
from kernel.tiers import Tier
from vault import crypto, policies
from vault.fields import SealedField
from vault.granting import Reader, found_readers, genuine_grants
from vault.locks import ActiveKey, hold_active_key, hold_dossiers
from vault.models import DataKey, Dossier, Safe


@transaction.atomic
def create_dossier(*, actor: Actor, kind: str, keep: str = "CASE_DATA") -> Dossier:
    """Begin a unit of retention. The change it belongs to is audited by the caller."""
    return Dossier.objects.create(kind=kind, keep=keep)


@transaction.atomic
def create_safe(*, actor: Actor, dossier: Dossier, kind: str, readers: Iterable[Reader]) -> Safe:
    """A safe for the actor's words, readable by its author and by the founding readers."""
    hold_dossiers([dossier.pk])
    safe = Safe.objects.create(dossier=dossier, kind=kind)
    found_readers(actor, safe, readers)
    return safe


class _ReadyKey(NamedTuple):
    row: DataKey
    cipher: AESGCM


class Sealer:
    """Seals fields of rows into safes, in the caller's transaction; keys are fetched once."""

    def __init__(self, *safes: Safe, actor: Actor) -> None:
        hold_dossiers({safe.dossier_id for safe in safes})
        self._safes = {safe.pk: safe for safe in safes}
        grants = genuine_grants(actor, self._safes)
        policies.can_write(grants, actor, self._safes.keys(), timezone.now()).require()
        self._keys: dict[tuple[UUID, int], _ReadyKey] = {}
        self._read_keys({})

    def prepare(self, *tiers: Tier) -> None:
        """Make the keys that are missing at these tiers in every safe at once, for bulk writing."""
        self._make_keys([(safe, tier) for safe in self._safes.values() for tier in tiers])

    def _make_keys(self, wanted: Iterable[tuple[Safe, Tier]]) -> None:
        missing = [one for one in wanted if (one[0].pk, one[1]) not in self._keys]
        kek = hold_active_key()
        crypto.require_on_ring(kek)
        made = [_new_key(safe, tier, kek) for safe, tier in missing]
        # Somebody may be quicker with the same key: theirs stands, and is read back.
        DataKey.objects.bulk_create([one.row for one in made], ignore_conflicts=True)
        self._read_keys({one.row.pk: one for one in made})

    def _read_keys(self, made: dict[UUID, _ReadyKey]) -> None:
        keks = crypto.KeyEncryption()
        for row in DataKey.objects.filter(safe__in=self._safes):
            ready = made.get(row.pk) or _ReadyKey(row, crypto.unwrap(row, keks))
            self._keys[row.safe_id, row.tier] = ready

    def seal(self, safe: Safe, row: models.Model, tier: Tier, **values: Any) -> None:
        """Put values into sealed fields of a row that is about to be saved. Empty ones stay null."""
        for name, value in values.items():
            field = row._meta.get_field(name)
            if not isinstance(field, SealedField):
                raise TypeError(f"{name} is not a sealed field")
            if value not in ("", None):
                setattr(row, name, self._encrypt(safe, row, tier, field, value))

    def _encrypt(
        self, safe: Safe, row: models.Model, tier: Tier, field: SealedField, value: Any
    ) -> Any:
        key = self._key(safe, tier)
        text = json.dumps(value, ensure_ascii=False) if field.is_json else _words(value)
        return crypto.encrypt(key.cipher, key.row, text.encode(), field.seal_id, row.pk)

    def _key(self, safe: Safe, tier: Tier) -> _ReadyKey:
        if safe.pk not in self._safes:
            raise ValueError("the sealer was not given this safe")
        if (safe.pk, tier) not in self._keys:
            self._make_keys([(safe, tier)])
        return self._keys[safe.pk, tier]


def _words(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("sealed text takes text")
    return value


def _new_key(safe: Safe, tier: Tier, kek: ActiveKey) -> _ReadyKey:
    """A data key under the active key-encryption key, not yet in the database."""
    row = DataKey(safe=safe, tier=tier, kek_id=kek.id)
    material = crypto.new_material()
    row.wrapped = crypto.wrap(material, row)
    return _ReadyKey(row, AESGCM(material))
