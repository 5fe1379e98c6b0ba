"""What the log costs: its trigger on each event, its event on a page, sealing and verifying it."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

from audit import keys, services
from audit.models import AccessKind, AuditEvent
from audit.services import sealing
from audit.verifying.whole import look
from benchmarks.clock import medians, per_second
from kernel.actors import Actor
from kernel.ids import new_id
from tests.database import owner_connection

EVENTS = 1000
ROUNDS = 200
CHUNK = 5000
SEALER = Actor.system("seal")
SOMEBODY = Actor(user_id=new_id(), membership_id=new_id(), agency_id=new_id())


def measure(sizes: tuple[int, ...]) -> Iterator[dict[str, Any]]:
    """Events a second with and without the trigger, one look, then seal and verify at each size."""
    _make_key()
    yield from _events()
    (look_ms,) = medians(ROUNDS, _look)
    yield {"figure": "one access event, milliseconds", "value": round(look_ms, 2)}
    sealing.seal_waiting(actor=SEALER)
    for size in sizes:
        yield from _chain(size)


def _make_key() -> None:
    folder = Path(tempfile.mkdtemp())
    settings.SEALING_KEY = folder
    keys.store(keys.SealingKey.make(), keys.CURRENT)


def _events() -> Iterator[dict[str, Any]]:
    """Each event committed by itself, alternately with and without the trigger that notes it."""
    rates: dict[str, list[float]] = {"DISABLE": [], "ENABLE": []}
    for _ in range(3):
        for how, found in rates.items():
            _switch(how)
            found.append(per_second(EVENTS, _change))
    _forget_unnoted()
    plain, noted = max(rates["DISABLE"]), max(rates["ENABLE"])
    yield {
        "figure": "audit events per second",
        "with trigger": round(noted),
        "without": round(plain),
        "ratio": round(plain / noted, 2),
    }


def _switch(how: str) -> None:
    with owner_connection() as owner, owner.cursor() as cursor:
        cursor.execute(f"ALTER TABLE audit_auditevent {how} TRIGGER audit_auditevent_pending")


def _forget_unnoted() -> None:
    """An empty log: what was written without the trigger would be found as inserted past it."""
    with owner_connection() as owner, owner.cursor() as cursor:
        cursor.execute(
            "TRUNCATE audit_auditevent, audit_accessevent, audit_pending, audit_leaf, audit_seal CASCADE"
        )


def _change() -> None:
    AuditEvent.objects.create(event="audit.refused", agency_id=SOMEBODY.agency_id)


def _look() -> None:
    """What a page of twenty-five names costs in the log."""
    safes = [new_id() for _ in range(25)]
    services.record_access(
        actor=SOMEBODY, kind=AccessKind.LISTED, why="READING", safes=safes, withheld=0
    )


def _chain(size: int) -> Iterator[dict[str, Any]]:
    """Seal this many more events, then verify everything, as a time per hundred thousand rows."""
    _fill(size)
    sealed = _seconds(lambda: sealing.seal_waiting(actor=SEALER))
    begin = time.perf_counter()
    report = look()
    verified = time.perf_counter() - begin
    assert report.problems == 0, report.findings[:3]
    yield {
        "figure": f"seal {size} events, then verify {report.events}",
        "seal, s per 100,000": round(sealed / size * 100_000, 2),
        "verify, s per 100,000": round(verified / report.events * 100_000, 2),
    }


def _seconds(work: Callable[[], object]) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def _fill(size: int) -> None:
    begin = timezone.now() - timedelta(milliseconds=size)
    for start in range(0, size, CHUNK):
        AuditEvent.objects.bulk_create(
            AuditEvent(
                event="audit.refused",
                at=begin + timedelta(milliseconds=number),
                agency_id=SOMEBODY.agency_id,
                target_id=new_id(),
                facts={"code": "not_holder", "view": "sharing:answer"},
            )
            for number in range(start, min(start + CHUNK, size))
        )
