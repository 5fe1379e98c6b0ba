"""Keeping the directory: agencies and their desks."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, time
from uuid import UUID

from django.db import transaction

from agencies import policies, queries
from agencies.models import Agency, Desk
from agencies.sectors import USUAL_STANDING, Duty, Kind, Sector
from audit import services as audit
from kernel.actors import Actor
from kernel.attestation import SIGNATURE

FIRST_DESK = "Information-sharing desk"


@dataclass(frozen=True, slots=True)
class AgencyEntry:
    """What the directory says of an agency."""

    name: str
    short_name: str
    sector: Sector
    kind: Kind
    duty: Duty
    area: str = ""
    ended_on: date | None = None


@dataclass(frozen=True, slots=True)
class DeskEntry:
    """What the directory says of a desk."""

    name: str = FIRST_DESK
    mailbox: str = ""
    phone: str = ""
    opens: time = time(9)
    closes: time = time(17)
    days: list[int] = field(default_factory=lambda: list(range(5)))
    out_of_hours: str = ""
    is_open: bool = True


@transaction.atomic
def add_agency(*, actor: Actor, entry: AgencyEntry, desk: DeskEntry | None = None) -> Agency:
    """Take an agency into the directory, with the desk that every agency has."""
    policies.can_keep_directory(actor).require()
    agency = Agency(**_values(entry)).attest()
    agency.save(force_insert=True)
    audit.record("agencies.agency_added", actor=actor, target=agency, duty=agency.duty)
    _create_desk(actor, agency, desk or DeskEntry())
    return agency


@transaction.atomic
def found_partnership(*, actor: Actor, name: str) -> Agency:
    """Enter the partnership itself, whose coordinators keep the directory; once is enough."""
    founded = queries.partnership()
    if founded is not None:
        return founded
    agency = Agency(
        name=name,
        short_name="Partnership",
        sector=Sector.PARTNERSHIP,
        kind=USUAL_STANDING[Sector.PARTNERSHIP].kind,
        duty=USUAL_STANDING[Sector.PARTNERSHIP].duty,
        is_partnership=True,
    ).attest()
    agency.save(force_insert=True)
    audit.record("agencies.agency_added", actor=actor, target=agency, duty=agency.duty)
    _create_desk(actor, agency, DeskEntry())
    return agency


@transaction.atomic
def edit_agency(*, actor: Actor, agency_id: UUID, entry: AgencyEntry) -> Agency:
    """Correct an agency's entry, or say from which day it no longer takes part."""
    agency = queries.agencies(actor).select_for_update(of=("self",)).get(pk=agency_id)
    policies.can_edit_agency(actor, agency).require()
    changed = _change(agency, entry)
    audit.record("agencies.agency_edited", actor=actor, target=agency, fields=changed)
    return agency


@transaction.atomic
def add_desk(*, actor: Actor, agency_id: UUID, entry: DeskEntry) -> Desk:
    """Open a further desk at an agency."""
    agency = queries.agencies(actor).select_for_update(of=("self",)).get(pk=agency_id)
    policies.can_keep_desks(actor, agency).require()
    return _create_desk(actor, agency, entry)


@transaction.atomic
def edit_desk(*, actor: Actor, desk_id: UUID, entry: DeskEntry) -> Desk:
    """Change a desk's hours, numbers and mailbox, or close it to new requests."""
    desk = queries.desks(actor).select_for_update(of=("self",)).get(pk=desk_id)
    policies.can_keep_desks(actor, desk.agency).require()
    changed = _change(desk, entry)
    audit.record("agencies.desk_edited", actor=actor, target=desk, fields=changed)
    return desk


def _create_desk(actor: Actor, agency: Agency, entry: DeskEntry) -> Desk:
    desk = Desk(agency=agency, **_values(entry)).attest()
    desk.save(force_insert=True)
    audit.record("agencies.desk_added", actor=actor, target=desk, of=agency.pk)
    return desk


def _values(entry: AgencyEntry | DeskEntry) -> dict[str, object]:
    return {name: getattr(entry, name) for name in entry.__dataclass_fields__}


def _change(row: Agency | Desk, entry: AgencyEntry | DeskEntry) -> list[str]:
    """Save what differs, and name it."""
    changed = [name for name, value in _values(entry).items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, getattr(entry, name))
    if changed:
        row.attest().save(update_fields=[*changed, *SIGNATURE])
    return changed
