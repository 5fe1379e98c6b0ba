"""Holding still what sealing rests on: its dossiers alive, its key-encryption key active.

Sealing takes FOR SHARE; destroying and retiring take more, so that they never overlap.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple
from uuid import UUID

from django.db import connection

from vault.errors import DossierDestroyed


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
