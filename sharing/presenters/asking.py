"""A request in the making, as its author reads it over before sending."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from django.utils import timezone

from agencies.models import Agency, Desk
from kernel.tiers import Tier
from people.identity import Identity
from sharing import footing
from sharing.models import Draft, Footing, Purpose, TimeLimit
from sharing.presenters.around import NOTHING_SAID, SurroundingsView, Warnings, as_written
from sharing.presenters.desk import basis_rows
from sharing.presenters.desks import desk_name
from sharing.presenters.family import AsTyped, Rows, family_rows
from sharing.presenters.people import particulars
from sharing.services.written import Written, WrittenPerson
from sharing.standing import Standing
from sharing.states import Category, Urgency


@dataclass(frozen=True, slots=True)
class DraftRow:
    """An unfinished request. Whom it is about stays sealed until it is opened."""

    id: UUID
    begun_at: datetime
    saved_at: datetime


@dataclass(frozen=True, slots=True, repr=False)
class PersonRow:
    """Somebody in the draft, as typed so far."""

    key: str
    name: str
    kind: str
    particulars: Rows
    is_complete: bool
    surroundings: SurroundingsView = NOTHING_SAID
    # Nothing is released before it is sent
    address_id: None = None

    @property
    def warnings(self) -> Warnings:
        """What everybody who is told of them sees first."""
        return self.surroundings.warnings


@dataclass(frozen=True, slots=True, repr=False)
class ReasonRows:
    """Why, and for what."""

    purpose: str
    categories: tuple[str, ...]
    tier: Tier
    why: str


@dataclass(frozen=True, slots=True, repr=False)
class DeskRow:
    """One desk to be asked: about whom, by when, and on what footing for both sides."""

    name: str
    phone: str
    out_of_hours: str
    asked_about: tuple[str, ...]
    due_at: datetime | None
    standing: Standing
    warning: str
    mine: Rows
    theirs: Rows


@dataclass(frozen=True, slots=True, repr=False)
class CheckPage:
    """Everything that the request will say."""

    people: tuple[PersonRow, ...]
    reason: ReasonRows | None
    family: Rows
    desks: tuple[DeskRow, ...]
    urgency: str
    is_red: bool
    may_pass_on: bool
    asked_of_nobody: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Law:
    """What the legal basis of each side is worked out from."""

    footings: dict[str, Footing]
    asking: Agency
    on: date


def draft_rows(drafts: Iterable[Draft]) -> list[DraftRow]:
    """Drafts read by queries.open_request_drafts."""
    return [DraftRow(one.pk, one.begun_at, one.saved_at) for one in drafts]  # type: ignore[attr-defined]


def person_rows(written: Written) -> tuple[PersonRow, ...]:
    """Those in the draft, each with who is around them and what to beware of."""
    return tuple(
        replace(person_row(one), surroundings=as_written(written.around(one)))
        for one in written.people
    )


def clearance_warnings(clearances: Mapping[UUID, Tier]) -> dict[UUID, str]:
    """For each desk where nobody may read all that a request says, what the sender should know."""
    words = {
        Tier.ANONYMISED: "Nobody at this desk may open a request today. Ring them as well",
        Tier.PERSONAL: "Nobody at this desk may read sensitive information today: "
        "they will see whom you ask about, but not why. Ring them as well",
    }
    return {desk: words[tier] for desk, tier in clearances.items() if tier in words}


def check_page(
    written: Written,
    *,
    purposes: Sequence[Purpose],
    desks: Sequence[Desk],
    limits: Mapping[Urgency, TimeLimit],
    warnings: Mapping[UUID, str],
    standings: Mapping[UUID, Standing],
    law: Law,
) -> CheckPage:
    """The draft as the desks will get it, with the law that will be recorded for both sides."""
    purpose = _purpose(written, purposes)
    limit = limits[written.urgency] if written.urgency else None
    chosen = [desk for desk in desks if desk.pk in written.desks]
    return CheckPage(
        people=person_rows(written),
        reason=_reason_rows(written, purpose),
        family=family_rows(written.family, AsTyped()) if written.family else (),
        desks=tuple(
            _desk_row(d, written, purpose, limit, warnings, standings[d.pk], law) for d in chosen
        ),
        urgency=written.urgency.label if written.urgency else "",
        is_red=written.urgency is Urgency.RED,
        may_pass_on=written.may_pass_on,
        asked_of_nobody=tuple(one.called for one in written.asked_of_nobody()) if chosen else (),
    )


def person_row(person: WrittenPerson) -> PersonRow:
    """Somebody in a draft, without those around them."""
    known = person.identity
    if known is None:
        return PersonRow(person.key, person.called, "", (), is_complete=False)
    rows = tuple(_own_view(known))
    return PersonRow(person.key, person.called, known.kind.label, rows, is_complete=True)


def _own_view(known: Identity) -> Iterable[tuple[str, str]]:
    """As the desks read it, but for a protected address, which only the author's side reads."""
    for name, value in particulars(known):
        is_protected = name == "Address" and known.address_protected
        yield ("Address (protected: not sent)", known.address) if is_protected else (name, value)


def _purpose(written: Written, purposes: Sequence[Purpose]) -> Purpose | None:
    wanted = written.reason.purpose_id if written.reason else None
    return next((one for one in purposes if one.pk == wanted), None)


def _reason_rows(written: Written, purpose: Purpose | None) -> ReasonRows | None:
    reason = written.reason
    if reason is None or purpose is None:
        return None
    categories = tuple(Category(one).label for one in reason.categories)
    return ReasonRows(purpose.label, categories, reason.tier, reason.why)


def _desk_row(
    desk: Desk,
    written: Written,
    purpose: Purpose | None,
    limit: TimeLimit | None,
    warnings: Mapping[UUID, str],
    standing: Standing,
    law: Law,
) -> DeskRow:
    mine, theirs = _bases(purpose, desk, law) if purpose else ((), ())
    people = written.people
    return DeskRow(
        name=desk_name(desk),
        phone=desk.phone,
        out_of_hours=desk.out_of_hours,
        asked_about=tuple(people[place].called for place in written.places(desk.pk)),
        due_at=limit.limit.due(timezone.now(), standing.hours) if limit else None,
        standing=standing,
        warning=warnings.get(desk.pk, ""),
        mine=mine,
        theirs=theirs,
    )


def _bases(purpose: Purpose, desk: Desk, law: Law) -> tuple[Rows, Rows]:
    mine, theirs = footing.bases(purpose, law.footings, law.asking, desk.agency, law.on)
    return basis_rows(mine.to_json()), basis_rows(theirs.to_json())
