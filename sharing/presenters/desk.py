"""A desk's queue, and one request as the desk that was asked sees it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils import timezone

from agencies import attendance
from agencies.authority import authority_of
from agencies.models import Membership
from agencies.presenters.attendance import away_in_words
from kernel.actors import Actor
from kernel.decisions import Decision
from kernel.presenting import Due, due
from kernel.tiers import Tier
from people.models import IdentitySnapshot
from sharing import policies
from sharing.models import Ask, Draft, Request
from sharing.presenters.desks import desk_name
from sharing.presenters.family import Rows, family_rows
from sharing.presenters.people import PersonView, person_view, person_views
from sharing.states import AskStatus, Category, Urgency
from vault import services as vault

URGENCY_KINDS = {Urgency.RED: "urgent", Urgency.AMBER: "due_soon", Urgency.GREEN: "neutral"}
STATUS_KINDS = {
    AskStatus.WAITING: "waiting",
    AskStatus.CLAIMED: "claimed",
    AskStatus.PASSED_ON: "closed",
    AskStatus.ANSWERED: "done",
}


@dataclass(frozen=True, slots=True, repr=False)
class AskRow:
    """One line of a desk's queue."""

    id: UUID
    reference: str
    names: tuple[str, ...]
    agency: str
    desk: str
    urgency: str
    urgency_kind: str
    sent_at: datetime
    due: Due
    status: str
    status_kind: str
    claimed_by: str
    # That whoever took it on is away, and who stands in
    away: str
    # Whom to ring about the most urgent
    ring: str
    answered_by: str
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class Moves:
    """What this reader may do with the request now; each carries its reason where it is refused."""

    claim: Decision
    take_over: Decision
    put_back: Decision
    hand_on: Decision
    answer: Decision


@dataclass(frozen=True, slots=True)
class DraftNote:
    """An answer that somebody at the desk has begun."""

    author: str
    begun_at: datetime
    is_own: bool


@dataclass(frozen=True, slots=True, repr=False)
class AskPage:
    """Everything that a desk needs to answer, as far as the reader may know it."""

    row: AskRow
    people: tuple[PersonView, ...]
    why: str
    purpose: str
    categories: tuple[str, ...]
    tier: Tier
    urgency: str
    asked_by: str
    asked_by_job: str
    asking_agency: str
    asking_desk: str
    phone: str
    family: Rows
    basis: Rows
    something_withheld: bool
    cleared: tuple[str, ...]
    moves: Moves
    draft: DraftNote | None


def snapshots_of(asks: Iterable[Ask]) -> list[IdentitySnapshot]:
    """Whom the asks are about, for opening all their names at once."""
    return [about.subject.snapshot for ask in asks for about in ask.about.all()]


def ask_rows(actor: Actor, asks: Iterable[Ask], opened: vault.Opened) -> list[AskRow]:
    """Lines of a queue, with names as far as the reader's tier reaches."""
    now, asks = timezone.now(), list(asks)
    away = away_from(asks)
    return [_row(actor, ask, opened, now, away) for ask in asks]


def away_from(asks: Iterable[Ask]) -> Mapping[UUID, str]:
    """Of those who took these on, who is away and who stands in: one query."""
    claimants = {ask.claimed_by_id for ask in asks if ask.claimed_by_id}
    found = attendance.absences_today(claimants) if claimants else {}
    return {member: away_in_words(one) for member, one in found.items()}


