"""What somebody looks for in the log, as codes and ids."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from uuid import UUID

from audit.models import AccessKind
from kernel.clocks import LONDON


class Show(StrEnum):
    """Which entries: of one log, of both, or only what should not have happened."""

    CHANGES = "CHANGES"
    LOOKS = "LOOKS"
    ALARMS = "ALARMS"


# What should not have happened: refused, or done beside the portal
ALARMS = ("audit.refused", "audit.integrity")


@dataclass(frozen=True, slots=True)
class Search:
    """One search. `what` is a Show, an AccessKind or the name of an event; empty for everything."""

    since: date | None = None
    until: date | None = None
    agency_id: UUID | None = None
    user_id: UUID | None = None
    what: str = ""
    request_id: UUID | None = None
    by_others: bool = False

    @property
    def starts_at(self) -> datetime | None:
        return _midnight(self.since) if self.since else None

    @property
    def ends_before(self) -> datetime | None:
        return _midnight(self.until + timedelta(days=1)) if self.until else None

    @property
    def looks(self) -> tuple[AccessKind, ...]:
        """The kinds of looks wanted."""
        if self.what in AccessKind.values:
            return (AccessKind(self.what),)
        return tuple(AccessKind) if self.what in ("", Show.LOOKS) else ()

    @property
    def events(self) -> tuple[str, ...]:
        """The events wanted by name; none where no name narrows them, see wants_changes."""
        if self.what == Show.ALARMS:
            return ALARMS
        return (self.what,) if "." in self.what else ()

    @property
    def wants_changes(self) -> bool:
        return self.what in ("", Show.CHANGES) or bool(self.events)

    def facts(self) -> dict[str, object]:
        """What the log keeps about a search: codes, ids and dates."""
        return {name: value for name, value in asdict(self).items() if value}

    def digest(self, reader: UUID) -> str:
        """Ties the links to a search's further pages to it, and to who searched."""
        text = json.dumps({"reader": reader, **asdict(self)}, default=str, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:32]


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), LONDON)
