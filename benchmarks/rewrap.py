"""Wrapping every data key again, and what readers notice of it."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction

from benchmarks.filling import fill
from benchmarks.partnership import build
from kernel.actors import Actor
from kernel.ids import new_id
from kernel.tiers import Tier
from tests import database
from vault import crypto, rewrapping, rotation
from vault.models import DataKey, Dossier, KeyEncryptionKey, Safe
from vault.states import KeyStatus

KEYS = 1_000_000
QUIET_SECONDS = 10
_CHUNK = 5000
_CUSTODIAN = Actor.system("custodian")

# Opens one page of 25 values after another until its input is closed; prints each one's milliseconds.
READER = """
import select, sys, time, django
django.setup()
from uuid import UUID
from kernel.actors import Actor
from people.models import IdentitySnapshot
from vault import services as vault

reader = Actor(membership_id=UUID(sys.argv[1]))
snapshots = IdentitySnapshot.objects.filter(safe__grants__holder_id=reader.membership_id)
values = [one.identity for one in snapshots.order_by("pk")[:25]]
while not select.select([sys.stdin], [], [], 0)[0]:
    start = time.perf_counter()
    opened = vault.open(reader, vault.Why.QUEUE, *values)
    assert len(opened) == 25 and all(opened.values())
    print((time.perf_counter() - start) * 1000, flush=True)
"""


def measure(keys: int = KEYS) -> Iterator[dict[str, Any]]:
    """Seconds for that many keys, and a reader's page of 25 values in a process of its own."""
    partnership = build("rewrap")
    fill(partnership, 25)
    _add_keys(keys)
    reader = partnership.asker
    with _reading(reader) as quiet:
        time.sleep(QUIET_SECONDS)
    with database.acting_as("owner"):
        _activate_next()
        with _reading(reader) as beside:
            start = time.perf_counter()
            moved = sum(one.moved for one in rewrapping.rewrap(actor=_CUSTODIAN))
            seconds = time.perf_counter() - start
        left = rewrapping.waiting()
    assert left == 0, left
    yield {
        "figure": f"wrapping {moved} data keys again",
        "seconds": round(seconds, 1),
        "keys per second": round(moved / seconds),
    }
    yield {"figure": "a reader's page, nothing beside it", **_spread(quiet)}
    yield {"figure": "a reader's page beside the rewrapping", **_spread(beside)}


def _add_keys(count: int) -> None:
    """Data keys in safes of their own, as sealing makes them, many at a time."""
    kek = KeyEncryptionKey.objects.get(status=KeyStatus.ACTIVE)
    dossier = Dossier.objects.create(kind="BENCHMARK", keep="CASE_DATA")
    for start in range(0, count, _CHUNK):
        with transaction.atomic():
            chunk = range(min(_CHUNK, count - start))
            safes = Safe.objects.bulk_create(Safe(dossier=dossier, kind="BENCHMARK") for _ in chunk)
            DataKey.objects.bulk_create(_data_key(safe, kek) for safe in safes)
    with database.owner_connection() as owner, owner.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE vault_datakey")


def _data_key(safe: Safe, kek: KeyEncryptionKey) -> DataKey:
    row = DataKey(pk=new_id(), safe=safe, tier=Tier.SENSITIVE, kek=kek)
    row.wrapped = crypto.wrap(crypto.new_material(), row)
    return row


def _activate_next() -> None:
    key = rotation.publish(actor=_CUSTODIAN)
    rotation.activate(actor=_CUSTODIAN, key_id=key.pk)


@contextmanager
def _reading(reader: Actor) -> Iterator[list[float]]:
    """A reader at work meanwhile; the list holds the times of its pages afterwards."""
    environment = {**os.environ, "DATABASE_URL": database.url(), "PORTAL_DB_ROLE": "app"}
    process = subprocess.Popen(
        [sys.executable, "-c", READER, str(reader.holder_id)],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    times: list[float] = []
    try:
        assert process.stdout is not None
        process.stdout.readline()  # it has started, and opened a first page
        yield times
    finally:
        printed, _ = process.communicate("end\n")
        times += [float(line) for line in printed.split()]


def _spread(times: list[float]) -> dict[str, Any]:
    return {
        "pages": len(times),
        "p50": round(statistics.median(times), 1),
        "p99": round(statistics.quantiles(times, n=100)[98], 1),
    }
