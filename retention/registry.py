"""Who disposes of which class of record: apps above register theirs in AppConfig.ready().

Low speaks to high without importing it: a disposal run asks this table.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from uuid import UUID

Disposer = Callable[[Collection[UUID]], int]

_disposers: dict[str, Disposer] = {}


def register(label: str, disposer: Disposer) -> None:
    """Name the function that disposes of these records; it returns how many it disposed of."""
    if _disposers.setdefault(label, disposer) is not disposer:
        raise ValueError(f"two disposers for {label}")


def registered() -> dict[str, Disposer]:
    """Every disposer, by the label of the model that it disposes of."""
    return dict(sorted(_disposers.items()))
