"""Results of looking for somebody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from agencies.models import Agency, Desk
from kernel.presenting import date_long, nhs_number
from people.matching import Wanted
from people.queries import Hit
from sharing.models import Request, Share
from sharing.presenters.desks import desk_name
from sharing.presenters.people import person_view
from sharing.queries.finding import Record
from sharing.services.finding import Found
from vault import services as vault

PER_PAGE = 25


@dataclass(frozen=True, slots=True)
class WayIn:
    """One page about the person that the reader may open."""

    text: str
    view: str
    id: UUID


@dataclass(frozen=True, slots=True, repr=False)
class FoundRow:
    """One record of somebody."""

    name: str
    particulars: tuple[tuple[str, str], ...]
    match: str
    kind: str
    reference: str
    sent_at: datetime
    agency: str
    ways_in: tuple[WayIn, ...]


@dataclass(frozen=True, slots=True, repr=False)
class FoundPage:
    """One page of results, what was searched for, and the way to the others."""

    rows: tuple[FoundRow, ...]
    total: int
    page: int
    pages: int
    is_cut_off: bool
    searched: str
    wait_until: datetime | None
    desk: Desk | None


def slice_of(found: Found, page: int) -> Sequence[tuple[Hit, Record]]:
    """The records on one page."""
    return found.records[(page - 1) * PER_PAGE : page * PER_PAGE]


def page_number(typed: str, found: Found) -> int:
    """The page asked for; nonsense is the first."""
    number = int(typed) if typed.isdecimal() and len(typed) < 4 else 1
    return max(1, min(number, _pages(found)))


def found_page(
    found: Found, page: int, opened: vault.Opened, wanted: Wanted, desk: Desk | None
) -> FoundPage:
    """What the page shows; `desk` is whom to ring where the limit is reached."""
    return FoundPage(
        rows=tuple(_row(hit, record, opened) for hit, record in slice_of(found, page)),
        total=len(found.records),
        page=page,
        pages=_pages(found),
        is_cut_off=found.is_cut_off,
        searched=_searched(wanted),
        wait_until=found.wait_until,
        desk=desk,
    )


def _pages(found: Found) -> int:
    return max(1, -(-len(found.records) // PER_PAGE))


def _row(hit: Hit, record: Record, opened: vault.Opened) -> FoundRow:
    case = record.subject.case
    person = person_view(record.subject.snapshot, opened)
    match, kind = _match(hit)
    return FoundRow(
        name=person.name,
        particulars=tuple(one for one in person.particulars if one[0] != "Address"),
        match=match,
        kind=kind,
        reference=case.reference,
        sent_at=case.sent_at if isinstance(case, Request) else case.happened_at,
        agency=_origin(case).short_name,
        ways_in=tuple(_ways_in(record)),
    )


def _origin(case: Request | Share) -> Agency:
    return case.asking_agency if isinstance(case, Request) else case.from_agency


def _match(hit: Hit) -> tuple[str, str]:
    """How sure the match is, in words: a proposal, whatever it says."""
    if hit.by_number:
        return "NHS number", "done"
    names = "Sounds like" if hit.by_sound else "Names"
    kind = "waiting" if hit.by_sound else "done"
    if hit.by_date:
        return (f"{names}, date of birth" if hit.words else "Date of birth"), kind
    if hit.by_month:
        return f"{names}, month of birth", "waiting"
    return names, "waiting" if hit.by_sound else "new"


def _ways_in(record: Record) -> list[WayIn]:
    case = record.subject.case
    way = WayIn("The request", "sharing:request", case.pk)
    if isinstance(case, Share):
        way = WayIn("What you shared or logged", "sharing:share", case.pk)
    ways = [way] if record.is_own else []
    ways += [WayIn(f"Asked of {desk_name(a.desk)}", "sharing:ask", a.pk) for a in record.asks]
    ways += [
        WayIn(f"Answer from {one.from_agency.short_name}", "sharing:answer", one.pk)
        for one in record.answers
    ]
    return ways


def _searched(wanted: Wanted) -> str:
    """What was looked for, as the reader typed it."""
    parts = [f"“{wanted.names}”"] if wanted.names else []
    parts += [f"born on {date_long(wanted.born_on)}"] if wanted.born_on else []
    parts += [f"NHS number {nhs_number(wanted.nhs_number)}"] if wanted.nhs_number else []
    return ", ".join(parts)
