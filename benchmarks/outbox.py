"""Deliveries a second against a handler that does nothing: by one worker, by two, and at depth.

Each worker is a process of its own, as in an installation. What is left is the outbox's own cost: a
lease committed, the work, a mark committed.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

QUEUE, TOPIC = "bench", "bench.nothing"
# Short of a full run a few hundred show the same rate
MEASURED = 500


def measure(depths: tuple[int, ...]) -> Iterator[dict[str, Any]]:
    """For each depth of waiting work, how much one worker and two get done."""
    for depth in depths:
        for workers in (1, 2):
            yield _figure(depth, workers)


def _figure(depth: int, workers: int) -> dict[str, Any]:
    from kernel.models import OutboxMessage

    OutboxMessage.objects.filter(queue=QUEUE, delivered_at=None).update(parked_at=_now())
    promise(depth)
    each = min(MEASURED, depth) // workers
    rates = _run(workers, each)
    return {
        "depth": depth,
        "workers": workers,
        "deliveries_per_second": round(sum(rates)),
        "delivered": each * workers,
    }


def _now() -> object:
    from django.utils import timezone

    return timezone.now()


def promise(count: int) -> None:
    """So many promises, as enqueue writes them, many at a time."""
    from kernel.models import OutboxMessage

    rows = (
        OutboxMessage(topic=TOPIC, queue=QUEUE, key=f"{TOPIC}:{uuid4()}", payload={})
        for _ in range(count)
    )
    OutboxMessage.objects.bulk_create(rows, batch_size=1000)


def _run(workers: int, each: int) -> list[float]:
    """Start the workers' processes, let them begin together, and ask each for its own rate."""
    from tests import database

    environment = os.environ | {"DATABASE_URL": database.url("app")}
    command = [sys.executable, "-m", "benchmarks.outbox", str(each)]
    running = [
        subprocess.Popen(
            command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for _ in range(workers)
    ]
    for one in running:
        _line(one)  # it is ready
    for one in running:
        assert one.stdin
        one.stdin.write("go\n")
        one.stdin.flush()
    rates = [float(_line(one)) for one in running]
    for one in running:
        one.communicate()
    return rates


def _line(process: subprocess.Popen[str]) -> str:
    assert process.stdout
    return process.stdout.readline()


def work(count: int) -> None:
    """One worker: ready, then so many deliveries, then its rate."""
    import django

    django.setup()
    from kernel import outbox

    outbox.register(TOPIC, lambda _message: None, queue=QUEUE)
    outbox.depth()  # connect
    print("ready", flush=True)
    sys.stdin.readline()
    start = time.perf_counter()
    done = 0
    while done < count and (message := outbox._claim(QUEUE)):  # noqa: SLF001 - a bounded share
        done += outbox._deliver(message)  # noqa: SLF001
    print(done / (time.perf_counter() - start), flush=True)


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.settings"
    work(int(sys.argv[1]))
