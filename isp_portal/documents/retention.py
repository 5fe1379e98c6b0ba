"""The retention schedule, from the files that it is loaded from."""

from __future__ import annotations

import csv
from typing import Any

from isp_portal.documents.markdown import code, document, table
from retention.services import CHECKED, REFERENCE

INTRODUCTION = """
How long each class of record is to be kept, from which event on, and where the period comes from.
The classes that fields are declared with ([privacy](privacy.md)) are `CASE_DATA` and those marked
"Product default". Disposal itself is not built yet: today the schedule is recorded and nothing is
destroyed by the clock.
"""
TITLES = {
    "wscp.csv": "The partnership's own schedule",
    "product.csv": "Classes that the portal adds",
}


def page() -> str:
    """The page of retention classes."""
    return document("Retention schedule", INTRODUCTION, *[_section(name) for name in CHECKED])


def _section(name: str) -> str:
    with (REFERENCE / name).open(newline="", encoding="utf-8") as file:
        rows = [_row(row) for row in csv.DictReader(file)]
    head = ["Class", "What is held", "Period runs from", "Period", "Then", "Source"]
    return f"## {TITLES[name]}\n\nLast checked {CHECKED[name]}.\n\n{table(head, rows)}"


def _row(row: dict[str, Any]) -> list[object]:
    shown = ("data_held", "trigger", "period", "end_of_period", "source")
    return [code(row["code"]), *(row[name] for name in shown)]
