"""What somebody is deciding when they ask for advice: told by the apps above, which register here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from kernel.actors import Actor


@dataclass(frozen=True, slots=True, repr=False)
class Matter:
    """A record beside which advice is asked: its reference if it has one, and whose names it holds.

    `kept_out` are the people who must not learn of the case: they are not asked about it.
    """

    id: UUID
    reference: str
    names: Callable[[], list[str]]
    kept_out: frozenset[UUID] = frozenset()


Finder = Callable[[Actor, UUID], Matter | None]

_finders: list[Finder] = []


def register(finder: Finder) -> None:
    """Called once the apps are ready: a finder looks in the actor's own scope alone."""
    if finder not in _finders:
        _finders.append(finder)


def find(actor: Actor, matter_id: UUID) -> Matter | None:
    """The record of that key, if the actor sees it."""
    return next((found for one in _finders if (found := one(actor, matter_id))), None)
