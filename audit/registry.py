"""What the audit has to know of apps above it. They say it in AppConfig.ready()."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

_partnership: list[Callable[[UUID], bool]] = []
_schedule: list[Callable[[], str]] = []


def register_partnership(is_partnership: Callable[[UUID], bool]) -> None:
    """Say which agency stands for the partnership itself."""
    _partnership[:] = [is_partnership]


def register_schedule(period: Callable[[], str]) -> None:
    """Say for how long the retention schedule keeps the log, in its own words."""
    _schedule[:] = [period]


def is_partnership(agency_id: UUID | None) -> bool:
    """Whether this agency is the partnership's own."""
    return agency_id is not None and any(ask(agency_id) for ask in _partnership)


def kept_for() -> str:
    """The schedule's period for the log; empty where no schedule is loaded."""
    return next((ask() for ask in _schedule), "")
