"""Which hosts are at work, and which key-encryption keys their rings hold.

A host says it of itself, at most once a minute: its web processes when their health is asked for,
its workers with their heartbeat.
"""

from __future__ import annotations

import time
from collections.abc import Collection
from datetime import timedelta

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from audit import services as audit
from kernel.actors import Actor
from kernel.keys import Purpose, ring
from vault.models import KeyEncryptionKey, RingReport
from vault.states import KeyStatus

REPORT_SECONDS = 60


class _Clock:
    """When this process reports next."""

    due = 0.0


def report_when_due() -> bool:
    """Report unless this process did so within the last minute; called as often as anybody likes."""
    if settings.DB_ROLE != "app" or time.monotonic() < _Clock.due:
        return False
    _Clock.due = time.monotonic() + REPORT_SECONDS
    report()
    return True


def on_heartbeat(**_: object) -> None:
    """A worker lives. Its main process keeps no connection: it would be stale by the next beat."""
    if report_when_due():
        connection.close()


def report() -> None:
    """Tell the database what this host's ring holds, and forget keys that were destroyed."""
    held = sorted(key.fingerprint for key in ring().on_disk() if key.purpose is Purpose.KEK)
    row = RingReport(host=settings.HOST_NAME, fingerprints=held, seen_at=timezone.now())
    RingReport.objects.bulk_create(
        [row],
        update_conflicts=True,
        unique_fields=["host"],
        update_fields=["fingerprints", "seen_at"],
    )
    destroyed = KeyEncryptionKey.objects.filter(status=KeyStatus.DESTROYED)
    for kek_id in destroyed.values_list("pk", flat=True):
        ring().forget(Purpose.KEK, kek_id)


def report_again() -> None:
    """Tell of a change of this host's ring at once, if the host is one of those that report."""
    if RingReport.objects.filter(host=settings.HOST_NAME).exists():
        report()


@transaction.atomic
def forget(*, actor: Actor, host: str) -> bool:
    """Count a host no more that is gone for good; False if nobody heard of it."""
    row = RingReport.objects.filter(host=host).first()
    if row is None:
        return False
    audit.record("vault.host_forgotten", actor=actor, target=row, host=host)
    row.delete()
    return True


def live() -> list[RingReport]:
    """The hosts heard of lately, by name."""
    since = timezone.now() - timedelta(minutes=settings.HOST_LIVE_MINUTES)
    return list(RingReport.objects.filter(seen_at__gte=since).order_by("host"))


def lacking(key: KeyEncryptionKey, *, despite: Collection[str] = ()) -> list[str]:
    """Live hosts whose rings have not that very key; without those that are known to be gone."""
    return [
        one.host
        for one in live()
        if key.fingerprint not in one.fingerprints and one.host not in despite
    ]


def holding(key: KeyEncryptionKey) -> list[str]:
    """Hosts that held the key when they were last heard of, however long ago."""
    rows = RingReport.objects.filter(fingerprints__contains=[key.fingerprint])
    return list(rows.order_by("host").values_list("host", flat=True))
