"""The log as a file for a spreadsheet: read and sent a page at a time, so that none is held whole."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from io import StringIO

from kernel.actors import Actor
from kernel.clocks import LONDON
from oversight import queries
from oversight.presenters.log import EntryRow, entry_rows
from oversight.search import Search

AT_A_TIME = 500
# Beyond this a spreadsheet helps nobody; audit_export has no such bound
LONGEST = 50_000
HEADINGS = ("When (London)", "Who", "Agency", "What", "More", "References", "Log", "Entry")
# What a spreadsheet would take for a formula (OWASP: CSV injection)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
CUT_OFF = f"There is more. This file ends after {LONGEST:,} entries: choose a shorter period."


def lines(actor: Actor, search: Search) -> Iterator[str]:
    """Every entry that a search finds, the newest first, as lines of a file."""
    # Without this mark a spreadsheet reads accents wrongly.
    yield "\ufeff" + _line(HEADINGS)
    after, sent = None, 0
    while entries := queries.page(actor, search, after=after, size=AT_A_TIME):
        names = queries.names_in(actor, entries)
        for entry, row in zip(
            entries, entry_rows(actor, entries, names, all_references=True), strict=True
        ):
            yield _line(_cells(row, str(entry.pk)))
        sent += len(entries)
        if sent >= LONGEST:
            yield _line([CUT_OFF])
            return
        after = queries.Place(entries[-1].at, entries[-1].pk)


def _cells(row: EntryRow, key: str) -> list[str]:
    at = row.at.astimezone(LONDON).strftime("%Y-%m-%d %H:%M:%S")
    references = ", ".join(row.references)
    return [at, row.who, row.agency, row.sentence, row.detail, references, row.log, key]


def _line(cells: Iterator[str] | list[str] | tuple[str, ...]) -> str:
    line = StringIO()
    csv.writer(line).writerow([_harmless(cell) for cell in cells])
    return line.getvalue()


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
