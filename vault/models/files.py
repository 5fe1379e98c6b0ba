"""Sealed objects in the file store."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from kernel.models import BaseModel
from kernel.tiers import Tier
from vault.models.dossiers import Safe
from vault.states import FileStatus


class StoredFile(BaseModel):
    """One sealed object in the file store, on record from before its first byte to its removal.

    What it is stands in the sealed column of the record that keeps it; here is only what the
    sweeper needs to know. A trigger holds the status to vault.states.
    """

    app_may = "SELECT, INSERT, UPDATE (status, lease_until)"
    disposer_may = "SELECT, UPDATE (status, removed_at)"

    class Privacy:
        keep = "CASE_DATA"
        clear = {
            "object",
            "safe",
            "tier",
            "seal_id",
            "row_id",
            "status",
            "lease_until",
            "removed_at",
        }
        staff = {"uploaded_by"}

    # Its random name in the store
    object = models.CharField(max_length=32, unique=True)
    # The place that its key is bound to: safe and tier, field, and the row that will keep it
    safe = models.ForeignKey(Safe, models.PROTECT, related_name="files")
    tier = models.PositiveSmallIntegerField(choices=Tier)
    seal_id = models.CharField(max_length=100)
    row_id = models.UUIDField()
    # The membership that uploads it
    uploaded_by = models.UUIDField()
    status = models.CharField(max_length=10, choices=FileStatus, default=FileStatus.UPLOADING)
    # Until then nobody takes an unkept object away
    lease_until = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                "lease_until",
                name="vault_file_to_sweep",
                condition=Q(status__in=["UPLOADING", "STORED", "ABANDONED"]),
            ),
            models.Index("safe", name="vault_file_kept", condition=Q(status="KEPT")),
        ]
        constraints = [
            models.CheckConstraint(
                name="vault_file_that_is_removed_says_when",
                condition=Q(status="REMOVED", removed_at__isnull=False)
                | (~Q(status="REMOVED") & Q(removed_at__isnull=True)),
            )
        ]
