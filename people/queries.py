"""Finding a person in an agency's own records: as far as the one who looks may open them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import Prefetch, QuerySet, prefetch_related_objects
from django.utils import timezone

from audit.models import AuditEvent
from kernel.actors import Actor
from kernel.tiers import Tier
from people import matching, tokens
from people.around import RESTRICTED_SAFE
from people.matching import Wanted
from people.models import AgencyToken, IdentitySnapshot, Surrounding, TokenKind
from vault import policies as vault_policies
from vault import queries as vault_queries
from vault.models import Grant, GrantReason, Safe
from vault.policies import GrantRow
from vault.sealed import Sealed

# Beyond these, whoever looks does better to say more
MOST_HITS = 200
HOUR = timedelta(hours=1)
# What each thing asked for is worth where a record has it
_EXACT, _HEARD, _DAY, _MONTH, _NUMBER = 3, 2, 4, 1, 20
_OF_DATE, _OF_NUMBER = -1, -2

# Slots from 0 are the words that were typed; each counts once, at what it was best found by.
_FIND = f"""
WITH asked (token, slot, points) AS (SELECT * FROM unnest(%s::bytea[], %s::int[], %s::int[])),
met AS (
    SELECT t.snapshot_id, a.slot, max(a.points) AS points
    FROM asked a JOIN people_agencytoken t ON t.agency_id = %s AND t.token = a.token
    GROUP BY t.snapshot_id, a.slot
)
SELECT m.snapshot_id, i.safe_id, array_agg(m.slot), array_agg(m.points)
FROM met m JOIN people_identitysnapshot i ON i.id = m.snapshot_id
WHERE EXISTS (
    SELECT FROM vault_grant g WHERE g.safe_id = i.safe_id AND g.holder_id = ANY(%s::uuid[])
) AND NOT EXISTS (
    SELECT FROM vault_safe s WHERE s.id = i.safe_id AND s.dossier_id = ANY(%s::uuid[])
)
GROUP BY m.snapshot_id, i.safe_id
HAVING bool_or(m.slot = {_OF_NUMBER})
    OR (%s > 0 AND count(*) FILTER (WHERE m.slot >= 0) = %s)
    OR (bool_or(m.slot = {_OF_DATE} AND m.points = {_DAY})
        AND (%s = 0 OR count(*) FILTER (WHERE m.slot >= 0) > 0))
ORDER BY sum(m.points) DESC, m.snapshot_id DESC
LIMIT {MOST_HITS + 1}
"""  # noqa: S608 - put together from constants


class Hit(NamedTuple):
    """One record of a person, and by what it was found."""

    snapshot_id: UUID
    by_number: bool
    by_date: bool
    by_month: bool
    words: int
    by_sound: int


@dataclass(frozen=True, slots=True)
class Hits:
    """The best hits first. `is_cut_off`: there may be more."""

    found: tuple[Hit, ...] = ()
    is_cut_off: bool = False


def find(actor: Actor, wanted: Wanted) -> Hits:
    """Records of the actor's agency about somebody like that, which the actor may open.

    A hit has the NHS number; or every word, as written or by its sound; or the exact date of birth
    and, where words were typed, one of them. What the actor may not open is neither shown nor
    counted.
    """
    if not actor.is_person:
        return Hits()
    rows = _candidates(actor, wanted)
    openable = _openable(actor, [safe_id for _, safe_id, _ in rows])
    found = [_hit(pk, met) for pk, safe_id, met in rows[:MOST_HITS] if safe_id in openable]
    return Hits(tuple(found), is_cut_off=len(rows) > MOST_HITS)


def findable(actor: Actor, snapshots: Iterable[IdentitySnapshot]) -> set[UUID]:
    """Those that the actor's agency has tokens of already."""
    own = AgencyToken.objects.filter(agency=actor.agency_id, snapshot__in=list(snapshots))
    return set(own.values_list("snapshot_id", flat=True).distinct())


def free_again_at(actor: Actor, limit: int) -> datetime | None:
    """When somebody who has used up an hour's searches may search again; None if they may now."""
    recent = AuditEvent.objects.filter(
        event="people.searched",
        user_id=actor.user_id,
        membership_id=actor.membership_id,
        at__gt=timezone.now() - HOUR,
    )
    used = list(recent.order_by("-at").values_list("at", flat=True)[:limit])
    return used[-1] + HOUR if len(used) >= limit else None


def with_surroundings(snapshots: Iterable[IdentitySnapshot]) -> list[IdentitySnapshot]:
    """The same people, each with what was said around them: one query, however many they are."""
    found = list(snapshots)
    prefetch_related_objects(found, surroundings_through(""))
    return found


