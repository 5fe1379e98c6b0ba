"""Wrapping data keys again under the active key-encryption key, while everybody goes on reading.

Each batch is one transaction and one statement that changes a row only if it is still as it was
read. Killed anywhere, it goes on from there when it is run again.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any, NamedTuple
from uuid import UUID

import psycopg2
from django.db import connection, transaction

from audit import services as audit
from kernel.actors import Actor
from vault.crypto import Rewrapper
from vault.errors import ForeignKeyMaterial
from vault.locks import ActiveKey
from vault.models import DataKey, KeyEncryptionKey
from vault.states import KeyStatus

BATCH = 5000
_COLUMNS = ("pk", "safe_id", "tier", "kek_id", "wrapped")
_COMPARE_AND_SWAP = """
UPDATE vault_datakey AS key SET kek_id = %s, wrapped = fresh.wrapped
FROM unnest(%s::uuid[], %s::bytea[], %s::bytea[]) AS fresh (id, was, wrapped)
WHERE key.id = fresh.id AND key.wrapped = fresh.was
"""


class Batch(NamedTuple):
    """What one transaction did: data keys wrapped again, and the ids of those that do not open."""

    moved: int
    damaged: list[UUID]


def waiting() -> int:
    """How many data keys are not under the active key."""
    return DataKey.objects.exclude(kek__status=KeyStatus.ACTIVE).count()


def rewrap(*, actor: Actor, batch: int = BATCH) -> Generator[Batch, None, None]:
    """Wrap again whatever is not under the active key, batch by batch; each is committed by itself.

    One pass is enough: since the older keys were retired, no row can come to them.
    """
    active = KeyEncryptionKey.objects.get(status=KeyStatus.ACTIVE)
    rewrapper = Rewrapper(ActiveKey(active.pk, active.fingerprint))
    after = UUID(int=0)
    while rows := _next_rows(active, after, batch):
        after = rows[-1].pk
        yield _rewrap_batch(actor, active, rewrapper, rows)


def _next_rows(active: KeyEncryptionKey, after: UUID, batch: int) -> list[Any]:
    rows = DataKey.objects.exclude(kek=active).filter(pk__gt=after).order_by("pk")
    return list(rows.values_list(*_COLUMNS, named=True)[:batch])


@transaction.atomic
def _rewrap_batch(
    actor: Actor, active: KeyEncryptionKey, rewrapper: Rewrapper, rows: list[Any]
) -> Batch:
    fresh, damaged = _wrapped_again(rewrapper, rows)
    moved = _swap(active, fresh)
    audit.record("vault.keys_rewrapped", actor=actor, target=active, moved=moved)
    if damaged:
        audit.record_incident(actor=actor, code=ForeignKeyMaterial.code, data_keys=damaged)
    return Batch(moved, damaged)


def _wrapped_again(
    rewrapper: Rewrapper, rows: list[Any]
) -> tuple[list[tuple[UUID, bytes, bytes]], list[UUID]]:
    fresh, damaged = [], []
    for row in rows:
        try:
            fresh.append((row.pk, bytes(row.wrapped), rewrapper.rewrap(row)))
        except ForeignKeyMaterial:
            damaged.append(row.pk)
    return fresh, damaged


def _swap(active: KeyEncryptionKey, fresh: list[tuple[UUID, bytes, bytes]]) -> int:
    ids = [str(pk) for pk, _, _ in fresh]
    was = [psycopg2.Binary(old) for _, old, _ in fresh]
    wrapped = [psycopg2.Binary(new) for _, _, new in fresh]
    with connection.cursor() as cursor:
        cursor.execute(_COMPARE_AND_SWAP, [active.pk, ids, was, wrapped])
        return int(cursor.rowcount)
