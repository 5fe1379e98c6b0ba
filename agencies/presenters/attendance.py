"""When nobody is at a desk, in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone

from agencies import attendance, policies
from agencies.models import Absence, Desk, Membership, Period, Terms
from agencies.presenters.directory import DeskCard, desk_card
from kernel.actors import Actor
from kernel.presenting import date_long

# School calendars are published a year ahead; after this, limits no longer know the holidays
RUNS_OUT = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class PeriodRow:
    """Some days of a calendar."""

    id: UUID
    kind: str
    what: str
    from_on: date
    until_on: date


@dataclass(frozen=True, slots=True)
class TimesPage:
    """Everything about when a desk is attended."""

    agency_id: UUID
    agency: str
    card: DeskCard
    always: bool
    terms: str
    follows_county: bool
    fallbacks: tuple[str, ...]
    periods: tuple[PeriodRow, ...]
    county: tuple[PeriodRow, ...]
    warning: str
    may_change: bool


@dataclass(frozen=True, slots=True)
class CountyPage:
    """The county's terms."""

    periods: tuple[PeriodRow, ...]
    warning: str
    may_change: bool


@dataclass(frozen=True, slots=True)
class AbsenceRow:
    """From when to when somebody is away."""

    id: UUID
    from_on: date
    until_on: date
    stand_in: str
    is_now: bool


@dataclass(frozen=True, slots=True)
class AwayPage:
    """When a member is away."""

    membership_id: UUID
    agency_id: UUID
    name: str
    is_self: bool
    rows: tuple[AbsenceRow, ...]


def times_page(actor: Actor, desk: Desk) -> TimesPage:
    """One desk's times, for everybody; those who keep it are warned when its terms run out."""
    counted = attendance.hours_of([desk])[desk.pk]
    chain = attendance.chain(desk.pk, attendance.fallbacks())
    keeps = bool(policies.can_edit_desk(actor, desk))
    follows = desk.terms == Terms.COUNTY
    return TimesPage(
        agency_id=desk.agency_id,
        agency=desk.agency.name,
        card=desk_card(desk, counted),
        always=desk.always,
        terms=Terms(desk.terms).label,
        follows_county=follows,
        fallbacks=tuple(f"{one.agency.name}, {one.name}" for one in chain),
        periods=_rows(desk),
        county=_rows(None) if follows else (),
        warning=_runs_out(attendance.terms_known_until(desk, counted)) if keeps else "",
        may_change=keeps,
    )


def cover_of(desk: Desk) -> dict[str, Any]:
    """What the form begins with."""
    named = attendance.fallbacks().get(desk.pk)
    return {
        "always": desk.always,
        "terms": desk.terms,
        "fallback_id": named.to_id if named else None,
    }


def county_page(actor: Actor) -> CountyPage:
    rows = _rows(None)
    keeps = bool(policies.can_keep_directory(actor))
    last = max((one.until_on for one in rows), default=date.min)
    return CountyPage(rows, _runs_out(last) if keeps else "", keeps)


def away_page(actor: Actor, membership: Membership) -> AwayPage:
    today = timezone.localdate()
    return AwayPage(
        membership_id=membership.pk,
        agency_id=membership.agency_id,
        name=membership.user.full_name,
        is_self=membership.user_id == actor.user_id,
        rows=tuple(_absence(one, today) for one in attendance.absences_to_come(membership)),
    )


def away_in_words(absence: Absence) -> str:
    """Away until 5 December 2026; Col League stands in."""
    words = f"away until {date_long(absence.until_on)}"
    if absence.stand_in is None:
        return f"{words}, and everybody else at the desk stands in"
    return f"{words}, and {absence.stand_in.user.full_name} stands in"


def opening_in_words(opens_at: datetime) -> str:
    """Closed now, opens on Monday 23 November at 9am."""
    return f"Closed now. It opens on {opens_at.astimezone():%A} {date_long(opens_at)}"


def _rows(desk: Desk | None) -> tuple[PeriodRow, ...]:
    return tuple(
        PeriodRow(one.pk, Period.Kind(one.kind).label, one.what, one.from_on, one.until_on)
        for one in attendance.periods(desk)
    )


def _runs_out(last: date | None) -> str:
    """What to do before the known terms end: afterwards every weekday counts."""
    if last is None or last - timezone.localdate() > RUNS_OUT:
        return ""
    if last < timezone.localdate():
        return "No term dates are known, so time runs in the holidays too. Add the next terms."
    return (
        f"The known term dates end on {date_long(last)}. Add the next ones: "
        "afterwards time runs in the holidays too."
    )


def _absence(absence: Absence, today: date) -> AbsenceRow:
    stand_in = absence.stand_in.user.full_name if absence.stand_in else ""
    is_now = absence.from_on <= today <= absence.until_on
    return AbsenceRow(absence.pk, absence.from_on, absence.until_on, stand_in, is_now)
