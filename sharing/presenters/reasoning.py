"""Everything behind one decision on one page: asked, weighed, decided, given, opened (D43, D44)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils import timezone

from guidance import queries as guidance
from guidance.content import Version
from guidance.models import Advice
from guidance.states import Query
from kernel.actors import Actor
from kernel.presenting import date_long, moment
from kernel.tiers import Tier
from sharing import policies
from sharing.models import Answer, Purpose, Request, Share
from sharing.presenters.answers import AnswerView, answer_view
from sharing.presenters.desk import basis_rows
from sharing.presenters.desks import desk_name
from sharing.presenters.family import Rows, family_rows
from sharing.presenters.people import person_view
from sharing.states import AskStatus, Category, Urgency
from sharing.states.contact import Channel, Verification, VerificationResult
from vault import services as vault


@dataclass(frozen=True, slots=True, repr=False)
class AdviceLine:
    """What a designated lead was asked and said."""

    id: UUID
    reference: str
    query: str
    asked: str
    answered: str
    question: str
    words: str
    is_withheld: bool


@dataclass(frozen=True, slots=True, repr=False)
class ReasoningPage:
    """One decision. Empty parts were not asked for, or are not this reader's to know."""

    id: UUID
    reference: str
    names: tuple[str, ...]
    decided: str
    asked: Rows
    family: Rows
    law: tuple[tuple[str, Rows], ...]
    answer: AnswerView | None
    desks: Rows
    advice: tuple[AdviceLine, ...]
    guidance: tuple[Version, ...]
    something_withheld: bool


@dataclass(frozen=True, slots=True, repr=False)
class Read:
    """What was opened for the page, and the advice that belongs to it."""

    opened: vault.Opened
    narrative: vault.Opened
    advice: Iterable[Advice]
    advised: vault.Opened


def answer_reasoning(actor: Actor, answer: Answer, read: Read) -> ReasoningPage:
    """Why one answer about one person came out as it did."""
    view, case = answer_view(answer, read.opened), answer.case
    is_end = bool(policies.can_see_both_sides(actor, answer))
    return ReasoningPage(
        id=answer.pk,
        reference=case.reference,
        names=(view.person.name,),
        decided=f"Decided on {moment(answer.decided_at)} by {view.decided_by}, {view.desk}",
        asked=tuple(_shown(_case_rows(case, read.narrative, is_end))),
        family=family_rows(case.family, read.narrative) if case.family and is_end else (),
        law=tuple(_law(answer)),
        answer=view,
        desks=(),
        advice=_advice_lines(actor, read),
        guidance=_in_force(answer.decided_at),
        something_withheld=view.something_withheld or (is_end and _withholds(read.narrative)),
    )


def request_reasoning(actor: Actor, asked: Request, read: Read) -> ReasoningPage:
    """Why one agency asked: its own decision, with what came of it."""
    people = [one.snapshot for one in asked.subjects.all()]
    by = f"{asked.asked_by.user.full_name}, {asked.asking_agency.short_name}"
    asks = list(asked.asks.all())
    return ReasoningPage(
        id=asked.pk,
        reference=asked.reference,
        names=tuple(person_view(one, read.opened).name for one in people),
        decided=f"Asked on {moment(asked.sent_at)} by {by}",
        asked=tuple(_shown(_case_rows(asked, read.narrative, is_end=True))),
        family=family_rows(asked.family, read.narrative),
        law=tuple(
            (f"{side}: {desk_name(ask.desk)}", basis_rows(basis))
            for ask in asks
            for side, basis in (("Yours", ask.asking_basis), ("Theirs", ask.holding_basis))
        ),
        answer=None,
        desks=tuple((desk_name(one.desk), AskStatus(one.status).label) for one in asks),
        advice=_advice_lines(actor, read),
        guidance=_in_force(asked.sent_at),
        something_withheld=_withholds(read.narrative),
    )


def _case_rows(
    case: Request | Share, narrative: vault.Opened, is_end: bool
) -> Iterator[tuple[str, str]]:
    yield "Purpose", case.purpose.label if case.purpose else ""
    if isinstance(case, Request):
        yield from _request_rows(case)
    else:
        yield from _share_rows(case, is_end)
    yield "Why", (narrative[case.why] or "") if is_end else ""


def _request_rows(asked: Request) -> Iterator[tuple[str, str]]:
    yield "Asked by", f"{asked.asked_by.user.full_name}, {asked.asking_agency.short_name}"
    yield "Asked on", moment(asked.sent_at)
    yield "How urgent", Urgency(asked.urgency).label
    yield "What was asked for", "\n".join(Category(one).label for one in asked.categories)
    yield "Up to which tier", Tier(asked.tier).label


def _share_rows(share: Share, is_end: bool) -> Iterator[tuple[str, str]]:
    yield "Shared by", f"{share.shared_by.user.full_name}, {share.from_agency.short_name}"
    yield "It happened", moment(share.happened_at)
    yield "Written down", moment(share.written_at)
    contact = getattr(share, "contact", None)
    if contact and is_end:
        yield "By what means", Channel(contact.channel).label
        yield "How they were known", Verification(contact.verification).label
        result = contact.verification_result
        yield "What came of that", VerificationResult(result).label if result else ""


def _law(answer: Answer) -> Iterator[tuple[str, Rows]]:
    """As it was read on the day: kept with an ask; of a share, by its purpose."""
    if answer.ask:
        asking = answer.ask.request.asking_agency.short_name
        yield f"Who asked: {asking}", basis_rows(answer.ask.asking_basis)
        yield f"Who answered: {desk_name(answer.ask.desk)}", basis_rows(answer.ask.holding_basis)
    elif purpose := answer.case.purpose:
        yield f"Who shared: {answer.from_agency.short_name}", tuple(_shown(_power(purpose)))


def _power(purpose: Purpose) -> Iterator[tuple[str, str]]:
    yield "Power", purpose.power_holding
    yield "UK GDPR Article 9", purpose.article_9
    yield "Condition", purpose.schedule_1
    yield "Source", f"{purpose.source}, checked on {date_long(purpose.checked_on)}"


def _advice_lines(actor: Actor, read: Read) -> tuple[AdviceLine, ...]:
    return tuple(_advice_line(one, read.advised) for one in read.advice)


def _advice_line(advice: Advice, advised: vault.Opened) -> AdviceLine:
    question, words = (advised[one] for one in advice.words)
    by = advice.answered_by
    return AdviceLine(
        id=advice.pk,
        reference=advice.reference,
        query=Query(advice.query).label,
        asked=f"{advice.asker.user.full_name}, {moment(advice.asked_at)}",
        answered=f"{by.user.full_name}, {moment(advice.answered_at)}" if by else "Not answered",
        question=question or "",
        words=words or "",
        is_withheld=any(isinstance(one, vault.Withheld) for one in (question, words)),
    )


def _in_force(at: datetime) -> tuple[Version, ...]:
    return tuple(guidance.in_force(timezone.localdate(at)))


def _withholds(opened: vault.Opened) -> bool:
    return any(isinstance(one, vault.Withheld) for one in opened.values())


def _shown(rows: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    return ((name, value) for name, value in rows if value)
