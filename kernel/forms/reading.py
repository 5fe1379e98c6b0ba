"""Reads text, dates and times as people type them. Knows no form, so that anything may use it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from kernel.clocks import LONDON

PARTS = ("day", "month", "year")
MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
_BIDI_OVERRIDES = frozenset("\u202a\u202b\u202c\u202d\u202e")
_KEPT = frozenset("\n\t")


class Unreadable(Exception):
    """What was typed could not be read: why ("must include a year"), and which boxes to mend."""

    def __init__(self, why: str, *parts: str) -> None:
        super().__init__("unreadable")  # never the typed value
        self.why = why
        self.parts = parts


def clean_text(text: str, *, one_line: bool = False) -> str:
    """Text as it is kept: NFC, plain newlines, no control characters, no reversed reading order."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    if one_line:
        text = text.replace("\n", " ").replace("\t", " ")
    return "".join(c for c in text if c in _KEPT or not _is_noise(c))


def _is_noise(character: str) -> bool:
    return unicodedata.category(character) in {"Cc", "Cs"} or character in _BIDI_OVERRIDES


@dataclass(frozen=True, slots=True)
class Typed:
    """The three boxes of a date, as typed."""

    day: str = ""
    month: str = ""
    year: str = ""

    @classmethod
    def of(cls, boxes: Mapping[str, str]) -> Typed:
        """The boxes without the spaces around them."""
        return cls(*(boxes.get(part, "").strip() for part in PARTS))

    def missing(self) -> tuple[str, ...]:
        """The boxes left empty."""
        return tuple(part for part in PARTS if not getattr(self, part))


@dataclass(frozen=True, slots=True)
class Span:
    """The dates that an answer may lie between; decides what a year of two digits means."""

    first: date
    last: date

    @classmethod
    def around(cls, today: date) -> Span:
        """For events: a year of two digits means one from 40 years ago to 10 years ahead."""
        return cls(date(today.year - 40, 1, 1), date(today.year + 10, 12, 31))

    @classmethod
    def of_lives(cls, today: date) -> Span:
        """For dates of birth: nobody is over 120 years old."""
        return cls(date(today.year - 120, 1, 1), today)


def read_date(typed: Typed, *, today: date, two_digit_years: Span) -> date:
    """The date meant. A whole date pasted into the first box counts; a guess is never made."""
    if typed.missing() == ("month", "year"):
        named = _NAMED_DAYS.get(typed.day.lower())
        if named is not None:
            return today + named
        typed = _split(typed.day)
    if typed.missing():
        raise Unreadable(f"must include a {_listed(typed.missing())}", *typed.missing())
    return _assemble(typed, two_digit_years)


def _assemble(typed: Typed, span: Span) -> date:
    day, month = _read_day(typed.day), _read_month(typed.month)
    wrong = tuple(part for part, value in (("day", day), ("month", month)) if value is None)
    if wrong or day is None or month is None:
        raise Unreadable("must be a real date", *wrong)
    years = _read_year(typed.year, span)
    fitting = [found for year in years if (found := _real(year, month, day))]
    if len(years) > 1:
        fitting = [found for found in fitting if span.first <= found <= span.last]
        if len(fitting) != 1:
            either = " or ".join(str(year) for year in years)
            raise Unreadable(f"must include a year with 4 digits, for example {either}", "year")
    if not fitting:
        raise Unreadable("must be a real date", *PARTS)
    return fitting[0]


