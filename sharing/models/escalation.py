"""A disagreement about one desk's part of a request, level by level."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone

from agencies.models import Agency, Membership
from kernel.clocks import Limit
from kernel.models import BaseModel
from kernel.tiers import Tier
from sharing.models.reference import Reference
from sharing.models.requests import Ask
from sharing.states import EscalationAbout, EscalationLevel, EscalationStatus, StepOutcome
from vault.fields import SealedText
from vault.models import Safe


class EscalationLimit(Reference):
    """How long one level has, and how long where a child may be in danger."""

    class Privacy:
        keep = "PERMANENT"
        clear = {
            "level",
            "hours",
            "working",
            "danger_hours",
            "valid_from",
            "source",
            "checked_on",
        }

    level = models.CharField(max_length=20, choices=EscalationLevel)
    hours = models.PositiveSmallIntegerField()
    working = models.BooleanField()
    # By the clock on the wall
    danger_hours = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["level", "valid_from"], name="sharing_one_limit_per_level_and_day"
            )
        ]

    def limit(self, in_danger: bool) -> Limit:
        """The limit that applies."""
        if in_danger:
            return Limit(self.danger_hours, working=False)
        return Limit(self.hours, working=self.working)


class Escalation(BaseModel):
    """One side does not accept what the other did, or did not do, with an ask."""

    class Privacy:
        keep = "CASE_DATA"
        clear = {"reference", "ask", "about", "status", "agency", "raised_at", "ended_at"}
        staff = {"raised_by"}

    reference = models.CharField(max_length=12, unique=True)
    ask = models.ForeignKey(Ask, models.PROTECT, related_name="escalations")
    about = models.CharField(max_length=20, choices=EscalationAbout)
    status = models.CharField(
        max_length=10, choices=EscalationStatus, default=EscalationStatus.OPEN
    )
    # The side that raised it
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    raised_by = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    raised_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            # A second press finds the first one's
            models.UniqueConstraint(
                fields=["ask", "agency"],
                name="sharing_one_open_escalation_per_ask_and_side",
                condition=Q(status=EscalationStatus.OPEN),
            )
        ]


class EscalationStep(BaseModel):
    """One level that it was taken to: by whom, why, and until when there is time."""

    app_may = "SELECT, INSERT, UPDATE (overdue_noticed_at)"

    class Privacy:
        keep = "CASE_DATA"
        clear = {
            "escalation",
            "position",
            "level",
            "in_danger",
            "opened_at",
            "due_at",
            "safe",
            "overdue_noticed_at",
        }
        staff = {"opened_by"}
        case = {"why": Tier.SENSITIVE}

    escalation = models.ForeignKey(Escalation, models.PROTECT, related_name="steps")
    position = models.PositiveSmallIntegerField()
    level = models.CharField(max_length=20, choices=EscalationLevel)
    in_danger = models.BooleanField()
    opened_by = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField()
    overdue_noticed_at = models.DateTimeField(null=True)
    safe = models.OneToOneField(Safe, models.PROTECT, related_name="+")
    why = SealedText(seal_id="sharing.escalation_step.why")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["escalation", "position"], name="sharing_steps_have_their_own_place"
            )
        ]
        indexes = [
            models.Index(
                fields=["due_at"],
                name="sharing_step_to_chase",
                condition=Q(overdue_noticed_at__isnull=True),
            )
        ]


class StepEnd(BaseModel):
    """What came of one level, in the words of whoever wrote it down."""

    app_may = "SELECT, INSERT"

    class Privacy:
        keep = "CASE_DATA"
        clear = {"step", "outcome", "ended_at", "safe"}
        staff = {"ended_by"}
        case = {"words": Tier.SENSITIVE}

    step = models.OneToOneField(EscalationStep, models.PROTECT, related_name="end")
    # Empty where it was withdrawn
    outcome = models.CharField(max_length=20, choices=StepOutcome, blank=True)
    ended_by = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(default=timezone.now)
    safe = models.OneToOneField(Safe, models.PROTECT, related_name="+")
    words = SealedText(seal_id="sharing.step_end.words")


class EscalationParty(BaseModel):
    """Somebody beyond the two desks who takes part: a line manager, a lead, the partnership."""

    app_may = "SELECT, INSERT"

    class Privacy:
        keep = "CASE_DATA"
        clear = {"escalation", "level", "joined_at"}
        staff = {"membership"}

    escalation = models.ForeignKey(Escalation, models.PROTECT, related_name="parties")
    membership = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    # The level at which they came in
    level = models.CharField(max_length=20, choices=EscalationLevel)
    joined_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["escalation", "membership"], name="sharing_a_party_takes_part_once"
            )
        ]