def ask_page(
    actor: Actor,
    ask: Ask,
    opened: vault.Opened,
    *,
    draft: Draft | None,
    seated: Collection[Membership],
) -> AskPage:
    """One request. `seated` are the people at its desk: some of them may read what this one may not."""
    asked = ask.request
    desk = asked.asking_desk
    people = person_views(snapshots_of([ask]), opened)
    return AskPage(
        row=_row(actor, ask, opened, timezone.now(), away_from([ask])),
        people=people,
        why=opened[asked.why] or "",
        purpose=asked.purpose.label,
        categories=tuple(Category(one).label for one in asked.categories),
        tier=Tier(asked.tier),
        urgency=Urgency(asked.urgency).label,
        asked_by=asked.asked_by.user.full_name,
        asked_by_job=asked.asked_by.job_title,
        asking_agency=asked.asking_agency.name,
        asking_desk=desk_name(desk) if desk else "",
        phone=desk.phone if desk else "",
        family=family_rows(asked.family, opened),
        basis=basis_rows(ask.holding_basis),
        something_withheld=_withholds(asked, opened) or _hides(people),
        cleared=_cleared(actor, seated),
        moves=_moves(actor, ask),
        draft=_draft_note(actor, draft),
    )


def basis_rows(basis: dict[str, str]) -> Rows:
    """One side's legal footing as it was recorded on the day of sending."""
    names = {
        "power": "Power",
        "article_6": "UK GDPR Article 6",
        "article_9": "UK GDPR Article 9",
        "schedule_1": "Condition",
        "duty": "Duty to share",
        "source": "Source",
    }
    return tuple((label, basis[name]) for name, label in names.items())


def _row(
    actor: Actor, ask: Ask, opened: vault.Opened, now: datetime, away: Mapping[UUID, str]
) -> AskRow:
    urgency, status = Urgency(ask.request.urgency), AskStatus(ask.status)
    return AskRow(
        id=ask.pk,
        reference=ask.request.reference,
        names=tuple(person_view(one, opened).name for one in snapshots_of([ask])),
        agency=ask.request.asking_agency.short_name,
        desk=desk_name(ask.desk),
        urgency=urgency.label.partition(":")[0],
        urgency_kind=URGENCY_KINDS[urgency],
        sent_at=ask.request.sent_at,
        due=due(ask.due_at, now, ask.nearly_at),
        status=status.label,
        status_kind=STATUS_KINDS[status],
        claimed_by=_by(actor, ask.claimed_by),
        away=away.get(ask.claimed_by_id, "") if ask.claimed_by_id else "",
        ring=_ring(ask),
        answered_by=_by(actor, ask.answered_by),
        answered_at=ask.answered_at,
    )


def _ring(ask: Ask) -> str:
    desk = ask.request.asking_desk
    return desk.phone if desk and ask.request.urgency == Urgency.RED else ""


def _by(actor: Actor, member: Membership | None) -> str:
    if member is None:
        return ""
    return "you" if member.pk == actor.membership_id else member.user.full_name


def _withholds(asked: Request, opened: vault.Opened) -> bool:
    family = asked.family
    words = [asked.why, family.told_whom, family.not_told_why, family.judgement]
    return any(isinstance(opened[one], vault.Withheld) for one in words)


def _hides(people: Iterable[PersonView]) -> bool:
    return any(one.surroundings.hides_something for one in people)


def _cleared(actor: Actor, seated: Iterable[Membership]) -> tuple[str, ...]:
    """Colleagues who may read everything that was asked."""
    today = timezone.localdate()
    others = [one for one in seated if one.pk != actor.membership_id]
    able = [one for one in others if authority_of(one, today).clearance == Tier.SENSITIVE]
    return tuple(sorted(one.user.full_name for one in able))


def _moves(actor: Actor, ask: Ask) -> Moves:
    return Moves(
        claim=policies.can_claim(actor, ask),
        take_over=policies.can_take_over(actor, ask),
        put_back=policies.can_put_back(actor, ask),
        hand_on=policies.can_hand_on(actor, ask),
        answer=policies.can_answer(actor, ask),
    )


def _draft_note(actor: Actor, draft: Draft | None) -> DraftNote | None:
    if draft is None:
        return None
    is_own = draft.author_id == actor.membership_id
    return DraftNote(draft.author.user.full_name, draft.begun_at, is_own)
