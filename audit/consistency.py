"""What is compared each night: apps register a check, which names the rows that do not agree.

A check reads in batches, so that a table of millions takes time and no memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple, TypeVar

from django.db import models
from django.db.models import QuerySet

from kernel.actors import Actor

# Who compares: the log tells its findings from others by this name
CHECKER = Actor.system("records")
Row = TypeVar("Row", bound=models.Model)
BATCH = 1000


class Finding(NamedTuple):
    """One row that is not as the portal would have left it."""

    code: str
    table: str
    row: str

    @classmethod
    def of(cls, code: str, row: models.Model) -> Finding:
        return cls(code, row._meta.label, str(row.pk))


Check = Callable[[], Iterable[Finding]]

_checks: dict[str, Check] = {}


def register(name: str, check: Check) -> None:
    """Add a check under a name of its own, from AppConfig.ready()."""
    if _checks.setdefault(name, check) is not check:
        raise ValueError(f"two checks are called {name}")


def registered() -> dict[str, Check]:
    """Every check, by name."""
    return dict(sorted(_checks.items()))


def in_batches(rows: QuerySet[Row], size: int = BATCH) -> Iterator[list[Row]]:
    """All rows by their key, some at a time, each batch by a query of its own."""
    ordered = rows.order_by("pk")
    batch = list(ordered[:size])
    while batch:
        yield batch
        batch = list(ordered.filter(pk__gt=batch[-1].pk)[:size])
