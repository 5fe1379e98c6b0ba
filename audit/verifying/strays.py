"""Rows that no seal knows: inserted past the trigger, waiting too long, or left without a seal."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import connection

from audit.canonical import MODELS
from audit.models import PartitionExpiry
from audit.verifying.findings import Code, Finding

SEALED_WITHIN = timedelta(minutes=5)

_UNKNOWN = (
    "SELECT e.id FROM {table} e WHERE e.at >= %(since)s AND e.at < %(until)s AND NOT EXISTS"
    " (SELECT FROM audit_leaf l WHERE l.id = e.id AND l.at = e.at AND l.log = %(log)s)"
    " AND NOT EXISTS"
    " (SELECT FROM audit_pending p WHERE p.id = e.id AND p.at = e.at AND p.log = %(log)s)"
)
_WAITING = (
    "SELECT p.log, p.id, EXISTS (SELECT FROM audit_auditevent e WHERE e.id = p.id AND e.at = p.at)"
    " OR EXISTS (SELECT FROM audit_accessevent e WHERE e.id = p.id AND e.at = p.at)"
    " FROM audit_pending p WHERE p.at < %s ORDER BY p.at"
)
_ORPHANED = (
    "SELECT l.log, l.id, l.seal_id, l.position FROM audit_leaf l WHERE NOT EXISTS"
    " (SELECT FROM audit_seal s WHERE s.number = l.seal_id)"
)


def unknown(since: datetime, until: datetime) -> Iterator[Finding]:
    """Events that neither have a leaf nor wait for one: the trigger never saw them."""
    for log, model in MODELS.items():
        with connection.chunked_cursor() as cursor:
            query = _UNKNOWN.format(table=model._meta.db_table)
            cursor.execute(query, {"since": since, "until": until, "log": log.value})
            for row in cursor:
                yield Finding(Code.ROW_INSERTED, log.value, row[0])


def waiting(now: datetime) -> Iterator[Finding]:
    """Events that wait too long, and those that were removed while they waited."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(_WAITING, [now - SEALED_WITHIN])
        for log, key, stands in cursor:
            yield Finding(Code.ROW_UNSEALED if stands else Code.ROW_REMOVED, log, key)


def orphaned() -> Iterator[Finding]:
    """Leaves whose seal does not exist."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(_ORPHANED)
        for log, key, seal, position in cursor:
            yield Finding(Code.LEAF_INSERTED, log, key, seal, position)


def forged_expiries() -> Iterator[Finding]:
    """Expiries that somebody else than the portal says were approved."""
    for run in PartitionExpiry.objects.exclude(approved_at=None).order_by("month"):
        if not run.is_genuine():
            yield Finding(Code.EXPIRY_FORGED, id=run.pk)
