"""The family's position on one record, as its author stated it."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from consent.states import Consent, Ground, How, Told
from kernel.models import BaseModel
from kernel.tiers import Tier
from vault.fields import SealedText
from vault.models import Safe


class FamilyPosition(BaseModel):
    """What the family knows, whether consent was gained, and the ground where it was waived (D20)."""

    app_may = "SELECT, INSERT"

    class Privacy:
        keep = "CASE_DATA"
        clear = {
            "safe",
            "told",
            "told_on",
            "tell_by",
            "consent",
            "consent_how",
            "consent_on",
            "grounds",
        }
        case = {
            "told_whom": Tier.SENSITIVE,
            "not_told_why": Tier.SENSITIVE,
            "consent_from": Tier.SENSITIVE,
            "judgement": Tier.SENSITIVE,
        }

    safe = models.ForeignKey(Safe, models.PROTECT, related_name="+")
    told = models.CharField(max_length=10, choices=Told)
    told_on = models.DateField(null=True)
    tell_by = models.DateField(null=True)
    consent = models.CharField(max_length=15, choices=Consent)
    consent_how = models.CharField(max_length=10, choices=How, blank=True)
    consent_on = models.DateField(null=True)
    grounds = ArrayField(models.CharField(max_length=1, choices=Ground), default=list)
    told_whom = SealedText(seal_id="consent.family.told_whom")
    not_told_why = SealedText(seal_id="consent.family.not_told_why")
    consent_from = SealedText(seal_id="consent.family.consent_from")
    judgement = SealedText(seal_id="consent.family.judgement")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="consent_a_waiver_names_its_ground_and_judgement",
                condition=~Q(consent__in=[Consent.REFUSED, Consent.NOT_SOUGHT])
                | Q(grounds__len__gt=0, judgement__isnull=False),
            )
        ]
