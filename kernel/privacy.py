"""Every model field is declared: what kind of information it is, and how long its class is kept.

A model says it in `class Privacy`:

    class Privacy:
        keep = "CASE_DATA"                # code of the retention class
        clear = {"status", "due_at"}      # says nothing about a person
        staff = {"claimed_by"}            # about a professional at work
        case = {"why": Tier.SENSITIVE}    # about a child or family: must be sealed
        secret = {"mac"}                  # keys, hashes, codes

Sealing, subject access and disposal read this one list; an undeclared field fails the tests.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db import models

from kernel.tiers import Tier


class Kind(StrEnum):
    """What a field tells about people."""

    CLEAR = "CLEAR"
    STAFF = "STAFF"
    CASE = "CASE"
    SECRET = "SECRET"


@dataclass(frozen=True, slots=True)
class Declaration:
    """One field's declaration. Tier is the highest at which a case field may be sealed."""

    kind: Kind
    keep: str
    tier: Tier | None = None

    @property
    def exported(self) -> bool:
        """Whether a person asking for their own data is shown it."""
        return self.kind in (Kind.STAFF, Kind.CASE)


_BASE_FIELDS = {"id", "created_at"}


def declarations(model: type[models.Model]) -> dict[str, Declaration]:
    """Each declared field of a model. Raises ValueError where one is declared twice."""
    privacy: Any = getattr(model, "Privacy", None)
    keep = getattr(privacy, "keep", "")
    found: dict[str, Declaration] = {}
    for kind in Kind:
        names: Any = getattr(privacy, kind.lower(), ())
        for name in set(names) | (_BASE_FIELDS if kind is Kind.CLEAR else set()):
            if name in found:
                raise ValueError(f"{model.__name__}.{name} is declared twice")
            tier = names[name] if kind is Kind.CASE else None
            found[name] = Declaration(kind, keep, tier)
    return found


def undeclared(model: type[models.Model]) -> set[str]:
    """Fields that nobody declared, and declarations of fields that do not exist."""
    fields = {f.name for f in (*model._meta.concrete_fields, *model._meta.many_to_many)}
    return (fields ^ set(declarations(model))) - _BASE_FIELDS
