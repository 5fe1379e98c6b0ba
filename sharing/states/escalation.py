"""Disagreement and silence: the levels that it is taken to, and what comes of each."""

from __future__ import annotations

from typing import Self

from django.db import models

from kernel.workflow import Transition, Workflow


class EscalationAbout(models.TextChoices):
    """What is disputed. Source: Devon's refusals and handling by another agency (D42)."""

    NOT_ANSWERED = "NOT_ANSWERED", "They have not answered"
    NOT_SHARED = "NOT_SHARED", "They decided not to share"
    TOO_LITTLE = "TOO_LITTLE", "They shared too little, or answered something else"
    HANDLING = "HANDLING", "How they handle the information"


class EscalationLevel(models.TextChoices):
    """Who speaks to whom, from the bottom up (D39, D42). Limits: sharing/reference/escalation.toml."""

    PRACTITIONERS = "PRACTITIONERS", "Between practitioners"
    LINE_MANAGERS = "LINE_MANAGERS", "Between line managers"
    DESIGNATED_LEADS = "DESIGNATED_LEADS", "Between designated leads"
    PARTNERSHIP = "PARTNERSHIP", "The partnership"

    @property
    def above(self) -> tuple[Self, ...]:
        """The levels that it can still be taken to, the next one first."""
        levels = list(type(self))
        return tuple(levels[levels.index(self) + 1 :])


class StepOutcome(models.TextChoices):
    """What came of one level."""

    WILL_SHARE = "WILL_SHARE", "They answer, or share what was asked"
    ACCEPTED = "ACCEPTED", "Their decision is accepted"
    OTHER_WAY = "OTHER_WAY", "Settled in another way"
    NOT_AGREED = "NOT_AGREED", "No agreement"
    NO_REACTION = "NO_REACTION", "Nobody reacted"

    @property
    def settles(self) -> bool:
        return self not in (StepOutcome.NOT_AGREED, StepOutcome.NO_REACTION)


class EscalationStatus(models.TextChoices):
    """Where a disagreement stands as a whole."""

    OPEN = "OPEN", "Open"
    SETTLED = "SETTLED", "Settled"
    UNSETTLED = "UNSETTLED", "Ended without agreement"
    WITHDRAWN = "WITHDRAWN", "Withdrawn"


ESCALATION_WORKFLOW = Workflow(
    EscalationStatus,
    Transition("take further", {EscalationStatus.OPEN}, EscalationStatus.OPEN),
    Transition("settle", {EscalationStatus.OPEN}, EscalationStatus.SETTLED),
    Transition("end", {EscalationStatus.OPEN}, EscalationStatus.UNSETTLED),
    Transition("withdraw", {EscalationStatus.OPEN}, EscalationStatus.WITHDRAWN),
)
