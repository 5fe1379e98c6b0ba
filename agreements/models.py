"""Agreements and signatures. Many sign for a whole sector, so a signature says whom it represents."""

from __future__ import annotations

from django.db import models

from agencies.models import Agency
from kernel.models import BaseModel


class AgreementTier(models.IntegerChoices):
    """How close to practice an agreement is (D6)."""

    CHARTER = 1, "Tier 1: principles"
    COMMITMENT = 2, "Tier 2: commitment to share"
    PRACTICE = 3, "Tier 3: practical detail of secure sharing"


class Agreement(BaseModel):
    """An information-sharing agreement of the partnership."""

    class Privacy:
        keep = "PERMANENT"
        clear = {"title", "tier", "in_force_from", "in_force_until", "source"}

    title = models.CharField(max_length=200, unique=True)
    tier = models.PositiveSmallIntegerField(choices=AgreementTier)
    in_force_from = models.DateField()
    # Empty while it stays in force until legislation changes (D11)
    in_force_until = models.DateField(null=True)
    source = models.CharField(max_length=200)


class Signature(BaseModel):
    """Somebody's signature for an agency, and for the sector that they represent (D12)."""

    app_may = "SELECT, INSERT"

    class Privacy:
        keep = "PERMANENT"
        clear = {"agreement", "agency", "represents", "signed_on", "source"}
        staff = {"signatory_name", "signatory_role"}

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="signatures")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="signatures")
    signatory_name = models.CharField(max_length=120)
    signatory_role = models.CharField(max_length=120)
    represents = models.CharField(max_length=120, blank=True)
    signed_on = models.DateField()
    source = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "agency", "signatory_name"],
                name="agreements_nobody_signs_twice_for_an_agency",
            )
        ]
