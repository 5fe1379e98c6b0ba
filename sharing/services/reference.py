"""Loading purposes, footings and limits. A row that changed comes in as a new row with its day."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from django.db import transaction

from kernel.actors import Actor
from sharing.models import Chasing, EscalationLimit, Footing, Purpose, TimeLimit
from sharing.models.reference import Reference

_FOLDER = Path(__file__).resolve().parent.parent / "reference"


@transaction.atomic
def load_reference(*, actor: Actor) -> None:
    """Bring the tables up to the files. Rows that were there stay. Needs the owner role."""
    for position, row in enumerate(_rows("purposes", "purpose")):
        _add(Purpose, ("code", "valid_from"), row | {"position": position})
    for row in _rows("footings", "footing"):
        _add(Footing, ("code", "valid_from"), row)
    for row in _rows("limits", "chasing"):
        _add(Chasing, ("urgency", "valid_from"), row)
    for row in _rows("escalation", "level"):
        _add(EscalationLimit, ("level", "valid_from"), row)
    for row in _rows("limits", "limit"):
        _add(TimeLimit, ("urgency", "valid_from"), row)


def _rows(file: str, name: str) -> list[dict[str, Any]]:
    with (_FOLDER / f"{file}.toml").open("rb") as opened:
        rows: list[dict[str, Any]] = tomllib.load(opened)[name]
    return rows


def _add(model: type[Reference], key: tuple[str, ...], row: dict[str, Any]) -> None:
    wanted = {name: row[name] for name in key}
    model.objects.get_or_create(  # type: ignore[attr-defined]  # abstract until its subclasses
        **wanted, defaults=row
    )
