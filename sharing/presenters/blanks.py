"""The shapes of a blank form: what is asked, and the room that a pen needs."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Lines:
    """Room to write."""

    label: str
    count: int = 1
    kind: str = "lines"


@dataclass(frozen=True, slots=True)
class Ticks:
    """A list to tick in; one answer, unless it says several."""

    label: str
    options: tuple[str, ...]
    several: bool = False
    kind: str = "ticks"


@dataclass(frozen=True, slots=True)
class Grid:
    """Rows to fill in."""

    label: str
    columns: tuple[str, ...]
    rows: int = 4
    kind: str = "grid"


Entry = Lines | Ticks | Grid


@dataclass(frozen=True, slots=True)
class Part:
    """A heading and what is asked under it."""

    heading: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One blank form: `slug` is its place in addresses, `use` says when it is the right one."""

    slug: str
    title: str
    use: str
    parts: tuple[Part, ...]
    statement: tuple[str, ...] = ()