def surroundings_through(path: str) -> Prefetch[str, QuerySet[Surrounding], str]:
    """The same for a query of records that lead to a person: `path` is the way, as for a filter."""
    said = Surrounding.objects.select_related("safe").order_by("recorded_at", "pk")
    return Prefetch(f"{path}surroundings", said)


def surroundings_of(snapshot: IdentitySnapshot) -> list[Surrounding]:
    """What was read by `with_surroundings`; nothing where a page did not ask for it."""
    is_read = "surroundings" in getattr(snapshot, "_prefetched_objects_cache", {})
    return list(snapshot.surroundings.all()) if is_read else []


def sealed_of(snapshot: IdentitySnapshot) -> list[Sealed | None]:
    """Everything to open of one person: who it is, and what was read of what is around them."""
    return [
        snapshot.identity,
        snapshot.outline,
        *(one.record for one in surroundings_of(snapshot)),
    ]


def living_grants(safe_id: UUID) -> QuerySet[Grant]:
    """Who reads a safe today, as it was decided. An emergency opening passes and hands nothing on."""
    found = Grant.objects.filter(safe=safe_id, revocation=None)
    return found.exclude(reason=GrantReason.EMERGENCY).order_by("pk")


def safes_around(snapshot: IdentitySnapshot) -> QuerySet[Safe]:
    """Where what is around somebody lies, but for what is restricted: that goes to nobody new."""
    said = Surrounding.objects.filter(snapshot=snapshot).values("safe")
    return Safe.objects.filter(pk__in=said).exclude(kind=RESTRICTED_SAFE).order_by("pk")


class _Asked(NamedTuple):
    token: bytes
    slot: int
    points: int


def _candidates(actor: Actor, wanted: Wanted) -> list[tuple[UUID, UUID, dict[int, int]]]:
    """What has the tokens, the best first, and what each has of them."""
    member, words = actor.member, len(wanted.words)
    asked = list(_asked(member.agency_id, wanted))
    if not asked:
        return []
    columns: list[Any] = [list(column) for column in zip(*asked, strict=True)]
    holders = [member.membership_id, member.agency_id, *actor.desk_ids]
    values: list[Any] = [
        *columns,
        member.agency_id,
        [str(one) for one in holders],
        [str(one) for one in actor.kept_from],
        words,
        words,
        words,
    ]
    with connection.cursor() as cursor:
        cursor.execute(_FIND, [str(one) if isinstance(one, UUID) else one for one in values])
        rows = cursor.fetchall()
    return [(pk, safe, dict(zip(slots, points, strict=True))) for pk, safe, slots, points in rows]


def _asked(agency_id: UUID, wanted: Wanted) -> Iterator[_Asked]:
    """The agency's tokens of everything typed."""

    keys = tokens.keys_of(agency_id)

    def of(kind: TokenKind, text: str, slot: int, points: int) -> Iterator[_Asked]:
        for key in keys:
            yield _Asked(tokens.token(key, kind, text), slot, points)

    for slot, word in enumerate(wanted.words):
        yield from of(TokenKind.WORD, word, slot, _EXACT)
        for sound in matching.sounds(word):
            yield from of(TokenKind.SOUND, sound, slot, _HEARD)
    if wanted.born_on:
        day = wanted.born_on.isoformat()
        yield from of(TokenKind.BIRTH_DATE, day, _OF_DATE, _DAY)
        yield from of(TokenKind.BIRTH_MONTH, day[:7], _OF_DATE, _MONTH)
    if wanted.nhs_number:
        yield from of(TokenKind.NHS_NUMBER, wanted.nhs_number, _OF_NUMBER, _NUMBER)


def _openable(actor: Actor, safes: list[UUID]) -> set[UUID]:
    """Those of the safes whose names the vault would open to the actor."""
    held: dict[UUID, list[GrantRow]] = defaultdict(list)
    for grant in vault_queries.grants_on(safes, actor):
        if grant.is_genuine():
            held[UUID(str(grant.authority["safe_id"]))].append(grant)
    now = timezone.now()
    reaches = {safe: vault_policies.reach(rows, actor, now) for safe, rows in held.items()}
    return {safe for safe, tier in reaches.items() if tier is not None and tier >= Tier.PERSONAL}


def _hit(snapshot_id: UUID, met: dict[int, int]) -> Hit:
    words = [points for slot, points in met.items() if slot >= 0]
    return Hit(
        snapshot_id,
        by_number=_OF_NUMBER in met,
        by_date=met.get(_OF_DATE) == _DAY,
        by_month=met.get(_OF_DATE) == _MONTH,
        words=len(words),
        by_sound=words.count(_HEARD),
    )
