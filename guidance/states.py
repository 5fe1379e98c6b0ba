"""The lists of guidance: what there is to read, and how a question to the designated lead stands."""

from __future__ import annotations

from django.db import models

from kernel.workflow import Transition, Workflow


class Topic(models.TextChoices):
    """What can be read beside a decision (D44). The value stands in addresses and file names."""

    GOLDEN_RULES = "golden-rules", "Golden rules"
    KEY_QUESTIONS = "key-questions", "Key questions"
    SAFER = "safer", "SAFER: what to say when you ring"


class Query(models.TextChoices):
    """What a question to the designated lead is about. Source: the four kinds of D42."""

    WHETHER = "WHETHER", "Whether to share"
    HANDLING = "HANDLING", "How another agency has handled it"
    LOSS = "LOSS", "Information that was lost, or went astray"
    REFUSAL = "REFUSAL", "Another agency’s refusal to share"


class AdviceStatus(models.TextChoices):
    """Whether a designated lead has answered a question."""

    WAITING = "WAITING", "Waiting for a lead"
    ANSWERED = "ANSWERED", "Answered"


ADVICE_WORKFLOW = Workflow(
    AdviceStatus,
    Transition("answer", {AdviceStatus.WAITING}, AdviceStatus.ANSWERED),
)