def _real(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _read_day(text: str) -> int | None:
    found = re.fullmatch(r"(\d{1,2})(?:st|nd|rd|th)?", text, re.IGNORECASE)
    day = int(found[1]) if found else 0
    return day if 1 <= day <= 31 else None


def _read_month(text: str) -> int | None:
    if re.fullmatch(r"\d{1,2}", text):
        return int(text) if 1 <= int(text) <= 12 else None
    word = text.lower().rstrip(".")
    if len(word) < 3:
        return None
    return next((n for n, name in enumerate(MONTHS, 1) if name.startswith(word)), None)


def _read_year(text: str, span: Span) -> list[int]:
    """The years that the text may mean: one of four digits, or the candidates of two."""
    if re.fullmatch(r"\d{4}", text) and int(text) >= 1000:
        return [int(text)]
    if re.fullmatch(r"'?\d{2}", text):
        centuries = range(span.first.year // 100, span.last.year // 100 + 1)
        return [century * 100 + int(text.lstrip("'")) for century in centuries]
    raise Unreadable("must include a year with 4 digits, for example 2026", "year")


_GAP = r"[\s/.,\-\u2013]+"
_WEEKDAY = r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?,?\s+)?"
_DAY = r"(?P<day>\d{1,2}(?:st|nd|rd|th)?)"
_WORD = r"(?P<month>[a-z]{3,9})\.?"
_YEAR = r"(?P<year>\d{4}|'?\d{2})"
_WHOLE_DATES = [
    re.compile(_WEEKDAY + pattern, re.IGNORECASE)
    for pattern in (
        rf"(?P<year>\d{{4}}){_GAP}(?P<month>\d{{1,2}}){_GAP}(?P<day>\d{{1,2}})",
        rf"{_DAY}{_GAP}(?P<month>\d{{1,2}})(?:{_GAP}{_YEAR})?",
        rf"{_DAY}(?:\s+of)?[\s/.,\-]*{_WORD}(?:[\s/.,\-]*{_YEAR})?",
        rf"{_WORD}\s*{_DAY}(?:[\s,]+{_YEAR})?",
        r"(?P<day>\d{2})(?P<month>\d{2})(?P<year>\d{4})",
    )
]
_NAMED_DAYS = {
    "today": timedelta(0),
    "yesterday": timedelta(days=-1),
    "tomorrow": timedelta(days=1),
}


def _split(text: str) -> Typed:
    """A date pasted whole into the first box, taken apart."""
    for pattern in _WHOLE_DATES:
        if found := pattern.fullmatch(text):
            return Typed.of({part: value or "" for part, value in found.groupdict().items()})
    return Typed(day=text)


def _listed(parts: tuple[str, ...]) -> str:
    return " and ".join(parts)


_TIME = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?\s*([ap])?(?:\.?m\.?)?", re.IGNORECASE)
_NAMED_TIMES = {"noon": time(12), "midday": time(12), "midnight": time(0)}


def read_time(text: str) -> time:
    """The time meant: 3:04pm, 3pm, 15:04, 1504, noon. "3:04" is asked about, never guessed."""
    text = text.strip().lower()
    if text in _NAMED_TIMES:
        return _NAMED_TIMES[text]
    if re.fullmatch(r"\d{4}", text):
        text = f"{text[:2]}:{text[2:]}"
    found = _TIME.fullmatch(text)
    if not found or (text.endswith("m") and not found[3]):
        raise Unreadable("must include a time, like 3:04pm or 15:04", "time")
    return _clock(found[1], found[2], found[3])


def _clock(hours: str, minutes: str | None, half: str | None) -> time:
    hour, minute = int(hours), int(minutes or 0)
    if half is None and (minutes is None or len(hours) == 1):
        raise Unreadable("must say am or pm, like 3:04pm", "time")
    if half == "p" and hour < 12:
        hour += 12
    elif half == "a" and hour == 12:
        hour = 0
    if hour > 23 or minute > 59 or (half == "a" and hour > 12):
        raise Unreadable("must include a real time, like 3:04pm or 15:04", "time")
    return time(hour, minute)


def moment_in_london(day: date, at: time) -> datetime:
    """That time on that day in London; the hour that spring skips is refused."""
    moment = datetime.combine(day, at, LONDON)
    if moment.astimezone(UTC).astimezone(LONDON).time() != at:
        raise Unreadable("must include a real time: the clocks went forward that hour", "time")
    return moment
