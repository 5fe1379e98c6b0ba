"""The guidance itself: versions in files beside this one, each with its day, source and last check.

Plain structured text: headings, sentences and questions. Templates decide how it looks, so nothing
here is markup. Files are read once; a new text is a new file with a later day, never an edit.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from guidance.states import Topic

FOLDER = Path(__file__).parent / "reference"


@dataclass(frozen=True, slots=True)
class Point:
    """One rule, question or step: what to do in a line, and what that means."""

    short: str
    text: str
    # For a question: what "no" leads to; for a call: words to say
    also: str = ""


@dataclass(frozen=True, slots=True)
class Version:
    """One text of a topic, as it stood from a day on."""

    topic: Topic
    name: str
    title: str
    in_force_from: date
    in_force_note: str
    source: str
    original_url: str
    checked_on: date
    check_note: str
    opening: str
    points: tuple[Point, ...]
    closing: str

    @property
    def summary(self) -> tuple[str, ...]:
        """The points in one line each, for reading beside a form."""
        return tuple(one.short for one in self.points)


@cache
def versions(topic: Topic) -> tuple[Version, ...]:
    """Every version of a topic, the newest first."""
    files = FOLDER.glob(f"{topic.value}/*.toml")
    found = [_read(topic, path) for path in files]
    return tuple(sorted(found, key=lambda one: one.in_force_from, reverse=True))


def _read(topic: Topic, path: Path) -> Version:
    with path.open("rb") as opened:
        content: dict[str, Any] = tomllib.load(opened)
    points = tuple(Point(**one) for one in content.pop("point"))
    return Version(topic=topic, name=path.stem, points=points, **content)


def in_force(topic: Topic, on: date) -> Version | None:
    """The version that held on a day; none before the first."""
    return next((one for one in versions(topic) if one.in_force_from <= on), None)


def version(topic: Topic, name: str) -> Version | None:
    """A version by the name of its file."""
    return next((one for one in versions(topic) if one.name == name), None)
