"""A request, whom it is about, and the desks it asks."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from agencies.models import Agency, Desk, Membership
from consent.models import FamilyPosition
from kernel.models import BaseModel
from kernel.tiers import Tier
from people.models import IdentitySnapshot
from sharing.models.drafts import Draft
from sharing.models.reference import Purpose
from sharing.models.shares import Share
from sharing.states import AskStatus, Category, Urgency
from vault.fields import SealedText
from vault.models import Dossier, Safe


class Request(BaseModel):
    """One agency asking others for information about one or several people. Frozen when sent."""

    app_may = "SELECT, INSERT"

    class Privacy:
        keep = "CASE_DATA"
        clear = {
            "reference",
            "draft",
            "dossier",
            "safe",
            "asking_agency",
            "asking_desk",
            "purpose",
            "tier",
            "categories",
            "urgency",
            "family",
            "sent_at",
        }
        staff = {"asked_by"}
        case = {"why": Tier.SENSITIVE}

    reference = models.CharField(max_length=12, unique=True)
    # Sent once, however often the button is pressed
    draft = models.OneToOneField(Draft, models.PROTECT, related_name="request")
    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="+")
    # The narrative's safe: why, and the family's position
    safe = models.OneToOneField(Safe, models.PROTECT, related_name="+")
    asking_agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    asking_desk = models.ForeignKey(Desk, models.PROTECT, related_name="+", null=True)
    asked_by = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    purpose = models.ForeignKey(Purpose, models.PROTECT, related_name="+")
    tier = models.PositiveSmallIntegerField(choices=Tier)
    categories = ArrayField(models.CharField(max_length=20, choices=Category))
    urgency = models.CharField(max_length=10, choices=Urgency)
    family = models.OneToOneField(FamilyPosition, models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(default=timezone.now)
    why = SealedText(seal_id="sharing.request.why")

    class Meta:
        indexes = [
            models.Index(fields=["asked_by", "-sent_at", "-id"], name="sharing_request_by_asker"),
            models.Index(fields=["asking_desk", "-sent_at", "-id"], name="sharing_request_by_desk"),
        ]


class Subject(BaseModel):
    """A person that a request or a share is about, as its author knew them."""

    app_may = "SELECT, INSERT"

    class Privacy:
        keep = "CASE_DATA"
        clear = {"request", "share", "snapshot", "position"}

    request = models.ForeignKey(Request, models.PROTECT, related_name="subjects", null=True)
    share = models.ForeignKey(Share, models.PROTECT, related_name="subjects", null=True)
    snapshot = models.OneToOneField(IdentitySnapshot, models.PROTECT, related_name="subject")
    position = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["request", "position"], name="sharing_subjects_have_their_own_place"
            ),
            models.UniqueConstraint(
                fields=["share", "position"],
                name="sharing_subjects_of_a_share_have_their_own_place",
            ),
            models.CheckConstraint(
                name="sharing_a_subject_is_of_a_request_or_a_share",
                condition=Q(request__isnull=False, share__isnull=True)
                | Q(request__isnull=True, share__isnull=False),
            ),
        ]

    @property
    def case(self) -> Request | Share:
        """The record that the person is named in: either has a reference and a dossier."""
        case = self.request or self.share
        if case is None:
            raise ValueError("a person is named in a request or in a share")
        return case


class Ask(BaseModel):
    """One desk's part of a request: what waits in its queue, and by when."""

    class Privacy:
        keep = "CASE_DATA"
        clear = {
            "request",
            "desk",
            "status",
            "due_at",
            "claimed_at",
            "answered_at",
            "nearly_at",
            "nearly_noticed_at",
            "overdue_noticed_at",
            "overdue_notices",
            "fallback",
            "passed_from",
            "asking_basis",
            "holding_basis",
        }
        staff = {"claimed_by", "answered_by"}

    request = models.ForeignKey(Request, models.PROTECT, related_name="asks")
    desk = models.ForeignKey(Desk, models.PROTECT, related_name="+")
    status = models.CharField(max_length=10, choices=AskStatus, default=AskStatus.WAITING)
    due_at = models.DateTimeField()
    claimed_by = models.ForeignKey(Membership, models.PROTECT, related_name="+", null=True)
    claimed_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(Membership, models.PROTECT, related_name="+", null=True)
    answered_at = models.DateTimeField(null=True)
    # From when on it counts as nearly due, and when desk and asker were last told how late it is
    nearly_at = models.DateTimeField()
    nearly_noticed_at = models.DateTimeField(null=True)
    overdue_noticed_at = models.DateTimeField(null=True)
    overdue_notices = models.PositiveSmallIntegerField(default=0)
    # The desk that the sender was told takes over if nobody is there
    fallback = models.ForeignKey(Desk, models.PROTECT, related_name="+", null=True)
    # What was asked of the desk where nobody was
    passed_from = models.OneToOneField("self", models.PROTECT, related_name="passed_to", null=True)
    # The law as it was read on the day of sending, for each side: see sharing.footing
    asking_basis = models.JSONField()
    holding_basis = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["request", "desk"], name="sharing_a_desk_is_asked_once_per_request"
            ),
            models.CheckConstraint(
                name="sharing_an_answered_ask_says_by_whom_and_when",
                condition=Q(status=AskStatus.ANSWERED)
                & Q(answered_by__isnull=False, answered_at__isnull=False)
                | ~Q(status=AskStatus.ANSWERED)
                & Q(answered_by__isnull=True, answered_at__isnull=True),
            ),
            models.CheckConstraint(
                name="sharing_a_claimed_ask_says_by_whom_and_when",
                condition=~Q(status=AskStatus.CLAIMED)
                | Q(claimed_by__isnull=False, claimed_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                fields=["desk", "due_at", "id"],
                name="sharing_queue_of_a_desk",
                condition=~Q(status="ANSWERED"),
            ),
            models.Index(fields=["desk", "-answered_at", "id"], name="sharing_answered_by_desk"),
            models.Index(
                fields=["due_at"],
                name="sharing_ask_to_chase",
                condition=Q(status__in=["WAITING", "CLAIMED"]),
            ),
            models.Index(
                fields=["nearly_at"],
                name="sharing_ask_nearly_due",
                condition=Q(nearly_noticed_at__isnull=True, status__in=["WAITING", "CLAIMED"]),
            ),
            models.Index(
                fields=["fallback", "id"],
                name="sharing_ask_to_pass_on",
                condition=Q(fallback__isnull=False, status="WAITING"),
            ),
        ]


class AskSubject(BaseModel):
    """Whom a desk is asked about: each desk sees only these."""

    app_may = "SELECT, INSERT"

    class Privacy:
        keep = "CASE_DATA"
        clear = {"ask", "subject"}

    ask = models.ForeignKey(Ask, models.PROTECT, related_name="about")
    subject = models.ForeignKey(Subject, models.PROTECT, related_name="asked_of")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["ask", "subject"], name="sharing_a_desk_is_asked_once_about_a_person"
            )
        ]
