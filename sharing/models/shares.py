"""Information given without having been asked for in the portal, and how it passed beside it."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from agencies.models import Agency, Desk, Membership
from consent.models import FamilyPosition
from kernel.models import BaseModel
from kernel.tiers import Tier
from sharing.models.drafts import Draft
from sharing.models.reference import Purpose
from sharing.states.contact import (
    Channel,
    Check,
    Direction,
    Ground,
    ShareKind,
    Verification,
    VerificationResult,
)
from vault.fields import SealedJSON, SealedText
from vault.models import Dossier, Safe


class Share(BaseModel):
    """One agency giving, unasked, or noting what passed by telephone, post, e-mail or in person.

    What was decided about each person is an Answer of its own. A log that answers a request in the
    portal lies in the request's dossier, and its answers are the ask's.
    """

    app_may = "SELECT, INSERT"

    class Privacy:
        keep = "CASE_DATA"
        clear = {
            "reference",
            "kind",
            "draft",
            "submission",
            "answered_ask",
            "dossier",
            "safe",
            "from_agency",
            "from_desk",
            "purpose",
            "family",
            "happened_at",
            "written_at",
        }
        staff = {"shared_by"}
        case = {"why": Tier.SENSITIVE}

    reference = models.CharField(max_length=12, unique=True)
    kind = models.CharField(max_length=10, choices=ShareKind)
    # Recorded once, however often the button is pressed: an unasked share has a draft, a log a form
    draft = models.OneToOneField(Draft, models.PROTECT, related_name="share", null=True)
    submission = models.UUIDField(null=True, unique=True)
    answered_ask = models.OneToOneField(
        "sharing.Ask", models.PROTECT, related_name="logged", null=True
    )
    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="+")
    # The narrative's safe: why, or what was asked; the family's position; the contact
    safe = models.OneToOneField(Safe, models.PROTECT, related_name="+")
    from_agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    from_desk = models.ForeignKey(Desk, models.PROTECT, related_name="+", null=True)
    shared_by = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    purpose = models.ForeignKey(Purpose, models.PROTECT, related_name="+", null=True)
    family = models.OneToOneField(FamilyPosition, models.PROTECT, related_name="+", null=True)
    # When it happened, and when it was written down: hours or days may lie between
    happened_at = models.DateTimeField(default=timezone.now)
    written_at = models.DateTimeField(default=timezone.now)
    why = SealedText(seal_id="sharing.share.why")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="sharing_a_share_happened_before_it_was_written",
                condition=Q(happened_at__lte=models.F("written_at")),
            ),
            models.CheckConstraint(
                name="sharing_a_share_is_sent_from_a_draft_or_logged_by_a_form",
                condition=Q(
                    kind=ShareKind.UNASKED,
                    draft__isnull=False,
                    submission__isnull=True,
                    answered_ask__isnull=True,
                )
                | Q(kind=ShareKind.LOGGED, draft__isnull=True, submission__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["shared_by", "-id"], name="sharing_share_by_person"),
            models.Index(fields=["from_desk", "-id"], name="sharing_share_by_desk"),
        ]


class Contact(BaseModel):
    """How a share passed beside the portal, with whom, and how we knew who they were (D25–D28)."""

    app_may = "SELECT, INSERT"

    class Privacy:
        keep = "CASE_DATA"
        clear = {
            "share",
            "channel",
            "direction",
            "agency",
            "verification",
            "verification_result",
            "ground",
            "checks",
            "went_astray",
        }
        case = {
            "who": Tier.PERSONAL,
            "verification_note": Tier.SENSITIVE,
            "follow_up": Tier.SENSITIVE,
        }

    share = models.OneToOneField(Share, models.PROTECT, related_name="contact")
    channel = models.CharField(max_length=10, choices=Channel)
    direction = models.CharField(max_length=10, choices=Direction)
    # The other side, where the directory has it
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+", null=True)
    verification = models.CharField(max_length=20, choices=Verification)
    verification_result = models.CharField(max_length=10, choices=VerificationResult, blank=True)
    ground = models.CharField(max_length=7, choices=Ground, blank=True)
    checks = ArrayField(models.CharField(max_length=20, choices=Check), default=list)
    # It reached somebody else, or a wrong address or number
    went_astray = models.BooleanField(default=False)
    # Their agency as typed, name, role, number or address
    who = SealedJSON(seal_id="sharing.contact.who")
    # Why nobody was verified, or what remained in doubt
    verification_note = SealedText(seal_id="sharing.contact.verification_note")
    follow_up = SealedText(seal_id="sharing.contact.follow_up")
