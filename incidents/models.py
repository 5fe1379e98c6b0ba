"""What went wrong, the agencies that it concerns, who was told, and what they wrote."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from agencies.models import Agency, Membership
from incidents.states import Category, EntryKind, Kind, PeopleTold, Risk, Status
from kernel.models import BaseModel
from kernel.tiers import Tier
from vault.fields import SealedText
from vault.models import Dossier, Safe

DECISIONS = [(one.value, one.label) for one in (Status.REPORTED, Status.NOT_REPORTED)]


class Incident(BaseModel):
    """A breach, or what may be one, with its 72-hour clock (UK GDPR Article 33; D30)."""

    class Privacy:
        keep = "INCIDENT"
        clear = {
            "reference",
            "kind",
            "status",
            "dossier",
            "case",
            "records",
            "happened_at",
            "aware_at",
            "due_at",
            "reminded_at",
            "risk",
            "categories",
            "people_about",
            "records_about",
            "assessed_at",
            "decision",
            "decided_at",
            "regulator_reference",
            "people_told",
            "closed_at",
        }
        staff = {"opened_by", "assessed_by", "decided_by", "closed_by"}

    reference = models.CharField(max_length=12, unique=True)
    kind = models.CharField(max_length=25, choices=Kind)
    status = models.CharField(max_length=20, choices=Status, default=Status.OPEN)
    # Its own: the record of a breach outlives the case (Article 33(5))
    dossier = models.OneToOneField(Dossier, models.PROTECT, related_name="+")
    # Whoever is kept from the case is kept from what went wrong with it
    case = models.ForeignKey(Dossier, models.PROTECT, null=True, related_name="+")
    # Keys of what it is about: an answer, a recall
    records = ArrayField(models.UUIDField(), default=list)
    # Empty where the portal itself noticed
    opened_by = models.ForeignKey(Membership, models.PROTECT, null=True, related_name="+")
    happened_at = models.DateTimeField(null=True)
    aware_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField()
    reminded_at = models.DateTimeField(null=True)
    risk = models.CharField(max_length=10, choices=Risk, blank=True)
    categories = ArrayField(models.CharField(max_length=20, choices=Category), default=list)
    people_about = models.PositiveIntegerField(null=True)
    records_about = models.PositiveIntegerField(null=True)
    assessed_by = models.ForeignKey(Membership, models.PROTECT, null=True, related_name="+")
    assessed_at = models.DateTimeField(null=True)
    decision = models.CharField(max_length=20, choices=DECISIONS, blank=True)
    decided_by = models.ForeignKey(Membership, models.PROTECT, null=True, related_name="+")
    # When the regulator was told, or when somebody decided not to tell
    decided_at = models.DateTimeField(null=True)
    regulator_reference = models.CharField(max_length=40, blank=True)
    people_told = models.CharField(max_length=10, choices=PeopleTold, blank=True)
    closed_by = models.ForeignKey(Membership, models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="incidents_a_decision_says_by_whom_and_when",
                condition=Q(decision="", decided_by__isnull=True, decided_at__isnull=True)
                | ~Q(decision="") & Q(decided_by__isnull=False, decided_at__isnull=False),
            ),
            models.CheckConstraint(
                name="incidents_only_what_risks_nobody_stays_unreported",
                condition=~Q(decision=Status.NOT_REPORTED) | Q(risk=Risk.NO),
            ),
            models.CheckConstraint(
                name="incidents_a_closed_one_was_decided",
                condition=~Q(status=Status.CLOSED)
                | Q(closed_by__isnull=False, closed_at__isnull=False) & ~Q(decision=""),
            ),
            models.CheckConstraint(
                name="incidents_the_clock_starts_when_somebody_knows",
                condition=Q(due_at__gt=F("aware_at")),
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at", "id"],
                name="incidents_running_clock",
                condition=Q(decision=""),
            )
        ]

    # Filled by queries.listed
    is_settled: bool


class Party(BaseModel):
    """An agency that an incident concerns: its officers and leads see it and work on it."""

    app_may = "SELECT, INSERT"

    class Privacy:
        keep = "INCIDENT"
        clear = {"incident", "agency"}

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="parties")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["incident", "agency"], name="incidents_an_agency_is_concerned_once"
            )
        ]


class Told(BaseModel):
    """An officer, lead or coordinator who was told of an incident, and may read what is written."""

    app_may = "SELECT, INSERT"

    class Privacy:
        keep = "INCIDENT"
        clear = {"incident", "told_at"}
        staff = {"membership"}

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="told")
    membership = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    told_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["incident", "membership"], name="incidents_somebody_is_told_once"
            )
        ]


class Entry(BaseModel):
    """Words about an incident, by one author, in a safe of theirs. Written once."""

    app_may = "SELECT, INSERT"

    class Privacy:
        keep = "INCIDENT"
        clear = {"incident", "kind", "safe", "written_at"}
        staff = {"written_by"}
        case = {"text": Tier.PERSONAL}

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="entries")
    kind = models.CharField(max_length=15, choices=EntryKind)
    safe = models.ForeignKey(Safe, models.PROTECT, related_name="+")
    written_by = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    written_at = models.DateTimeField(default=timezone.now)
    text = SealedText(seal_id="incidents.entry.text")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="incidents_an_entry_says_something", condition=Q(text__isnull=False)
            )
        ]
