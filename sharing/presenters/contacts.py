"""The contact sheet: how every desk is reached, as the directory shows it to everybody signed in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from agencies.models import Agency, Desk, Fallback
from agencies.models.directory import Terms
from agencies.sectors import Sector
from kernel.presenting import working_hours


@dataclass(frozen=True, slots=True)
class DeskLine:
    """One desk, for who has nothing but paper."""

    name: str
    phone: str
    mailbox: str
    hours: str
    out_of_hours: str
    takes_requests: bool
    # The desk that takes over where nobody is
    fallback: str


@dataclass(frozen=True, slots=True)
class AgencyLines:
    """One agency with its desks."""

    name: str
    sector: str
    desks: tuple[DeskLine, ...]


def contact_lines(
    agencies: Iterable[Agency], fallbacks: Mapping[UUID, Fallback]
) -> list[AgencyLines]:
    """Agencies read by `agencies.queries.directory`, with their desks."""
    return [
        AgencyLines(
            one.name,
            Sector(one.sector).label,
            tuple(_line(desk, fallbacks.get(desk.pk)) for desk in one.desks.all()),
        )
        for one in agencies
    ]


def _line(desk: Desk, named: Fallback | None) -> DeskLine:
    to = named.to if named else None
    return DeskLine(
        name=desk.name,
        phone=desk.phone,
        mailbox=desk.mailbox,
        hours=_hours(desk),
        out_of_hours=desk.out_of_hours,
        takes_requests=desk.is_open,
        fallback=f"{to.agency.short_name}, {to.name}" if to else "",
    )


def _hours(desk: Desk) -> str:
    if desk.terms == Terms.ALL_YEAR:
        return working_hours(desk.hours)
    return f"{working_hours(desk.hours)}. {Terms(desk.terms).label}"
