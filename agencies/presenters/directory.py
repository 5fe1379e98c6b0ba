"""What the directory's pages show, worked out before they are drawn."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils import timezone

from agencies import attendance, policies
from agencies.models import Agency, Desk
from agencies.sectors import Duty, Kind, Sector
from kernel.actors import Actor
from kernel.clocks import WorkingHours
from kernel.presenting import working_hours


@dataclass(frozen=True, slots=True)
class DeskCard:
    """A desk as colleagues elsewhere need it: when and how to reach it."""

    id: UUID
    name: str
    hours: str
    attended: bool
    opens_at: datetime | None
    takes_requests: bool
    phone: str
    out_of_hours: str
    mailbox: str


@dataclass(frozen=True, slots=True)
class AgencyRow:
    """One agency of the directory."""

    id: UUID
    name: str
    sector: str
    area: str
    has_ended: bool
    desks: tuple[DeskCard, ...]


@dataclass(frozen=True, slots=True)
class AgencyPage:
    """An agency's entry in full, and what this reader may do with it."""

    id: UUID
    name: str
    short_name: str
    sector: str
    kind: str
    area: str
    duty: str
    duty_source: str
    ended_on: date | None
    desks: tuple[DeskCard, ...]
    may_edit: bool
    may_keep_desks: bool
    may_see_people: bool


def desk_card(desk: Desk, counted: WorkingHours) -> DeskCard:
    """A desk with what the clocks count for it: its closed days and terms are in `counted`."""
    now = timezone.now()
    attended = desk.is_open and counted.covers(now)
    return DeskCard(
        id=desk.pk,
        name=desk.name,
        hours=working_hours(desk.hours),
        attended=attended,
        opens_at=None if attended or not desk.is_open else counted.next_opening(now),
        takes_requests=desk.is_open,
        phone=desk.phone,
        out_of_hours=desk.out_of_hours,
        mailbox=desk.mailbox,
    )


def desk_cards(desks: Collection[Desk]) -> tuple[DeskCard, ...]:
    """Several desks, with their calendars in one query."""
    counted = attendance.hours_of(desks)
    return tuple(desk_card(one, counted[one.pk]) for one in desks)


def directory_rows(agencies: Iterable[Agency]) -> list[AgencyRow]:
    """Agencies whose desks were read with them."""
    today, agencies = timezone.localdate(), list(agencies)
    counted = attendance.hours_of([desk for agency in agencies for desk in agency.desks.all()])
    return [
        AgencyRow(
            id=agency.pk,
            name=agency.name,
            sector=Sector(agency.sector).label,
            area=agency.area,
            has_ended=agency.has_ended(today),
            desks=tuple(desk_card(one, counted[one.pk]) for one in agency.desks.all()),
        )
        for agency in agencies
    ]


def agency_page(actor: Actor, agency: Agency, desks: Iterable[Desk]) -> AgencyPage:
    duty = Duty(agency.duty)
    keeps_desks = bool(policies.can_keep_desks(actor, agency))
    return AgencyPage(
        id=agency.pk,
        name=agency.name,
        short_name=agency.short_name,
        sector=Sector(agency.sector).label,
        kind=Kind(agency.kind).label,
        area=agency.area,
        duty=duty.label,
        duty_source=duty.source,
        ended_on=agency.ended_on,
        desks=desk_cards(list(desks)),
        may_edit=bool(policies.can_edit_agency(actor, agency)),
        may_keep_desks=keeps_desks,
        may_see_people=keeps_desks,
    )
