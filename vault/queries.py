"""Reading keys and grants: one query for a page, however many values stand on it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q, QuerySet
from django.db.models.functions import JSONObject

from kernel.actors import Actor
from vault.models import DataKey, Grant, HolderKind, Safe
from vault.policies import GrantRow

_COLUMNS = ("id", *Grant.attested, "mac_key_id", "mac")


def held_by(*actors: Actor) -> Q:
    """Grants that any of the actors holds in person, at a desk or through the agency."""
    held = Q(pk__in=[])
    for actor in actors:
        held |= Q(holder_kind=HolderKind.MEMBERSHIP, holder_id=actor.holder_id)
        held |= Q(holder_kind=HolderKind.DESK, holder_id__in=actor.desk_ids)
        held |= Q(holder_kind=HolderKind.AGENCY, holder_id=actor.agency_id)
    return held


def unrevoked_grants(*actors: Actor) -> QuerySet[Grant]:
    """The actors' grants that no revocation ended."""
    return Grant.objects.filter(held_by(*actors), revocation__isnull=True)


def keys_with_grants(key_ids: Collection[UUID], *actors: Actor) -> QuerySet[DataKey]:
    """Data keys of living dossiers, each with the actors' grants on its safe as `grant_rows`."""
    grants = unrevoked_grants(*actors).filter(safe=OuterRef("safe"))
    columns = JSONObject(**{name: name for name in _COLUMNS})
    return DataKey.objects.filter(
        pk__in=key_ids, safe__dossier__destroyed_at__isnull=True
    ).annotate(grant_rows=ArraySubquery(grants.values(row=columns)))


def grants_on(safe: Safe, actor: Actor) -> list[GrantRow]:
    """The actor's unrevoked grants on one safe."""
    columns = JSONObject(**{name: name for name in _COLUMNS})
    rows = unrevoked_grants(actor).filter(safe=safe).values(row=columns)
    return parse_grants(row["row"] for row in rows)


def parse_grants(rows: Iterable[dict[str, Any]]) -> list[GrantRow]:
    """Grants as the database wrote them into JSON, with their types back."""
    return [_parse(row) for row in rows]


def _parse(row: dict[str, Any]) -> GrantRow:
    authority = {name: row[name] for name in Grant.attested}
    for name in ("safe_id", "holder_id", "granted_by"):
        authority[name] = UUID(authority[name])
    for name in ("valid_from", "valid_until"):
        authority[name] = authority[name] and _moment(authority[name])
    mac = bytes.fromhex(row["mac"].removeprefix("\\x"))
    return GrantRow(UUID(row["id"]), authority, row["mac_key_id"], mac)


def _moment(text: str) -> datetime | str:
    """A moment; the text itself where it is none ("infinity"): a forger's, which no MAC fits."""
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return text
