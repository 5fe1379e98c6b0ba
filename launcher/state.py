"""What a running portal tells the other commands about itself."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field

from launcher.place import Place, write_whole
from launcher.processes import Identity, recorded

SUPERVISOR = "supervisor"


@dataclass(slots=True)
class State:
    """Which parts there are, where the portal answers, and whether it has begun to."""

    port: int
    parts: dict[str, int | None] = field(default_factory=dict)
    own_database: bool = True
    ready: bool = False

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def save(self, place: Place) -> None:
        write_whole(place.running, json.dumps(asdict(self)))


def load(place: Place) -> State | None:
    """The state of the portal that runs here; None if none runs."""
    if not supervisor(place):
        return None
    try:
        return State(**json.loads(place.running.read_text()))
    except (OSError, ValueError, TypeError):
        return None


def supervisor(place: Place) -> Identity | None:
    """The process that looks after the parts, if it lives."""
    identity = recorded(place.record(SUPERVISOR))
    return identity if identity and identity.is_alive() else None
