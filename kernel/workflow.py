"""A table of moves between statuses. It knows which moves exist; policies say who may make them."""

from __future__ import annotations

from collections.abc import Iterable, Set
from dataclasses import dataclass
from typing import Any

from django.db import models

from kernel.decisions import ALLOW, WRONG_STATE, Decision, deny


@dataclass(frozen=True, slots=True)
class Transition:
    """One named move, from any of its sources to its target."""

    name: str
    sources: Set[str]
    target: str


class Workflow:
    """Every legal move of one status column."""

    def __init__(self, statuses: type[models.TextChoices], *transitions: Transition) -> None:
        self.statuses = statuses
        self.transitions = {t.name: t for t in transitions}

    def allows(self, name: str, instance: Any) -> Decision:
        """Whether the record's status permits the move, with a reason that names its status."""
        if instance.status in self.transitions[name].sources:
            return ALLOW
        already = self.statuses(instance.status).label.lower()
        return deny(WRONG_STATE, f"This is already {already}")

    def apply(self, name: str, instance: models.Model, **changes: Any) -> None:
        """Make the move and save only what it changed. The row must be locked by the caller."""
        self.allows(name, instance).require()
        changes["status"] = self.transitions[name].target
        for field, value in changes.items():
            setattr(instance, field, value)
        instance.save(update_fields=list(changes))

    def diagram(self) -> str:
        """The table as a Mermaid state diagram, for the documents."""
        lines = ["stateDiagram-v2"]
        lines += [f"    {s.value}: {s.label}" for s in self.statuses]
        lines += [f"    {a} --> {t.target}: {t.name}" for t, a in self._moves()]
        return "\n".join(lines) + "\n"

    def _moves(self) -> Iterable[tuple[Transition, str]]:
        for transition in self.transitions.values():
            for source in sorted(transition.sources):
                yield transition, source
