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


@dataclass(frozen=True, slots=True, order=True)
class Days:
    """A run of days, first and last included."""

    first: date
    last: date

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


@dataclass(frozen=True, slots=True)
class WorkingHours:
    """When a desk is attended, in London time. Weekdays are 0 (Monday) to 6.

    `always` is a desk attended day and night. With `terms` it is attended in term only: after the
    last term that is known every day counts, for a limit that runs out early is the safer mistake.
    """

    opens: time = time(9)
    closes: time = time(17)
    days: frozenset[int] = field(default=frozenset(range(5)))
    always: bool = False
    closed: tuple[Days, ...] = ()
    terms: tuple[Days, ...] = ()

    def __post_init__(self) -> None:
        if not self.days or self.opens >= self.closes:
            raise ValueError("working hours need a day, and must open before they close")

    def covers(self, moment: datetime) -> bool:
        """Whether somebody is at the desk at that moment."""
        local = moment.astimezone(LONDON)
        in_hours = self.always or self.opens <= local.time() < self.closes
        return self._works(local.date()) and in_hours

    def next_opening(self, moment: datetime) -> datetime:
        """When somebody is there next: that very moment, while somebody is."""
        return self.add(moment, timedelta(0))

    def add(self, start: datetime, length: timedelta) -> datetime:
        """The moment when that much working time has passed since the start."""
        for opening, closing in self._sessions(start.astimezone(UTC)):
            if length <= closing - opening:
                return opening + length
            length -= closing - opening
        raise AssertionError("working sessions never end")

    def _works(self, day: date) -> bool:
        if any(day in days for days in self.closed):
            return False
        usual = day.weekday() in self.days and not is_bank_holiday(day)
        return self.always or (usual and self._in_term(day))

    def _in_term(self, day: date) -> bool:
        if not self.terms or day > max(term.last for term in self.terms):
            return True
        return any(day in term for term in self.terms)

    def _sessions(self, start: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Each stretch of working time from the start on, without end; in UTC, so that it adds up."""
        day = start.astimezone(LONDON).date()
        while True:
            opens, closes = self._hours_of(day)
            opening = max(opens, start)
            if self._works(day) and opening < closes:
                yield opening, closes
            day += timedelta(days=1)

    def _hours_of(self, day: date) -> tuple[datetime, datetime]:
        if self.always:
            return _in_london(day, time(0)), _in_london(day + timedelta(days=1), time(0))
        return _in_london(day, self.opens), _in_london(day, self.closes)


def start_of_day(day: date) -> datetime:
    """Midnight in London, as the day begins."""
    return _in_london(day, time(0))


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
        return self.after(start, hours, length)

    def after(self, start: datetime, hours: WorkingHours, length: timedelta) -> datetime:
        """The moment when that much of the time has passed, on the clock that the limit runs on."""
        return hours.add(start, length) if self.working else start.astimezone(UTC) + length
