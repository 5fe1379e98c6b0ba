"""The inbox of somebody with very many shares: against a bare view, and against fewer shares."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import reverse

from benchmarks import bare
from benchmarks.clock import medians
from benchmarks.filling import fill
from benchmarks.partnership import Partnership, build
from tests.database import owner_connection
from tests.partnership import sign_in

ROUNDS = 60


def measure(sizes: tuple[int, ...]) -> Iterator[dict[str, Any]]:
    """Each size's page in milliseconds, its ratio to the bare view, and the growth between sizes."""
    partnership = build("inbox")
    bare.READER["actor"] = partnership.asker
    filled, first = 0, 0.0
    for size in sizes:
        fill(partnership, size - filled)
        filled = size
        ours, theirs = _page_times(partnership)
        first = first or ours
        yield {
            "figure": f"inbox of {size} shares",
            "milliseconds": round(ours, 1),
            "bare view": round(theirs, 1),
            "ratio": round(ours / theirs, 2),
            "growth": round(ours / first, 2),
        }


def _page_times(partnership: Partnership) -> list[float]:
    with owner_connection() as owner, owner.cursor() as cursor:
        cursor.execute("ANALYZE")
    client = sign_in(partnership.reader)

    def get(view: str) -> None:
        response = client.get(reverse(view))
        assert response.status_code == 200, response.status_code

    return medians(ROUNDS, lambda: get("sharing:shares"), lambda: get("bare_inbox"))
