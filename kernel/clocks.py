"""Limits and working time. The numbers are configuration with a source; this file only counts.

The most urgent band runs on wall-clock time: a child's danger keeps no office hours.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import holidays

LONDON = ZoneInfo("Europe/London")


@cache
def _bank_holidays() -> holidays.HolidayBase:
    return holidays.country_holidays("GB", subdiv="ENG")


def is_bank_holiday(day: date) -> bool:
    """Whether the day is a bank holiday in England, from an offline table."""
    return day in _bank_holidays()


@dataclass(frozen=True, slots=True)
class WorkingHours:
    """When a desk is attended, in London time. Weekdays are 0 (Monday) to 6."""

    opens: time = time(9)
    closes: time = time(17)
    days: frozenset[int] = field(default=frozenset(range(5)))

    def __post_init__(self) -> None:
        if not self.days or self.opens >= self.closes:
            raise ValueError("working hours need a day, and must open before they close")

    def covers(self, moment: datetime) -> bool:
        """Whether somebody is at the desk at that moment."""
        local = moment.astimezone(LONDON)
        return self._works(local.date()) and self.opens <= local.time() < self.closes

    def add(self, start: datetime, length: timedelta) -> datetime:
        """The moment when that much working time has passed since the start."""
        for opening, closing in self._sessions(start.astimezone(UTC)):
            if length <= closing - opening:
                return opening + length
            length -= closing - opening
        raise AssertionError("working sessions never end")

    def _works(self, day: date) -> bool:
        return day.weekday() in self.days and not is_bank_holiday(day)

    def _sessions(self, start: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Each stretch of working time from the start on, without end; in UTC, so that it adds up."""
        day = start.astimezone(LONDON).date()
        while True:
            opening = max(_in_london(day, self.opens), start)
            closing = _in_london(day, self.closes)
            if self._works(day) and opening < closing:
                yield opening, closing
            day += timedelta(days=1)


def _in_london(day: date, at: time) -> datetime:
    return datetime.combine(day, at, LONDON).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Limit:
    """How long something may take: wall-clock hours, or hours of a desk's working time."""

    hours: int
    working: bool

    def due(self, start: datetime, hours: WorkingHours) -> datetime:
        """When the limit runs out for work that reached a desk at the start."""
        length = timedelta(hours=self.hours)
        return hours.add(start, length) if self.working else start.astimezone(UTC) + length
