"""By when a desk answers, and from when on that is nearly due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kernel.clocks import WorkingHours
from sharing.models import Chasing, TimeLimit


@dataclass(frozen=True, slots=True)
class Clock:
    """One urgency's limit with its chasing, as configured on a day."""

    limit: TimeLimit
    chasing: Chasing

    def times(self, start: datetime, hours: WorkingHours) -> dict[str, datetime]:
        """The two moments that an ask keeps, for a desk attended in these hours."""
        limit = self.limit.limit
        nearly = limit.after(start, hours, self.chasing.nearly(limit))
        return {"due_at": limit.due(start, hours), "nearly_at": nearly}
