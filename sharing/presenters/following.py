"""What one asked: the list, one request with how far each desk is, and one desk's answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.utils import timezone

from agencies import attendance
from kernel.actors import Actor
from kernel.clocks import WorkingHours
from kernel.presenting import Due, due
from kernel.tiers import Tier
from people.models import IdentitySnapshot
from sharing.models import Answer, Ask, Request
from sharing.presenters.answers import (
    OUTCOME_KINDS,
    AnswerView,
    ReceiptView,
    answer_views,
    receipt_view,
)
from sharing.presenters.desk import STATUS_KINDS, URGENCY_KINDS, away_from, basis_rows
from sharing.presenters.desks import desk_name
from sharing.presenters.family import Rows, family_rows
from sharing.presenters.people import PersonView, person_view, person_views
from sharing.states import OPEN_ASK, AskStatus, Category, Outcome, Urgency
from sharing.states.papers import KNOWING
from vault import services as vault


@dataclass(frozen=True, slots=True)
class Progress:
    """How far one desk is."""

    id: UUID
    desk: str
    phone: str
    out_of_hours: str
    status: str
    kind: str
    due: Due | None
    claimed_at: datetime | None
    answered_at: datetime | None
    closed_until: datetime | None = None
    # That whoever took it on is away, and who answers instead
    away: str = ""
    passed_from: str = ""
    # The desk that takes over if nobody is there
    fallback: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class RequestRow:
    """One line of the list of requests."""

    id: UUID
    reference: str
    names: tuple[str, ...]
    sent_at: datetime
    sent_by: str
    desks: tuple[Progress, ...]
    due: Due | None


@dataclass(frozen=True, slots=True, repr=False)
class OutcomeRow:
    """What a desk decided about one person, and who of one's own side has opened it."""

    name: str
    outcome: str
    kind: str
    receipts: tuple[ReceiptView, ...]


@dataclass(frozen=True, slots=True, repr=False)
class DeskPart:
    """One desk's part of a request."""

    progress: Progress
    asked_about: tuple[str, ...]
    outcomes: tuple[OutcomeRow, ...]
    mine: Rows
    theirs: Rows


@dataclass(frozen=True, slots=True, repr=False)
class Tellable:
    """Somebody about whom a desk answered that knows them: it may be told what came of it."""

    id: UUID
    name: str


@dataclass(frozen=True, slots=True, repr=False)
class RequestPage:
    """One request, as its author's side follows it."""

    id: UUID
    reference: str
    sent_at: datetime
    sent_by: str
    people: tuple[PersonView, ...]
    purpose: str
    categories: tuple[str, ...]
    tier: Tier
    urgency: str
    urgency_kind: str
    is_red: bool
    why: str
    family: Rows
    something_withheld: bool
    desks: tuple[DeskPart, ...]
    tellable: tuple[Tellable, ...]


@dataclass(frozen=True, slots=True, repr=False)
class OwnAskPage:
    """One desk's answers to what one asked."""

    request_id: UUID
    reference: str
    progress: Progress
    answers: tuple[AnswerView, ...]


def snapshots_of(requests: Iterable[Request]) -> list[IdentitySnapshot]:
    """Whom the requests are about, for opening all their names at once."""
    return [one.snapshot for request in requests for one in request.subjects.all()]


def request_rows(
    actor: Actor, requests: Iterable[Request], opened: vault.Opened
) -> list[RequestRow]:
    """Requests read by queries.requests_with_progress and find_requests."""
    now = timezone.now()
    return [
        RequestRow(
            id=one.pk,
            reference=one.reference,
            names=tuple(person_view(s, opened).name for s in snapshots_of([one])),
            sent_at=one.sent_at,
            sent_by=_by(actor, one),
            desks=tuple(progress(ask, now) for ask in one.asks.all()),
            due=_nearest(one, now),
        )
        for one in requests
    ]


def request_page(
    actor: Actor, asked: Request, opened: vault.Opened, answers: Sequence[Answer]
) -> RequestPage:
    """One request read by queries.requests_in_full, and what was answered so far."""
    urgency = Urgency(asked.urgency)
    return RequestPage(
        id=asked.pk,
        reference=asked.reference,
        sent_at=asked.sent_at,
        sent_by=_by(actor, asked),
        people=tuple(_with_address(one, opened) for one in snapshots_of([asked])),
        purpose=asked.purpose.label,
        categories=tuple(Category(one).label for one in asked.categories),
        tier=Tier(asked.tier),
        urgency=urgency.label,
        urgency_kind=URGENCY_KINDS[urgency],
        is_red=urgency is Urgency.RED,
        why=opened[asked.why] or "",
        family=family_rows(asked.family, opened),
        something_withheld=any(isinstance(one, vault.Withheld) for one in opened.values()),
        desks=_parts(asked.asks.all(), answers, opened),
        tellable=_tellable(asked, answers, opened),
    )


