"""A month of both logs that is no longer kept: proposed, approved by somebody else, carried out."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from kernel.attestation import Versioned
from kernel.models import BaseModel


class PartitionExpiry(Versioned, BaseModel):
    """The run that destroys one month's events. Leaves and roots stay, so the chain still holds."""

    app_may = "SELECT, INSERT, UPDATE (approved_by_id, approved_at, version, mac_key_id, mac)"
    attested = (
        "month",
        "proposed_by_id",
        "proposed_at",
        "kept_for",
        "approved_by_id",
        "approved_at",
    )

    class Privacy:
        keep = "PERMANENT"
        clear = {
            "month",
            "proposed_at",
            "kept_for",
            "approved_at",
            "carried_out_at",
            "audit_events",
            "access_events",
            "last_seal",
            "version",
            "mac_key_id",
        }
        staff = {"proposed_by_id", "approved_by_id"}
        secret = {"mac"}

    # Its first day
    month = models.DateField(unique=True)
    # Memberships
    proposed_by_id = models.UUIDField()
    proposed_at = models.DateTimeField(default=timezone.now)
    # The schedule's period for the class AUDIT on the day of the proposal
    kept_for = models.CharField(max_length=60)
    approved_by_id = models.UUIDField(null=True)
    approved_at = models.DateTimeField(null=True)
    # Written by the function that destroys
    carried_out_at = models.DateTimeField(null=True)
    audit_events = models.PositiveBigIntegerField(null=True)
    access_events = models.PositiveBigIntegerField(null=True)
    # The newest seal with an event of that month
    last_seal = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="audit_expiry_is_approved_by_somebody_else",
                condition=Q(approved_by_id__isnull=True) | ~Q(approved_by_id=F("proposed_by_id")),
            ),
            models.CheckConstraint(
                name="audit_expiry_approval_has_person_and_time",
                condition=Q(approved_by_id__isnull=True, approved_at__isnull=True)
                | Q(approved_by_id__isnull=False, approved_at__isnull=False),
            ),
            models.CheckConstraint(
                name="audit_expiry_is_carried_out_only_when_approved",
                condition=Q(carried_out_at__isnull=True)
                | Q(
                    approved_at__isnull=False,
                    audit_events__isnull=False,
                    access_events__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="audit_expiry_month_is_named_by_its_first_day",
                condition=Q(month__day=1),
            ),
        ]
