"""Holding dossiers alive. Sealing takes FOR SHARE, destroying FOR UPDATE: they never overlap."""

from __future__ import annotations

from collections.abc import Iterable
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
