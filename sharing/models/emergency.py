"""Somebody read a case in an emergency, and what was found of it afterwards."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from agencies.models import Agency, Membership
from incidents.models import Incident
from kernel.models import BaseModel
from kernel.tiers import Tier
from sharing.states.emergency import EmergencyOutcome, EmergencyStatus, EmergencyWhy
from vault.fields import SealedText
from vault.models import Dossier, Safe


class EmergencyOpening(BaseModel):
    """A member let themselves read what their agency holds of a case, until a time.

    The rights are grants of the vault: this row says why, to whom it was told and what came of it.
    """

    class Privacy:
        keep = "CASE_DATA"
        clear = {
            "submission",
            "reference",
            "dossier",
            "safe",
            "agency",
            "desks",
            "why",
            "opened_at",
            "until",
            "ended_at",
            "status",
            "review_due_at",
            "by_partnership",
            "chased_at",
        }
        staff = {"opened_by", "ended_by", "told"}
        case = {"words": Tier.PERSONAL}

    # Opened once, however often the button is pressed
    submission = models.UUIDField(unique=True)
    # Of the request or the share
    reference = models.CharField(max_length=12)
    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="+")
    safe = models.OneToOneField(Safe, models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    opened_by = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    # The agency's desks at which the record lies: they are told
    desks = ArrayField(models.UUIDField(), default=list)
    # Who answers for it and was told, by membership: they read the words
    told = ArrayField(models.UUIDField(), default=list)
    why = models.CharField(max_length=12, choices=EmergencyWhy)
    words = SealedText(seal_id="sharing.emergency.words")
    opened_at = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Membership, models.PROTECT, related_name="+", null=True)
    status = models.CharField(
        max_length=10, choices=EmergencyStatus, default=EmergencyStatus.OPENED
    )
    review_due_at = models.DateTimeField()
    # The coordinator may review: no other lead is there, or none did in time
    by_partnership = models.BooleanField(default=False)
    chased_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="sharing_an_emergency_ended_early_says_by_whom_and_when",
                condition=Q(ended_at__isnull=True, ended_by__isnull=True)
                & ~Q(status=EmergencyStatus.ENDED)
                | Q(ended_at__isnull=False, ended_by__isnull=False),
            ),
            models.CheckConstraint(
                name="sharing_an_emergency_says_why", condition=Q(words__isnull=False)
            ),
        ]
        indexes = [
            models.Index(fields=["opened_by", "-id"], name="sharing_emergency_by_person"),
            models.Index(fields=["agency", "-id"], name="sharing_emergency_by_agency"),
            models.Index(fields=["dossier"], name="sharing_emergency_by_case"),
            models.Index(
                fields=["review_due_at", "id"],
                name="sharing_emergency_to_review",
                condition=~Q(status="REVIEWED"),
            ),
        ]


class EmergencyReview(BaseModel):
    """What was found afterwards, in a safe of its own: nobody writes among another's words."""

    app_may = "SELECT, INSERT"

    class Privacy:
        keep = "CASE_DATA"
        clear = {"opening", "safe", "outcome", "reviewed_at", "incident"}
        staff = {"reviewed_by", "told"}
        case = {"words": Tier.PERSONAL}

    opening = models.OneToOneField(EmergencyOpening, models.PROTECT, related_name="review")
    safe = models.OneToOneField(Safe, models.PROTECT, related_name="+")
    told = ArrayField(models.UUIDField(), default=list)
    outcome = models.CharField(max_length=13, choices=EmergencyOutcome)
    words = SealedText(seal_id="sharing.emergency_review.words")
    reviewed_by = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    reviewed_at = models.DateTimeField(default=timezone.now)
    incident = models.OneToOneField(Incident, models.PROTECT, related_name="+", null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="sharing_an_unjustified_emergency_opens_an_incident",
                condition=Q(outcome=EmergencyOutcome.NOT_JUSTIFIED, incident__isnull=False)
                | ~Q(outcome=EmergencyOutcome.NOT_JUSTIFIED),
            )
        ]
