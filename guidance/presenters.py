"""Guidance and advice as pages show them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from agencies.models import Membership
from guidance import content, policies
from guidance.content import Version
from guidance.models import Advice
from guidance.states import AdviceStatus, Query, Topic
from kernel.actors import Actor
from kernel.decisions import Decision
from vault import services as vault

STATUS_KINDS = {AdviceStatus.WAITING: "waiting", AdviceStatus.ANSWERED: "done"}


@dataclass(frozen=True, slots=True)
class TopicPage:
    """One version in full, and the others by name."""

    version: Version
    is_current: bool
    others: tuple[Version, ...]


@dataclass(frozen=True, slots=True)
class AdviceRow:
    """One question in a list: nothing of what it says."""

    id: UUID
    reference: str
    query: str
    about_reference: str
    asker: str
    asked_at: datetime
    status: str
    status_kind: str


@dataclass(frozen=True, slots=True, repr=False)
class AdvicePage:
    """A question with its answer, as far as the reader may read them."""

    row: AdviceRow
    leads: tuple[str, ...]
    question: str
    words: str
    answered_by: str
    answered_at: datetime | None
    something_withheld: bool
    may_answer: Decision
    is_own: bool


def topic_page(topic: Topic, shown: Version, current: Version | None) -> TopicPage:
    others = tuple(one for one in content.versions(topic) if one != shown)
    return TopicPage(shown, shown == current, others)


def advice_rows(actor: Actor, found: Sequence[Advice]) -> list[AdviceRow]:
    return [_row(actor, one) for one in found]


def advice_page(actor: Actor, advice: Advice, opened: vault.Opened) -> AdvicePage:
    """One question read by `queries.advice`, from what `services.open_advice` gave out."""
    question, words = (opened[one] for one in advice.words)
    return AdvicePage(
        row=_row(actor, advice),
        leads=tuple(one.lead.user.full_name for one in advice.addressees.all()),
        question=question or "",
        words=words or "",
        answered_by=_by(actor, advice.answered_by) if advice.answered_by else "",
        answered_at=advice.answered_at,
        something_withheld=any(isinstance(one, vault.Withheld) for one in (question, words)),
        may_answer=policies.can_answer(actor, advice),
        is_own=advice.asker.user_id == actor.user_id,
    )


def _row(actor: Actor, advice: Advice) -> AdviceRow:
    status = AdviceStatus(advice.status)
    return AdviceRow(
        id=advice.pk,
        reference=advice.reference,
        query=Query(advice.query).label,
        about_reference=advice.about_reference,
        asker=_by(actor, advice.asker),
        asked_at=advice.asked_at,
        status=status.label,
        status_kind=STATUS_KINDS[status],
    )


def _by(actor: Actor, member: Membership) -> str:
    return "You" if member.user_id == actor.user_id else member.user.full_name
