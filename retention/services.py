"""Loading the retention schedule: a changed row gets a new version, the old one stays on record."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from audit import services as audit
from kernel.actors import Actor
from retention.models import RetentionClass

REFERENCE = Path(__file__).parent / "reference"
# Each file with the day on which it was last compared with its source
CHECKED = {"wscp.csv": date(2026, 11, 21), "product.csv": date(2026, 11, 21)}


@transaction.atomic
def load_schedule(*, actor: Actor) -> int:
    """Bring the schedule up to date with its files; returns how many rows changed."""
    in_force = {
        row.code: row for row in RetentionClass.objects.select_for_update().filter(valid_until=None)
    }
    changed = [values for values in _rows() if not _agrees(in_force.get(values["code"]), values)]
    for values in changed:
        _replace(actor, in_force.get(values["code"]), values)
    return len(changed)


def _replace(actor: Actor, old: RetentionClass | None, values: dict[str, Any]) -> None:
    today = timezone.localdate()
    if old is not None:
        old.valid_until = today
        old.save(update_fields=["valid_until"])
    row = RetentionClass.objects.create(**values, valid_from=today)
    audit.record("retention.schedule_loaded", actor=actor, target=row, code=row.code)


def _rows() -> Iterator[dict[str, Any]]:
    for name, checked_on in CHECKED.items():
        with (REFERENCE / name).open(newline="", encoding="utf-8") as file:
            for row in csv.DictReader(file):
                yield {**row, "checked_on": checked_on}


def _agrees(row: RetentionClass | None, values: dict[str, Any]) -> bool:
    return row is not None and all(getattr(row, name) == value for name, value in values.items())
