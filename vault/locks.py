"""Holding still what sealing rests on: its dossiers alive, its key-encryption key active.

Sealing takes FOR SHARE; destroying and retiring take more, so that they never overlap.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple
from uuid import UUID

from django.db import connection

from vault.errors import DossierDestroyed
from vault.models import DataKey


def hold_dossiers(dossier_ids: Iterable[UUID]) -> None:
    """Lock dossiers FOR SHARE against destruction; raises DossierDestroyed if one is gone."""
    ids = set(dossier_ids)
    if not connection.in_atomic_block:
        raise RuntimeError("sealing belongs in the transaction of what it seals")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM vault_dossier "
            "WHERE id = ANY(%s::uuid[]) AND destroyed_at IS NULL ORDER BY id FOR SHARE",
            [[str(one) for one in ids]],
        )
        if len(cursor.fetchall()) != len(ids):
            raise DossierDestroyed


class ActiveKey(NamedTuple):
    """The key-encryption key that new data keys are wrapped by, as the database names it."""

    id: str
    fingerprint: str


def hold_active_key() -> ActiveKey:
    """Lock the active key FOR SHARE: it is not retired before what it wraps is committed.

    By a function of the owner's, for the application's role may not lock that table. Whoever meets
    a change of keys waits and gets the new one.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT key_id, key_fingerprint FROM vault_hold_active_key()")
        return ActiveKey(*cursor.fetchone())


# Readers come in by one of these gates, by the keys of what they read. A recall shuts those of what
# it takes back, for the length of its transaction: a look is committed before it, or finds no grant.
_READING, _GATES = 20_260_930, 511
_GATES_OF_KEYS = (
    f"FROM (SELECT DISTINCT hashtext(k::uuid::text) & {_GATES} AS gate"  # noqa: S608 - constants
    " FROM unnest(%s::text[]) AS k ORDER BY 1) AS of_keys"
)
# A statement of its own before the one that reads, for a statement sees what stood when it began
PASS_GATES = f"SELECT pg_advisory_xact_lock_shared({_READING}, gate) {_GATES_OF_KEYS}"


def shut_gates(safe_ids: Iterable[UUID]) -> None:
    """Let nobody read in these safes until the caller's transaction ends. Take it last and be quick."""
    keys = DataKey.objects.filter(safe__in=list(safe_ids)).values_list("pk", flat=True)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT pg_advisory_xact_lock({_READING}, gate) {_GATES_OF_KEYS}",
            [[str(one) for one in keys]],
        )
