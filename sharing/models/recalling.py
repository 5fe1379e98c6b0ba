"""What went to the wrong place: taken back, and what became of copies."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone

from agencies.models import Membership
from incidents.models import Incident
from kernel.models import BaseModel
from kernel.tiers import Tier
from sharing.models.answers import Recipient
from sharing.states.righting import Copies, RecallReason
from vault.fields import SealedText


class Recall(BaseModel):
    """The end of somebody's access to an answer, at once. If they had opened it, an incident."""

    class Privacy:
        keep = "CASE_DATA"
        clear = {
            "recipient",
            "why",
            "recalled_at",
            "was_opened",
            "incident",
            "copies",
            "copies_gone_at",
            "confirmed_at",
            "reminded_at",
        }
        staff = {"recalled_by", "confirmed_by"}
        case = {"account": Tier.PERSONAL}

    recipient = models.OneToOneField(Recipient, models.PROTECT, related_name="recall")
    why = models.CharField(max_length=20, choices=RecallReason)
    recalled_by = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    recalled_at = models.DateTimeField(default=timezone.now)
    was_opened = models.BooleanField()
    incident = models.ForeignKey(Incident, models.PROTECT, null=True, related_name="+")
    # What the sender wrote of it, in the answer's safe; a recipient's words are in the incident
    account = SealedText(seal_id="sharing.recall.account")
    copies = models.CharField(max_length=10, choices=Copies, blank=True)
    copies_gone_at = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey(Membership, models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="sharing_what_was_opened_by_mistake_is_an_incident",
                condition=Q(was_opened=False) | Q(incident__isnull=False),
            ),
            models.CheckConstraint(
                name="sharing_whoever_confirms_that_copies_are_gone_is_named",
                condition=Q(copies="", confirmed_by__isnull=True, confirmed_at__isnull=True)
                | ~Q(copies="") & Q(confirmed_by__isnull=False, confirmed_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                fields=["recalled_at"],
                name="sharing_copies_not_confirmed",
                condition=Q(was_opened=True, copies=""),
            )
        ]
