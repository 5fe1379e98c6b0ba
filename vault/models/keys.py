"""The keys that text is sealed with, and the keys that those are wrapped with."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from kernel.models import BaseModel
from kernel.tiers import Tier
from vault.models.dossiers import Safe
from vault.states import KeyStatus


class KeyEncryptionKey(models.Model):
    """A key of the ring that wraps data keys: its status and fingerprint, never the key."""

    app_may = "SELECT"
    disposer_may = "SELECT"

    class Privacy:
        keep = "PERMANENT"
        clear = {
            "id",
            "status",
            "fingerprint",
            "created_at",
            "activated_at",
            "retired_at",
            "destroyed_at",
        }

    id = models.CharField(primary_key=True, max_length=32)
    status = models.CharField(max_length=10, choices=KeyStatus)
    fingerprint = models.CharField(max_length=32)
    # When it was published
    created_at = models.DateTimeField(default=timezone.now)
    activated_at = models.DateTimeField(null=True)
    retired_at = models.DateTimeField(null=True)
    destroyed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "status",
                name="vault_only_one_key_is_active",
                condition=Q(status=KeyStatus.ACTIVE),
            ),
            models.CheckConstraint(
                name="vault_a_retired_key_has_its_moment",
                condition=~Q(status=KeyStatus.RETIRED) | Q(retired_at__isnull=False),
            ),
            models.CheckConstraint(
                name="vault_a_destroyed_key_has_its_moment",
                condition=~Q(status=KeyStatus.DESTROYED) | Q(destroyed_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"KeyEncryptionKey {self.pk}"


class RingReport(BaseModel):
    """Which key-encryption keys a host's ring held when it was last heard of."""

    class Privacy:
        keep = "OPERATIONS"
        clear = {"host", "fingerprints", "seen_at"}

    host = models.CharField(max_length=100, unique=True)
    fingerprints = ArrayField(models.CharField(max_length=32))
    seen_at = models.DateTimeField()


class RecoveryCopy(BaseModel):
    """A copy of the whole key ring for the custodians: when it was made and what is in it."""

    app_may = "SELECT"

    class Privacy:
        keep = "PERMANENT"
        clear = {"fingerprints", "recipient"}

    # Of every key in it, whatever its purpose
    fingerprints = ArrayField(models.CharField(max_length=32))
    # The public half of the custodians' key
    recipient = models.CharField(max_length=100)


class DataKey(BaseModel):
    """One AES-256 key per safe and tier, wrapped. Without this row the text is gone for good."""

    app_may = "SELECT, INSERT"
    disposer_may = "SELECT, DELETE"

    class Privacy:
        keep = "CASE_DATA"
        clear = {"safe", "tier", "kek"}
        secret = {"wrapped"}

    safe = models.ForeignKey(Safe, models.PROTECT, related_name="data_keys")
    tier = models.PositiveSmallIntegerField(choices=Tier)
    kek = models.ForeignKey(KeyEncryptionKey, models.PROTECT, related_name="+")
    wrapped = models.BinaryField(max_length=60)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["safe", "tier"], name="vault_one_key_per_safe_and_tier")
        ]


class DestroyedKey(BaseModel):
    """What stays of a data key: that it existed. Written by a trigger when the key is deleted."""

    app_may = "SELECT"

    class Privacy:
        keep = "PERMANENT"
