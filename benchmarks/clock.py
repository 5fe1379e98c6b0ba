"""Timing that two things can be compared by: taken in turn, so that the machine's mood hits both."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

Work = Callable[[], object]


def medians(rounds: int, *works: Work) -> list[float]:
    """Each work's median time in milliseconds, the works alternating within every round."""
    for work in works:
        work()  # warm: connections, templates, imports
    times: list[list[float]] = [[] for _ in works]
    for _ in range(rounds):
        for taken, work in zip(times, works, strict=True):
            start = time.perf_counter()
            work()
            taken.append((time.perf_counter() - start) * 1000)
    return [statistics.median(one) for one in times]


def per_second(count: int, work: Work) -> float:
    """How often a second the work is done, over that many times."""
    work()
    start = time.perf_counter()
    for _ in range(count):
        work()
    return count / (time.perf_counter() - start)
