"""The dated, sourced configuration of asking: purposes, lawful footings and time limits."""

from __future__ import annotations

import tomllib
from typing import Any

from django.conf import settings

from agencies.sectors import Duty, Kind
from isp_portal.documents.markdown import code, document, table
from sharing.states import Urgency

INTRODUCTION = """
Loaded from `sharing/reference/` when the portal is installed or upgraded. Every row has a source and
the day on which somebody last compared it with that source. To change one, add a row with the same
code and a later first day: what was recorded under the old row stays as it was.
"""


def page() -> str:
    """The page of purposes, footings and limits."""
    return document(
        "Purposes, lawful footings and time limits",
        INTRODUCTION,
        "## Purposes",
        *[_purpose(row) for row in _rows("purposes", "purpose")],
        "## Lawful footing by kind of agency",
        table(
            ["Agency", "Article 6 basis", "Note", "From", "Source", "Last checked"],
            [_footing(row) for row in _rows("footings", "footing")],
        ),
        "## Standing under the duty to share",
        table(["Standing", "Code", "Source"], [(d.label, code(d.value), d.source) for d in Duty]),
        "## Time to answer",
        table(
            ["Urgency", "Hours", "Counted as", "From", "Source", "Last checked"],
            [_limit(row) for row in _rows("limits", "limit")],
        ),
    )


def _rows(file: str, name: str) -> list[dict[str, Any]]:
    with (settings.BASE_DIR / "sharing" / "reference" / f"{file}.toml").open("rb") as opened:
        rows: list[dict[str, Any]] = tomllib.load(opened)[name]
    return rows


def _purpose(row: dict[str, Any]) -> str:
    facts = {
        "Code": code(row["code"]),
        "For example": row["hint"],
        "Power of the agency that asks": row["power_asking"],
        "Power of the agency that holds": row["power_holding"],
        "Article 9 condition": row["article_9"],
        "Schedule 1 condition": row["schedule_1"],
        "In force from": row["valid_from"],
        "Source": row["source"],
        "Last checked": row["checked_on"],
    }
    return f"### {row['label']}\n\n" + table(["", ""], facts.items())


def _footing(row: dict[str, Any]) -> list[object]:
    label = Kind(row["code"]).label
    return [
        label,
        row["article_6"],
        row["note"],
        row["valid_from"],
        row["source"],
        row["checked_on"],
    ]


def _limit(row: dict[str, Any]) -> list[object]:
    label = Urgency(row["urgency"]).label
    counted = "the desk's working hours" if row["working"] else "the clock, day and night"
    return [label, row["hours"], counted, row["valid_from"], row["source"], row["checked_on"]]
