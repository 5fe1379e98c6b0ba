"""Attested rows against the log, which nobody can rewind with them.

The log is sealed; a row is not. Somebody with the database owner's password can switch triggers off
and put an older, genuine row back, delete one, or delete the row that ended a right. None of it
agrees with the versions and endings that the log kept.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import UTC, datetime, time, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import Max, QuerySet
from django.utils import timezone

from audit.consistency import Finding, in_batches, register
from audit.models import AuditEvent, PartitionExpiry
from kernel.attestation import Attested

_SIGNED = "signed"


def register_attested(*tables: type[Attested]) -> None:
    """Compare these tables each night."""
    for table in tables:
        register(f"attested.{table._meta.label}", partial(check_attested, table))


def register_endings(event: str, table: type[models.Model], of: str) -> None:
    """Compare the rows that end something with the events of that name; `of` names what ended."""
    register(f"endings.{table._meta.label}", partial(check_endings, event, table, of))


def check_attested(table: type[Attested]) -> Iterator[Finding]:
    """Rows that are forged, put back, or unknown to the log; then rows that the log knows alone."""
    kept_since = _log_begins()
    for rows in in_batches(table._meta.base_manager.all()):
        kept = _versions(table, rows)
        for row in rows:
            if not row.is_genuine():
                yield Finding.of("forged", row)
            elif row.pk not in kept:
                if row.created_at >= kept_since:  # type: ignore[attr-defined]  # a BaseModel
                    yield Finding.of("unrecorded", row)
            elif row.version != kept[row.pk]:
                older = row.version < kept[row.pk]
                yield Finding.of("put_back" if older else "unrecorded", row)
    yield from _vanished(table)


def check_endings(event: str, table: type[models.Model], of: str) -> Iterator[Finding]:
    """Endings that the log keeps and the table does not, or the other way round."""
    kept_since = _log_begins()
    for events in in_batches(AuditEvent.objects.filter(event=event)):
        ended = {one.target_id for one in events}
        for missing in ended - _present(table, of, ended):
            yield Finding("ending_removed", table._meta.label, str(missing))
    for rows in in_batches(table._meta.base_manager.filter(created_at__gte=kept_since)):
        ids = {getattr(row, of) for row in rows}
        events_of = AuditEvent.objects.filter(event=event, target_id__in=ids)
        recorded = set(events_of.values_list("target_id", flat=True))
        for row in rows:
            if getattr(row, of) not in recorded:
                yield Finding.of("unrecorded", row)


def _versions(table: type[Attested], rows: Collection[Any]) -> dict[UUID, int]:
    """The newest version of each row that the log keeps."""
    kept: dict[UUID, int] = dict.fromkeys(_signed_with(table, rows), 1)
    own = AuditEvent.objects.filter(
        target_id__in=[row.pk for row in rows], facts__has_key="version"
    )
    for pk, version in own.values_list("target_id", "facts__version"):
        if pk:
            kept[pk] = max(kept.get(pk, 0), version)
    return kept


def _signed_with(table: type[Attested], rows: Collection[Any]) -> Iterator[UUID]:
    """Rows that the event of another record lists as signed together with it."""
    if table.signed_with:
        parents = {getattr(row, table.signed_with) for row in rows}
        listing = AuditEvent.objects.filter(target_id__in=parents, facts__has_key=_SIGNED)
        for signed in listing.values_list(f"facts__{_SIGNED}", flat=True):
            yield from map(UUID, signed)


def _vanished(table: type[Attested]) -> Iterator[Finding]:
    """Rows whose signing is on record and which are gone."""
    own = AuditEvent.objects.filter(target_type=table._meta.label, facts__has_key="version")
    for events in in_batches(own):
        yield from _missing(table, {one.target_id for one in events if one.target_id})
    if table.signed_with:
        for events in in_batches(_lists_of(table), 100):
            signed = (one for event in events for one in event.facts[_SIGNED])
            yield from _missing(table, set(map(UUID, signed)))


def _lists_of(table: type[Attested]) -> QuerySet[AuditEvent]:
    parent: Any = table._meta.get_field(table.signed_with.removesuffix("_id")).related_model
    return AuditEvent.objects.filter(target_type=parent._meta.label, facts__has_key=_SIGNED)


def _missing(table: type[models.Model], ids: set[UUID]) -> Iterable[Finding]:
    gone = ids - _present(table, "pk", ids)
    return [Finding("removed", table._meta.label, str(one)) for one in sorted(gone)]


def _present(table: type[models.Model], column: str, ids: Collection[Any]) -> set[Any]:
    rows = table._meta.base_manager.filter(**{f"{column}__in": ids})
    return set(rows.values_list(column, flat=True))


def _log_begins() -> datetime:
    """From when on the log is whole: months that expired under an approved run are gone from it."""
    expired = PartitionExpiry.objects.filter(carried_out_at__isnull=False)
    last = expired.aggregate(last=Max("month"))["last"]
    if last is None:
        return datetime(1, 1, 2, tzinfo=UTC)
    after = (last + timedelta(days=32)).replace(day=1)
    return timezone.make_aware(datetime.combine(after, time()))
