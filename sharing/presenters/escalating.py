"""What is disputed: the list, and one disagreement level by level."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from agencies.models import Membership
from kernel.actors import Actor
from kernel.decisions import Decision
from kernel.presenting import Due, due
from sharing import policies
from sharing.models import Ask, Escalation, EscalationStep
from sharing.presenters.desks import desk_name
from sharing.states import (
    AskStatus,
    EscalationAbout,
    EscalationLevel,
    EscalationStatus,
    Outcome,
    StepOutcome,
)
from vault import services as vault

STATUS_KINDS = {
    EscalationStatus.OPEN: "waiting",
    EscalationStatus.SETTLED: "done",
    EscalationStatus.UNSETTLED: "closed",
    EscalationStatus.WITHDRAWN: "closed",
}


@dataclass(frozen=True, slots=True)
class EscalationRow:
    """One line of the list."""

    id: UUID
    reference: str
    request: str
    asked: str
    asking: str
    about: str
    level: str
    status: str
    kind: str
    raised_at: datetime
    raised_by: str
    due: Due | None


@dataclass(frozen=True, slots=True, repr=False)
class StepView:
    """One level: who opened it and why, and what came of it."""

    level: str
    in_danger: bool
    opened_at: datetime
    opened_by: str
    due: Due | None
    due_at: datetime
    why: Any
    outcome: str
    ended_at: datetime | None
    ended_by: str
    words: Any


@dataclass(frozen=True, slots=True)
class AskFacts:
    """What everybody who takes part sees of the ask: no word about the child."""

    id: UUID
    request_id: UUID
    reference: str
    asking: str
    asked_by: str
    asked_at: datetime
    desk: str
    phone: str
    status: str
    due_at: datetime
    answered_at: datetime | None
    outcomes: tuple[str, ...]
    # Where this reader follows or answers it, if they stand at one of its ends
    view: str


@dataclass(frozen=True, slots=True, repr=False)
class EscalationPage:
    """One disagreement."""

    row: EscalationRow
    ask: AskFacts
    steps: tuple[StepView, ...]
    parties: tuple[str, ...]
    go_on: Decision
    withdraw: Decision
    something_withheld: bool


def escalation_rows(found: Iterable[Escalation]) -> list[EscalationRow]:
    """Escalations read by queries.escalations."""
    now = timezone.now()
    return [_row(one, now) for one in found]


def _row(one: Any, now: datetime) -> EscalationRow:
    status = EscalationStatus(one.status)
    is_open = status is EscalationStatus.OPEN
    return EscalationRow(
        id=one.pk,
        reference=one.reference,
        request=one.ask.request.reference,
        asked=desk_name(one.ask.desk),
        asking=one.ask.request.asking_agency.short_name,
        about=EscalationAbout(one.about).label,
        level=EscalationLevel(one.level).label,
        status=status.label,
        kind=STATUS_KINDS[status],
        raised_at=one.raised_at,
        raised_by=f"{one.raised_by.user.full_name}, {one.agency.short_name}",
        due=due(one.due_at, now) if is_open else None,
    )


def escalation_page(actor: Actor, one: Escalation, opened: vault.Opened) -> EscalationPage:
    """One escalation read by queries.escalations_in_full."""
    return EscalationPage(
        row=_row(one, timezone.now()),
        ask=_ask(actor, one.ask),
        steps=tuple(_step(step, opened) for step in one.steps.all()),
        parties=tuple(_name(party.membership) for party in one.parties.all()),
        go_on=policies.can_go_on(actor, one),
        withdraw=policies.can_withdraw(actor, one),
        something_withheld=any(isinstance(value, vault.Withheld) for value in opened.values()),
    )


def _step(step: EscalationStep, opened: vault.Opened) -> StepView:
    end = getattr(step, "end", None)
    return StepView(
        level=EscalationLevel(step.level).label,
        in_danger=step.in_danger,
        opened_at=step.opened_at,
        opened_by=_name(step.opened_by),
        due=None if end else due(step.due_at, timezone.now()),
        due_at=step.due_at,
        why=opened[step.why],
        outcome=_outcome(end.outcome) if end else "",
        ended_at=end.ended_at if end else None,
        ended_by=_name(end.ended_by) if end else "",
        words=opened[end.words] if end else "",
    )


def _outcome(code: str) -> str:
    return StepOutcome(code).label if code else "Withdrawn"


def _ask(actor: Actor, ask: Ask) -> AskFacts:
    return AskFacts(
        id=ask.pk,
        request_id=ask.request_id,
        reference=ask.request.reference,
        asking=ask.request.asking_agency.name,
        asked_by=ask.request.asked_by.user.full_name,
        asked_at=ask.request.sent_at,
        desk=desk_name(ask.desk),
        phone=ask.desk.phone,
        status=AskStatus(ask.status).label,
        due_at=ask.due_at,
        answered_at=ask.answered_at,
        outcomes=tuple(
            {one.outcome: Outcome(one.outcome).label for one in ask.answers.all()}.values()
        ),
        view=own_view(actor, ask),
    )


def own_view(actor: Actor, ask: Ask) -> str:
    """Where the reader meets the ask, if they stand at one of its ends."""
    if ask.desk_id in actor.desk_ids:
        return "sharing:ask"
    asking = ask.request
    own = asking.asked_by_id == actor.membership_id or asking.asking_desk_id in actor.desk_ids
    return "sharing:own_ask" if own else ""


def _name(member: Membership) -> str:
    return f"{member.user.full_name}, {member.agency.short_name}"
