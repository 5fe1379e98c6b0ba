"""A question to the designated lead, to whom it went, and what came back."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone

from agencies.models import Agency, Membership
from guidance.states import AdviceStatus, Query
from kernel.models import BaseModel
from kernel.tiers import Tier
from vault.fields import SealedText
from vault.models import Dossier, Safe
from vault.sealed import Sealed


class Advice(BaseModel):
    """A question to the designated leads of one's own agency, in which no child is named (D42).

    A dossier of its own: who answers it sees no case.
    """

    class Privacy:
        keep = "CASE_DATA"
        clear = {
            "reference",
            "submission",
            "dossier",
            "safe",
            "agency",
            "query",
            "about",
            "about_reference",
            "status",
            "asked_at",
            "answered_at",
        }
        staff = {"asker", "answered_by"}
        case = {"question": Tier.SENSITIVE}

    reference = models.CharField(max_length=12, unique=True)
    # Asked once, however often the button is pressed
    submission = models.UUIDField(unique=True)
    dossier = models.OneToOneField(Dossier, models.PROTECT, related_name="+")
    safe = models.OneToOneField(Safe, models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    asker = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    query = models.CharField(max_length=10, choices=Query)
    # The draft, or the desk's part of a request, beside which it was asked; of an app above this one
    about = models.UUIDField(null=True)
    about_reference = models.CharField(max_length=12, blank=True)
    status = models.CharField(max_length=10, choices=AdviceStatus, default=AdviceStatus.WAITING)
    asked_at = models.DateTimeField(default=timezone.now)
    answered_by = models.ForeignKey(Membership, models.PROTECT, related_name="+", null=True)
    answered_at = models.DateTimeField(null=True)
    question = SealedText(seal_id="guidance.advice.question")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="guidance_answered_advice_says_by_whom_and_when",
                condition=Q(
                    status=AdviceStatus.ANSWERED,
                    answered_by__isnull=False,
                    answered_at__isnull=False,
                )
                | Q(
                    status=AdviceStatus.WAITING,
                    answered_by__isnull=True,
                    answered_at__isnull=True,
                ),
            ),
            models.CheckConstraint(
                name="guidance_a_question_asks_something", condition=Q(question__isnull=False)
            ),
        ]
        indexes = [
            models.Index(fields=["asker", "-id"], name="guidance_advice_by_asker"),
            models.Index(fields=["agency", "-id"], name="guidance_advice_by_agency"),
            models.Index(
                fields=["agency", "id"],
                name="guidance_advice_waiting",
                condition=Q(status="WAITING"),
            ),
            models.Index(fields=["about"], name="guidance_advice_about"),
        ]

    @property
    def words(self) -> list[Sealed | None]:
        """What is sealed of the question and of its answer, if there is one."""
        reply: Reply | None = getattr(self, "reply", None)
        return [self.question, reply.words if reply else None]


class Addressee(BaseModel):
    """A lead to whom a question went by name. Whoever becomes a lead later answers for the agency."""

    app_may = "SELECT, INSERT"

    class Privacy:
        keep = "CASE_DATA"
        clear = {"advice"}
        staff = {"lead"}

    advice = models.ForeignKey(Advice, models.PROTECT, related_name="addressees")
    lead = models.ForeignKey(Membership, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["advice", "lead"], name="guidance_a_lead_is_asked_once")
        ]


class Reply(BaseModel):
    """A lead's advice, in a safe of its own: nobody writes among another's words."""

    app_may = "SELECT, INSERT"

    class Privacy:
        keep = "CASE_DATA"
        clear = {"advice", "safe"}
        case = {"words": Tier.SENSITIVE}

    advice = models.OneToOneField(Advice, models.PROTECT, related_name="reply")
    safe = models.OneToOneField(Safe, models.PROTECT, related_name="+")
    words = SealedText(seal_id="guidance.reply.words")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="guidance_a_reply_says_something", condition=Q(words__isnull=False)
            )
        ]
