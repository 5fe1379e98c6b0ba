"""Reading keys and grants: one query for a page, however many values stand on it.

Written in SQL: it runs for every page, and composing it anew would take longer than running it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from kernel.actors import Actor
from vault.locks import PASS_GATES
from vault.models import DataKey, DestroyedKey, Exclusion, Grant
from vault.policies import GrantRow

# Ids as text, for they are only signed and compared; moments as text, for a forger may have written
# one that no calendar has.
_GRANT = """
    g.id::text, g.safe_id::text, g.holder_kind, g.holder_id::text, g.tier, g.reason,
    g.granted_by::text, g.valid_from::text, g.valid_until::text, g.mac_key_id, g.mac
"""
# A grant in an emergency ends also with the right of the reader's agency that it rests on
_HELD = """
    g.holder_id = ANY(%s::uuid[])
    AND NOT EXISTS (SELECT FROM vault_grantrevocation r WHERE r.grant_id = g.id)
    AND (g.reason <> 'EMERGENCY' OR EXISTS (
        SELECT FROM vault_emergencybasis b
        WHERE b.grant_id = g.id
        AND NOT EXISTS (SELECT FROM vault_grantrevocation r WHERE r.grant_id = b.rests_on_id)
    ))
"""
# Whoever must not learn of the case reaches nothing in it, and nothing is previewed as them
_NOT_KEPT_FROM = """
    NOT EXISTS (
        SELECT FROM vault_exclusion x
        WHERE x.dossier_id = s.dossier_id AND x.user_id = ANY(%s::uuid[])
    )
"""
_KEYS_WITH_GRANTS = f"""
SELECT k.id, k.safe_id, k.tier, k.kek_id, k.wrapped, {_GRANT}
FROM vault_datakey k
JOIN vault_safe s ON s.id = k.safe_id
JOIN vault_dossier d ON d.id = s.dossier_id AND d.destroyed_at IS NULL
LEFT JOIN vault_grant g ON g.safe_id = k.safe_id AND {_HELD} AND {_NOT_KEPT_FROM}
WHERE k.id = ANY(%s::uuid[])
"""  # noqa: S608 - put together from constants
_GRANTS = f"""
SELECT {_GRANT} FROM vault_grant g JOIN vault_safe s ON s.id = g.safe_id
WHERE g.safe_id = ANY(%s::uuid[]) AND {_HELD} AND {_NOT_KEPT_FROM}
"""  # noqa: S608 - put together from constants


class FetchedKey(NamedTuple):
    """A data key as it is stored."""

    pk: UUID
    safe_id: UUID
    tier: int
    kek_id: str
    wrapped: bytes


_WIDTH = len(FetchedKey._fields)


class KeysAndGrants(NamedTuple):
    """What a page of values needs: their keys by id, and the readers' grants by safe."""

    keys: dict[UUID, FetchedKey]
    grants: dict[UUID, list[GrantRow]]


def keys_and_grants(key_ids: Collection[UUID], actors: Sequence[Actor]) -> KeysAndGrants:
    """Data keys of living dossiers, and the unrevoked grants that the actors hold on their safes.

    A grant appears under each of its safe's keys; it is one grant. Whoever recalls one meanwhile is
    waited for, and waits for the end of the reader's transaction.
    """
    keys: dict[UUID, FetchedKey] = {}
    grants: dict[UUID, dict[str, GrantRow]] = {}
    reading = f"{PASS_GATES}; {_KEYS_WITH_GRANTS}"
    for row in _rows(reading, key_ids, _holders(actors), _users(actors), key_ids):
        key = FetchedKey(*row[:_WIDTH])
        keys[key.pk] = key
        on_safe = grants.setdefault(key.safe_id, {})
        grant_id = row[_WIDTH]
        if grant_id is not None and grant_id not in on_safe:
            on_safe[grant_id] = _grant(row[_WIDTH:])
    return KeysAndGrants(keys, {safe: list(rows.values()) for safe, rows in grants.items()})


def grants_on(safes: Iterable[UUID], actor: Actor) -> list[GrantRow]:
    """The actor's unrevoked grants on some safes."""
    return _grants_held(safes, _holders([actor]), actor)


def grants_beside(
    safes: Collection[UUID], actor: Actor, belonging: Callable[[Collection[UUID]], Collection[UUID]]
) -> list[GrantRow]:
    """Unrevoked grants on some safes that those belonging to the actor's side hold.

    None where the actor must not learn of the case.
    """
    holders = Grant.objects.filter(safe__in=safes).values_list("holder_id", flat=True)
    return _grants_held(safes, belonging(set(holders)), actor)


def _grants_held(safes: Iterable[UUID], holders: Iterable[UUID], reader: Actor) -> list[GrantRow]:
    return [_grant(row) for row in _rows(_GRANTS, safes, holders, _users([reader]))]


def kept_from_case(dossier_id: UUID) -> set[UUID]:
    """The users who must not learn of a case."""
    rows = Exclusion.objects.filter(dossier=dossier_id)
    return set(rows.values_list("user_id", flat=True))


def living_key(key_id: UUID) -> DataKey | None:
    """One data key, unless its dossier was destroyed."""
    return DataKey.objects.filter(pk=key_id, safe__dossier__destroyed_at__isnull=True).first()


def destroyed(key_ids: Collection[UUID]) -> set[UUID]:
    """Those of the keys that existed and are gone, or whose dossier was destroyed."""
    gone = DestroyedKey.objects.filter(pk__in=key_ids).values_list("pk", flat=True)
    dead = DataKey.objects.filter(pk__in=key_ids, safe__dossier__destroyed_at__isnull=False)
    return {*gone, *dead.values_list("pk", flat=True)}


def _holders(actors: Iterable[Actor]) -> list[UUID]:
    """Every id by which the actors may hold a grant; the rule looks at which kind it is."""
    return [
        one
        for actor in actors
        for one in (actor.membership_id, actor.agency_id, *actor.desk_ids)
        if one is not None
    ]


def _users(actors: Iterable[Actor]) -> list[UUID]:
    return [actor.user_id for actor in actors if actor.user_id is not None]


def _rows(sql: str, *ids: Iterable[UUID]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, [[str(one) for one in some] for some in ids])
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


def _grant(row: Sequence[Any]) -> GrantRow:
    pk, *columns, mac_key_id, mac = row
    authority = dict(zip(Grant.attested, columns, strict=True))
    for name in ("valid_from", "valid_until"):
        authority[name] = authority[name] and _moment(authority[name])
    return GrantRow(pk, authority, mac_key_id, bytes(mac))


def _moment(text: str) -> datetime | str:
    """A moment; the text itself where it is none ("infinity"): a forger's, which no MAC fits."""
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return text
