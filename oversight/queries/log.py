"""Reading both logs newest first, a page at a time, however long they have grown.

A search is split into parts that each walk one index from its end; the parts' newest entries are
laid together here. PostgreSQL would read an "or" of them as a whole before it gave the first row.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from heapq import merge
from itertools import islice
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from audit.models import AccessEvent, AuditEvent
from kernel.actors import Actor
from oversight import policies
from oversight.search import Search
from sharing.models import Request, Share
from sharing.policies import not_kept_from
from sharing.queries import parties
from sharing.queries.parties import Case

Entry = AuditEvent | AccessEvent
RECENT = timedelta(days=30)
TOP = 5


class Place(NamedTuple):
    """Where a page ended: the next one begins behind it."""

    at: datetime
    id: UUID


def changes(actor: Actor) -> QuerySet[AuditEvent]:
    """What the actor may see of what changed."""
    scope = _any((*policies.own_events(actor), policies.changes_by_others(actor)))
    return AuditEvent.objects.filter(scope, policies.changes_not_kept_from(actor))


def looks(actor: Actor) -> QuerySet[AccessEvent]:
    """What the actor may see of who looked."""
    scope = _any((*policies.own_events(actor), policies.looks_by_others(actor)))
    return AccessEvent.objects.filter(scope, policies.looks_not_kept_from(actor))


def requests(actor: Actor) -> QuerySet[Request]:
    """Requests by whose reference the actor may search."""
    shown = not_kept_from(actor, "dossier")
    if policies.sees_everybody(actor):
        return Request.objects.filter(shown)
    if actor.agency_id is None or not policies.can_see_log(actor):
        return Request.objects.none()
    return parties.requests_of(actor.agency_id).filter(shown)


def shares(actor: Actor) -> QuerySet[Share]:
    """What was shared unasked or logged by whose reference the actor may search."""
    shown = not_kept_from(actor, "dossier")
    if policies.sees_everybody(actor):
        return Share.objects.filter(shown)
    if actor.agency_id is None or not policies.can_see_log(actor):
        return Share.objects.none()
    return parties.shares_of(actor.agency_id).filter(shown)


def case_of(actor: Actor, **known: Any) -> Case | None:
    """The request or share that something is known of, if the actor may search by its reference."""
    return requests(actor).filter(**known).first() or shares(actor).filter(**known).first()


def page(actor: Actor, search: Search, *, after: Place | None, size: int) -> list[Entry]:
    """The newest entries behind a place, from both logs."""
    named = case_of(actor, pk=search.request_id) if search.request_id else None
    parts: list[Iterable[Entry]] = [
        _narrowed(part, search, after).order_by("-at", "-id")[:size]
        for part in (*_change_parts(actor, search, named), *_look_parts(actor, search, named))
    ]
    newest_first = merge(*parts, key=_place, reverse=True)
    return list(islice(_once(newest_first), size))


def incidents(actor: Actor) -> list[AuditEvent]:
    """The newest of what was done beside the portal in the last thirty days."""
    since = timezone.now() - RECENT
    found = changes(actor).filter(event="audit.integrity", at__gte=since)
    return list(found.order_by("-at", "-id")[:TOP])


def _change_parts(
    actor: Actor, search: Search, named: Case | None
) -> Iterator[QuerySet[AuditEvent]]:
    if not search.wants_changes:
        return
    records = [*parties.records_of(named), *_safes(named)] if named else []
    about = Q(target_id__in=records) if named else Q()
    about &= policies.changes_not_kept_from(actor)
    for scope in _scopes(actor, search, policies.changes_by_others(actor)):
        found = AuditEvent.objects.filter(scope, about)
        # One part for each event: each is read off the end of its own stretch of the index
        yield from (found.filter(event=event) for event in search.events)
        if not search.events:
            yield found


def _look_parts(
    actor: Actor, search: Search, named: Case | None
) -> Iterator[QuerySet[AccessEvent]]:
    if not search.looks:
        return
    about = Q(safes__overlap=_safes(named)) if named else Q()
    about &= policies.looks_not_kept_from(actor)
    for scope in _scopes(actor, search, policies.looks_by_others(actor)):
        yield AccessEvent.objects.filter(scope, about, kind__in=search.looks)


def _safes(named: Case) -> list[UUID]:
    return list(parties.safes_of(named).values_list("pk", flat=True))


def _scopes(actor: Actor, search: Search, others: Q) -> tuple[Q, ...]:
    """A record's history shows both sides of it; otherwise one's own people, or the others."""
    own = policies.own_events(actor)
    if policies.sees_everybody(actor):
        return own
    if search.by_others:
        return (others,)
    return (*own, others) if search.request_id and not search.user_id else own


def _narrowed(found: QuerySet[Any], search: Search, after: Place | None) -> QuerySet[Any]:
    wanted = {
        "at__gte": search.starts_at,
        "at__lt": search.ends_before,
        "agency_id": search.agency_id,
        "user_id": search.user_id,
    }
    found = found.filter(**{name: value for name, value in wanted.items() if value})
    if after is None:
        return found
    # The first condition is the index's; the second tells entries of one moment apart.
    return found.filter(Q(at__lt=after.at) | Q(pk__lt=after.id), at__lte=after.at)


def _any(scopes: Iterable[Q]) -> Q:
    whole = Q(pk__in=[])
    for scope in scopes:
        if not scope:
            return Q()
        whole |= scope
    return whole


def _place(entry: Entry) -> Place:
    return Place(entry.at, entry.pk)


def _once(entries: Iterable[Entry]) -> Iterator[Entry]:
    """An entry may lie in two parts of a scope: they come one after the other."""
    last = None
    for entry in entries:
        if entry.pk != last:
            yield entry
        last = entry.pk
