"""What the pages about incidents show."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.utils import timezone

from agencies.models import Membership
from incidents import policies
from incidents.models import Entry, Incident
from incidents.states import Category, EntryKind, Kind, PeopleTold, Risk, Status
from kernel.actors import Actor
from kernel.presenting import Due, due, length
from vault import services as vault

_SOON = timedelta(hours=24)
_STATUS_KINDS = {
    Status.OPEN: "new",
    Status.ASSESSED: "working",
    Status.REPORTED: "done",
    Status.NOT_REPORTED: "done",
    Status.CLOSED: "closed",
}


@dataclass(frozen=True, slots=True)
class IncidentRow:
    """One line of the list: clear words only, nothing is opened for it."""

    id: UUID
    reference: str
    kind: str
    agencies: str
    status: str
    status_kind: str
    aware_at: datetime
    due: Due | None


@dataclass(frozen=True, slots=True, repr=False)
class EntryView:
    """Something that was written about it, as far as the reader may read it."""

    kind: str
    by: str
    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class Doors:
    """What the reader may do now."""

    assess: bool
    decide: bool
    close: bool
    add: bool


@dataclass(frozen=True, slots=True, repr=False)
class IncidentPage:
    """One incident."""

    row: IncidentRow
    happened_at: datetime | None
    opened_by: str
    facts: tuple[tuple[str, str], ...]
    decided_at: datetime | None
    timing: str
    told: tuple[str, ...]
    entries: tuple[EntryView, ...]
    something_withheld: bool
    may: Doors


def incident_rows(incidents: Iterable[Incident]) -> list[IncidentRow]:
    """Lines of the list; incidents as queries.listed reads them."""
    now = timezone.now()
    return [incident_row(one, now) for one in incidents]


def incident_row(incident: Incident, now: datetime) -> IncidentRow:
    status = Status(incident.status)
    return IncidentRow(
        id=incident.pk,
        reference=incident.reference,
        kind=Kind(incident.kind).label,
        agencies=", ".join(one.agency.short_name for one in incident.parties.all()),
        status=status.label,
        status_kind=_STATUS_KINDS[status],
        aware_at=incident.aware_at,
        due=None if incident.decision else due(incident.due_at, now, incident.due_at - _SOON),
    )


def incident_page(actor: Actor, incident: Incident, opened: vault.Opened) -> IncidentPage:
    """One incident as this reader may see it."""
    entries = list(incident.entries.all())
    return IncidentPage(
        row=incident_row(incident, timezone.now()),
        happened_at=incident.happened_at,
        opened_by=_name(incident.opened_by) or "The portal",
        facts=tuple(_facts(incident)),
        decided_at=incident.decided_at,
        timing=_timing(incident),
        told=tuple(_name(one.membership) for one in incident.told.all()),
        entries=tuple(_entry(one, opened) for one in entries if opened[one.text]),
        something_withheld=any(isinstance(opened[one.text], vault.Withheld) for one in entries),
        may=Doors(
            assess=bool(policies.can_assess(actor, incident)),
            decide=bool(policies.can_decide(actor, incident)),
            close=bool(policies.can_close(actor, incident)),
            add=bool(policies.can_add_note(actor, incident)),
        ),
    )


def _facts(incident: Incident) -> Iterable[tuple[str, str]]:
    """What was assessed and decided, in the order of the regulator's form."""
    if incident.risk:
        yield "Risk to people", Risk(incident.risk).label
        yield "Kind of information", ", ".join(Category(one).label for one in incident.categories)
    if incident.people_about is not None:
        yield "People, about", f"{incident.people_about:,}"
    if incident.records_about is not None:
        yield "Records, about", f"{incident.records_about:,}"
    if incident.decision:
        yield "Decision", Status(incident.decision).label
        yield "Decided by", _name(incident.decided_by)
        yield "People concerned told", PeopleTold(incident.people_told).label
    if incident.regulator_reference:
        yield "Regulator’s reference", incident.regulator_reference


def _timing(incident: Incident) -> str:
    """Whether it was decided in time: late is said, and not hidden."""
    if not incident.decided_at:
        return ""
    late = incident.decided_at - incident.due_at
    return f"{length(late)} late" if late > timedelta(0) else "within the limit"


def _name(member: Membership | None) -> str:
    return f"{member.user.full_name}, {member.agency.short_name}" if member else ""


def _entry(entry: Entry, opened: vault.Opened) -> EntryView:
    return EntryView(
        kind=EntryKind(entry.kind).label,
        by=_name(entry.written_by),
        at=entry.written_at,
        text=opened[entry.text],
    )
