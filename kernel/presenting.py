"""Words for dates, times, counts and limits: the one place where pages get them from."""

from __future__ import annotations

from calendar import day_name
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby

from kernel.clocks import LONDON, WorkingHours


def _local(value: date | datetime) -> date | datetime:
    if isinstance(value, datetime):
        return value.astimezone(LONDON)
    return value


def date_long(value: date | datetime | None) -> str:
    """21 November 2026"""
    return "" if value is None else f"{_local(value):%-d %B %Y}"


def date_short(value: date | datetime | None) -> str:
    """21 Nov 2026, for tables."""
    return "" if value is None else f"{_local(value):%-d %b %Y}"


def time_of_day(value: datetime | time | None) -> str:
    """3:04pm, 3pm, midday, midnight."""
    if value is None:
        return ""
    at = value.astimezone(LONDON) if isinstance(value, datetime) else value
    if at.minute == 0 and at.hour in (0, 12):
        return "midday" if at.hour else "midnight"
    minutes = f":{at.minute:02}" if at.minute else ""
    return f"{at.hour % 12 or 12}{minutes}{'pm' if at.hour >= 12 else 'am'}"


def moment(value: datetime | None) -> str:
    """21 November 2026 at 3:04pm, London time."""
    return "" if value is None else f"{date_long(value)} at {time_of_day(value)}"


def plural(count: int, one: str, many: str = "") -> str:
    """1 request, 2 requests, 10,000 people."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def nhs_number(digits: str) -> str:
    """943 476 5919"""
    return f"{digits[:3]} {digits[3:6]} {digits[6:]}" if digits else ""


def working_hours(hours: WorkingHours) -> str:
    """Monday to Friday, 9am to 5pm"""
    return f"{_days(sorted(hours.days))}, {time_of_day(hours.opens)} to {time_of_day(hours.closes)}"


def _days(days: list[int]) -> str:
    """Runs of days are joined up: Monday to Friday and Sunday."""
    runs = [
        [day for _, day in run]
        for _, run in groupby(enumerate(days), key=lambda pair: pair[1] - pair[0])
    ]
    names = [
        f"{day_name[run[0]]} to {day_name[run[-1]]}"
        if len(run) > 2
        else " and ".join(day_name[day] for day in run)
        for run in runs
    ]
    return " and ".join(names)


@dataclass(frozen=True, slots=True)
class Due:
    """How near a limit is. `kind` colours it, `text` says it: colour never speaks alone."""

    kind: str
    text: str
    at: datetime


def due(at: datetime, now: datetime, nearly_at: datetime | None = None) -> Due:
    """Due in 3 days; Nearly due, in 3 hours; Overdue by 2 days. Nearly due from a moment on."""
    left = at - now
    if left < timedelta(0):
        return Due("overdue", f"Overdue by {length(-left)}", at)
    if nearly_at is not None and nearly_at <= now:
        return Due("due_soon", f"Nearly due, in {length(left)}", at)
    return Due("due", f"Due in {length(left)}", at)


def length(span: timedelta) -> str:
    """Less than a minute, 3 hours, 2 days."""
    minutes = int(span.total_seconds() // 60)
    if minutes < 1:
        return "less than a minute"
    if minutes < 60:
        return plural(minutes, "minute")
    if minutes < 48 * 60:
        return plural(minutes // 60, "hour")
    return plural(minutes // (24 * 60), "day")
