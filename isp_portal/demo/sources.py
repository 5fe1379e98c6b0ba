"""The demonstration's data files, read into what the services take."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time
from pathlib import Path

from agencies.sectors import USUAL_STANDING, Duty, Kind, Sector
from agencies.services import AgencyEntry, DeskEntry
from kernel.actors import Role
from kernel.tiers import Tier

FOLDER = Path(__file__).parent
# One pass phrase for all invented people: a demonstration can never hold anything real.
PASSWORD = "harbour lantern teaspoon"
# None of the real people who signed the agreement in 2019 is a user.
SIGNATORIES = FOLDER / "wscp_signatories.csv"


@dataclass(frozen=True, slots=True)
class Person:
    """An invented person, as their agency's lead would invite them."""

    full_name: str
    email: str
    agency: str
    job_title: str
    roles: list[Role]
    tier: Tier
    reason: str
    # For how long they are authorised
    days: int


@dataclass(frozen=True, slots=True)
class Signed:
    """One line of the agreement's signature table, of 1 August 2019 (D12)."""

    agency: str
    signatory: str
    role: str
    represents: str
    signed_on: date


def organisations() -> Iterator[tuple[AgencyEntry, DeskEntry]]:
    """Each organisation that signed, with its desk."""
    for row in _rows(FOLDER / "organisations.csv"):
        sector = Sector(row["sector"])
        usual = USUAL_STANDING[sector]
        agency = AgencyEntry(
            name=row["name"],
            short_name=row["short_name"],
            sector=sector,
            kind=Kind(row["kind"]) if row["kind"] else usual.kind,
            duty=Duty(row["duty"]) if row["duty"] else usual.duty,
            area=row["area"],
        )
        desk = DeskEntry(
            mailbox=row["mailbox"],
            phone=row["phone"],
            opens=time.fromisoformat(row["opens"]),
            closes=time.fromisoformat(row["closes"]),
            out_of_hours=row["out_of_hours"],
        )
        yield agency, desk


def people() -> Iterator[Person]:
    """The invented people, leads before those whom they invite."""
    for row in _rows(FOLDER / "people.csv"):
        yield Person(
            full_name=row["full_name"],
            email=row["email"],
            agency=row["agency"],
            job_title=row["job_title"],
            roles=[Role(code) for code in row["roles"].split()],
            tier=Tier[row["tier"]],
            reason=row["reason"],
            days=int(row["days"]),
        )


def signed() -> Iterator[Signed]:
    for row in _rows(SIGNATORIES):
        yield Signed(
            agency=row["agency"],
            signatory=row["signatory"],
            role=row["role"],
            represents=row["represents"],
            signed_on=date.fromisoformat(row["signed_on"]),
        )


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        yield from csv.DictReader(file)
