"""The contact sheet: how every desk is reached, as the directory shows it to everybody signed in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from agencies.models import Agency, Desk
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


@dataclass(frozen=True, slots=True)
class AgencyLines:
    """One agency with its desks."""

    name: str
    sector: str
    desks: tuple[DeskLine, ...]


def contact_lines(agencies: Iterable[Agency]) -> list[AgencyLines]:
    """Agencies read by `agencies.queries.directory`, with their desks."""
    return [
        AgencyLines(
            one.name,
            Sector(one.sector).label,
            tuple(_line(desk) for desk in one.desks.all()),
        )
        for one in agencies
    ]


def _line(desk: Desk) -> DeskLine:
    return DeskLine(
        name=desk.name,
        phone=desk.phone,
        mailbox=desk.mailbox,
        hours=working_hours(desk.hours),
        out_of_hours=desk.out_of_hours,
        takes_requests=desk.is_open,
    )
