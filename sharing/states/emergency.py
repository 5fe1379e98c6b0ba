"""The life of an emergency opening, why it was opened, and what the review found."""

from __future__ import annotations

from django.db import models

from kernel.workflow import Transition, Workflow


class EmergencyWhy(models.TextChoices):
    """Why somebody could not wait for those who have the right."""

    DANGER = "DANGER", "A child or somebody else may be in danger now"
    NOBODY_THERE = "NOBODY_THERE", "Nobody who may read it can be reached, and it cannot wait"
    COURT = "COURT", "A court, strategy discussion or protection order needs it within hours"
    OTHER = "OTHER", "Another reason, which I explain"


class EmergencyStatus(models.TextChoices):
    """Whether it still waits for its review. That its hours are over is told by the clock alone."""

    OPENED = "OPENED", "Waits for review"
    ENDED = "ENDED", "Ended early, waits for review"
    REVIEWED = "REVIEWED", "Reviewed"


_UNREVIEWED = {EmergencyStatus.OPENED, EmergencyStatus.ENDED}
EMERGENCY_WORKFLOW = Workflow(
    EmergencyStatus,
    Transition("end", {EmergencyStatus.OPENED}, EmergencyStatus.ENDED),
    Transition("review", _UNREVIEWED, EmergencyStatus.REVIEWED),
)


class EmergencyOutcome(models.TextChoices):
    """What the lead, or the coordinator for one, found."""

    JUSTIFIED = "JUSTIFIED", "Justified"
    STAFFING = "STAFFING", "Justified, but the desk must be better staffed"
    NOT_JUSTIFIED = "NOT_JUSTIFIED", "Not justified: an incident is opened"
