"""Items put right: the old one stays sealed and marked, for whoever relied on it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone

from agencies.models import Membership
from kernel.models import BaseModel
from kernel.tiers import Tier
from sharing.models.answers import Item, Recipient
from sharing.states.righting import WithdrawalReason
from vault.fields import SealedText


class Correction(BaseModel):
    """An item that was wrong, and the one that stands in its place (UK GDPR Article 5(1)(d); S4, D23)."""

    app_may = "SELECT, INSERT"

    class Privacy:
        keep = "CASE_DATA"
        clear = {"item", "replacement", "corrected_at"}
        staff = {"corrected_by"}
        case = {"reason": Tier.SENSITIVE}

    item = models.OneToOneField(Item, models.PROTECT, related_name="correction")
    replacement = models.OneToOneField(Item, models.PROTECT, related_name="corrects")
    corrected_by = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    corrected_at = models.DateTimeField(default=timezone.now)
    # In the answer's safe, at the item's own tier: who may read the item may know why it was wrong
    reason = SealedText(seal_id="sharing.correction.reason")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="sharing_a_correction_has_its_reason", condition=Q(reason__isnull=False)
            )
        ]


class Withdrawal(BaseModel):
    """An item that nobody gets any more; who had opened it keeps it, marked."""

    app_may = "SELECT, INSERT"

    class Privacy:
        keep = "CASE_DATA"
        clear = {"item", "why", "withdrawn_at"}
        staff = {"withdrawn_by"}
        case = {"reason": Tier.SENSITIVE}

    item = models.OneToOneField(Item, models.PROTECT, related_name="withdrawal")
    why = models.CharField(max_length=15, choices=WithdrawalReason)
    withdrawn_by = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(default=timezone.now)
    reason = SealedText(seal_id="sharing.withdrawal.reason")


class Acknowledgement(BaseModel):
    """A recipient's task: to say that they know of an item put right. Chased until they do."""

    class Privacy:
        keep = "CASE_DATA"
        clear = {"item", "recipient", "asked_at", "reminded_at", "acknowledged_at"}
        staff = {"acknowledged_by"}

    # The item that was wrong
    item = models.ForeignKey(Item, models.PROTECT, related_name="acknowledgements")
    recipient = models.ForeignKey(Recipient, models.PROTECT, related_name="acknowledgements")
    asked_at = models.DateTimeField(default=timezone.now)
    reminded_at = models.DateTimeField(null=True)
    acknowledged_by = models.ForeignKey(Membership, models.PROTECT, null=True, related_name="+")
    acknowledged_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["item", "recipient"], name="sharing_a_recipient_acknowledges_once"
            ),
            models.CheckConstraint(
                name="sharing_whoever_acknowledges_is_named",
                condition=Q(acknowledged_by__isnull=True, acknowledged_at__isnull=True)
                | Q(acknowledged_by__isnull=False, acknowledged_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                fields=["recipient"],
                name="sharing_not_acknowledged",
                condition=Q(acknowledged_at__isnull=True),
            )
        ]
