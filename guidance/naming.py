"""Whether words seem to say who a child is. A guess that warns; it stops nobody."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from stdnum.gb import nhs

_TEN_DIGITS = re.compile(r"(?<!\d)\d(?:[ -]?\d){9}(?!\d)")
_MONTHS = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
_DATE = re.compile(
    rf"\b\d{{1,2}}\s*[/.-]\s*\d{{1,2}}\s*[/.-]\s*(?:\d{{4}}|\d{{2}})\b"
    rf"|\b\d{{4}}-\d{{2}}-\d{{2}}\b"
    rf"|\b\d{{1,2}}(?:st|nd|rd|th)?\s+(?:of\s+)?(?:{_MONTHS})[a-z]*\.?,?\s+(?:\d{{4}}|\d{{2}})\b"
    rf"|\b(?:{_MONTHS})[a-z]*\.?\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+\d{{4}}\b",
    re.IGNORECASE,
)
# Shorter parts of names ("Al", "de") are words of any text
_SHORTEST = 3


def tells_who(text: str, names: Iterable[str]) -> list[str]:
    """What in the text could tell who it is about, in words for the warning."""
    return list(_tells(text, names))


def _tells(text: str, names: Iterable[str]) -> Iterator[str]:
    if _has_name(text, names):
        yield "the name of somebody whom you are writing about"
    if any(nhs.is_valid(one) for one in map(_digits, _TEN_DIGITS.findall(text))):
        yield "a number that could be an NHS number"
    if _DATE.search(text):
        yield "a date that could be a date of birth"


def _has_name(text: str, names: Iterable[str]) -> bool:
    words = set(_words(text))
    parts = {part for name in names for part in _words(name)}
    return any(len(part) >= _SHORTEST and part in words for part in parts)


def _words(text: str) -> list[str]:
    """Without case; an apostrophe or hyphen belongs to a name, however it is typed."""
    plain = text.casefold().replace("\u2019", "'")
    return [one.removesuffix("'s").strip("'-") for one in re.findall(r"[\w'-]+", plain)]


def _digits(found: str) -> str:
    return re.sub(r"\D", "", found)