def _tellable(
    asked: Request, answers: Iterable[Answer], opened: vault.Opened
) -> tuple[Tellable, ...]:
    known = {one.subject_id for one in answers if one.outcome in KNOWING}
    about = [one for one in asked.subjects.all() if one.pk in known]
    return tuple(Tellable(one.pk, person_view(one.snapshot, opened).name) for one in about)


def own_ask_page(ask: Ask, answers: Iterable[Answer], opened: vault.Opened) -> OwnAskPage:
    return OwnAskPage(
        request_id=ask.request_id,
        reference=ask.request.reference,
        progress=attended_progress([ask])[ask.pk],
        answers=answer_views(answers, opened),
    )


def progress(ask: Ask, now: datetime) -> Progress:
    status = AskStatus(ask.status)
    waits = status in OPEN_ASK
    return Progress(
        id=ask.pk,
        desk=desk_name(ask.desk),
        phone=ask.desk.phone,
        out_of_hours=ask.desk.out_of_hours,
        status=status.label,
        kind=STATUS_KINDS[status],
        due=due(ask.due_at, now, ask.nearly_at) if waits else None,
        claimed_at=ask.claimed_at,
        answered_at=ask.answered_at,
        passed_from=desk_name(ask.passed_from.desk) if ask.passed_from else "",
        fallback=desk_name(ask.fallback) if waits and ask.fallback else "",
    )


def attended_progress(asks: Sequence[Ask]) -> dict[UUID, Progress]:
    """How far each desk is, with whether anybody is there to hurry it: two queries for all."""
    now, away = timezone.now(), away_from(asks)
    hours = attendance.hours_of([ask.desk for ask in asks])
    return {
        ask.pk: _attended(progress(ask, now), ask, hours[ask.desk_id], away, now) for ask in asks
    }


def _attended(
    so_far: Progress, ask: Ask, hours: WorkingHours, away: Mapping[UUID, str], now: datetime
) -> Progress:
    if ask.status not in OPEN_ASK:
        return so_far
    return replace(
        so_far,
        closed_until=None if hours.covers(now) else hours.next_opening(now),
        away=away.get(ask.claimed_by_id, "") if ask.claimed_by_id else "",
    )


def _by(actor: Actor, asked: Request) -> str:
    return "You" if asked.asked_by_id == actor.membership_id else asked.asked_by.user.full_name


def _nearest(asked: Request, now: datetime) -> Due | None:
    waiting = [one for one in asked.asks.all() if one.status in OPEN_ASK]
    nearest = min(waiting, key=lambda one: one.due_at, default=None)
    return due(nearest.due_at, now, nearest.nearly_at) if nearest else None


def _with_address(snapshot: IdentitySnapshot, opened: vault.Opened) -> PersonView:
    """A protected address is shown to the author's own side, with the warning that it stays there."""
    view = person_view(snapshot, opened)
    protected = getattr(snapshot, "protected_address", None)
    address = opened[protected.address] if protected else ""
    if protected is None or not address:
        return view
    rows = [
        ("Address (protected: not sent)", address) if name == "Address" else (name, value)
        for name, value in view.particulars
    ]
    return replace(view, particulars=tuple(rows), address_id=protected.pk)


def _parts(
    asks: Iterable[Ask], answers: Sequence[Answer], opened: vault.Opened
) -> tuple[DeskPart, ...]:
    asks = list(asks)
    so_far = attended_progress(asks)
    return tuple(_part(ask, so_far[ask.pk], answers, opened) for ask in asks)


def _part(ask: Ask, so_far: Progress, answers: Iterable[Answer], opened: vault.Opened) -> DeskPart:
    about = [one.subject.snapshot for one in ask.about.all()]
    return DeskPart(
        progress=so_far,
        asked_about=tuple(one.name for one in person_views(about, opened)),
        outcomes=tuple(_outcome(one, opened) for one in answers if one.ask_id == ask.pk),
        mine=basis_rows(ask.asking_basis),
        theirs=basis_rows(ask.holding_basis),
    )


def _outcome(answer: Answer, opened: vault.Opened) -> OutcomeRow:
    outcome = Outcome(answer.outcome)
    return OutcomeRow(
        name=person_view(answer.subject.snapshot, opened).name,
        outcome=outcome.label,
        kind=OUTCOME_KINDS.get(outcome, "closed"),
        receipts=tuple(receipt_view(one) for one in answer.receipts.all()),
    )
