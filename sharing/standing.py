"""What a sender should know of each desk before sending: whether anybody is there, and who takes over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils import timezone

from agencies import attendance
from agencies.models import Desk
from kernel.clocks import WorkingHours
from kernel.presenting import moment


@dataclass(frozen=True, slots=True)
class Standing:
    """One desk as it stands now."""

    hours: WorkingHours
    closed_until: datetime | None
    is_empty: bool
    # The desk that takes over where nobody is
    fallback: str

    @property
    def words(self) -> str:
        """Nothing while somebody is there."""
        facts = []
        if self.closed_until:
            facts.append(f"Closed now, until {moment(self.closed_until)}")
        if self.is_empty:
            facts.append("Nobody is at this desk today")
        if self.fallback:
            facts.append(f"If nobody is there, {self.fallback} takes over")
        return ". ".join(facts)


def standings(desks: Sequence[Desk]) -> Mapping[UUID, Standing]:
    """Every desk with the same few queries, however many there are."""
    now = timezone.now()
    hours = attendance.hours_of(desks)
    empty = attendance.unattended([one.pk for one in desks])
    fallbacks = attendance.fallbacks_in_use(desks)
    return {
        one.pk: Standing(
            hours=hours[one.pk],
            closed_until=None if hours[one.pk].covers(now) else hours[one.pk].next_opening(now),
            is_empty=one.pk in empty,
            fallback=_name(fallbacks.get(one.pk)),
        )
        for one in desks
    }


def _name(desk: Desk | None) -> str:
    return f"{desk.agency.name}, {desk.name}" if desk else ""
