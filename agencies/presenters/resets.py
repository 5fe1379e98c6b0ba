"""What the pages about lost devices show."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils import timezone

from agencies import resetting
from agencies.models import DeviceReset, KnownBy
from agencies.models.resets import WAITS
from kernel.actors import Actor
from kernel.decisions import Decision


@dataclass(frozen=True, slots=True)
class ResetRow:
    """One reset that waits for a second person."""

    id: UUID
    name: str
    agency: str
    asked_by: str
    asked_at: datetime
    has_expired: bool


@dataclass(frozen=True, slots=True)
class ResetPage:
    """One reset: who, by whom, and what can be done."""

    id: UUID
    member_id: UUID
    name: str
    agency: str
    known_by: str
    asked_by: str
    asked_at: datetime
    until: datetime
    confirmed_by: str
    confirmed_at: datetime | None
    cancelled_by: str
    cancelled_at: datetime | None
    waits: bool
    may_confirm: Decision
    may_cancel: Decision
    second_people: Sequence[str]


def reset_rows(resets: Iterable[DeviceReset]) -> list[ResetRow]:
    now = timezone.now()
    return [
        ResetRow(
            id=one.pk,
            name=one.membership.user.full_name,
            agency=one.membership.agency.name,
            asked_by=one.asked_by.user.full_name,
            asked_at=one.asked_at,
            has_expired=one.has_expired(now),
        )
        for one in resets
    ]


def reset_page(actor: Actor, reset: DeviceReset) -> ResetPage:
    """The reset as the actor may deal with it."""
    seconds = resetting.second_people(reset) if reset.waits else []
    return ResetPage(
        id=reset.pk,
        member_id=reset.membership_id,
        name=reset.membership.user.full_name,
        agency=reset.membership.agency.name,
        known_by=KnownBy(reset.known_by).label,
        asked_by=reset.asked_by.user.full_name,
        asked_at=reset.asked_at,
        until=reset.asked_at + WAITS,
        confirmed_by=reset.confirmed_by.user.full_name if reset.confirmed_by else "",
        confirmed_at=reset.confirmed_at,
        cancelled_by=reset.cancelled_by.user.full_name if reset.cancelled_by else "",
        cancelled_at=reset.cancelled_at,
        waits=reset.waits,
        may_confirm=resetting.can_confirm(actor, reset),
        may_cancel=resetting.can_cancel(actor, reset),
        second_people=[one.user.full_name for one in seconds],
    )
