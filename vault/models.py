"""What is sealed, under which key, and who may read it."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from kernel.attestation import Attested
from kernel.models import BaseModel
from kernel.tiers import Tier
from vault.states import FileStatus, KeyStatus


class Dossier(BaseModel):
    """The unit of retention: a request with its answers, a share, a meeting."""

    # Closing starts the retention clock; the same column right lets sealing lock FOR SHARE.
    app_may = "SELECT, INSERT, UPDATE (closed_at)"
    disposer_may = "SELECT, UPDATE"

    class Privacy:
        keep = "CASE_DATA"
        clear = {"kind", "keep", "closed_at", "destroyed_at"}

    kind = models.CharField(max_length=40)
    # Code of the retention class
    keep = models.CharField(max_length=40)
    closed_at = models.DateTimeField(null=True)
    destroyed_at = models.DateTimeField(null=True)


class Safe(BaseModel):
    """The smallest thing in a dossier that one may read and another may not."""

    app_may = "SELECT, INSERT"

    class Privacy:
        keep = "CASE_DATA"
        clear = {"dossier", "kind"}

    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="safes")
    kind = models.CharField(max_length=40)


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


class HolderKind(models.TextChoices):
    """Who holds a grant: a person by one membership, everyone at a desk, or a whole agency."""

    MEMBERSHIP = "MEMBERSHIP", "A named person"
    DESK = "DESK", "A desk"
    AGENCY = "AGENCY", "An agency"


class GrantReason(models.TextChoices):
    """Why somebody may read."""

    AUTHOR = "AUTHOR", "Wrote it"
    NAMED = "NAMED", "Named by the sender"
    DESK = "DESK", "At the desk it was sent to"
    OWN_DESK = "OWN_DESK", "At the author's own desk"


class Grant(Attested, BaseModel):
    """A right to read a safe up to a tier. Written once; it ends by date or by a revocation row."""

    app_may = "SELECT, INSERT"
    # Those of a new safe are listed by the event of the safe
    signed_with = "safe_id"
    attested = (
        "safe_id",
        "holder_kind",
        "holder_id",
        "tier",
        "reason",
        "granted_by",
        "valid_from",
        "valid_until",
    )

    class Privacy:
        keep = "CASE_DATA"
        clear = {
            "safe",
            "holder_kind",
            "tier",
            "reason",
            "valid_from",
            "valid_until",
            "mac_key_id",
        }
        staff = {"holder_id", "granted_by"}
        secret = {"mac"}

    safe = models.ForeignKey(Safe, models.PROTECT, related_name="grants")
    holder_kind = models.CharField(max_length=10, choices=HolderKind)
    holder_id = models.UUIDField()
    tier = models.PositiveSmallIntegerField(choices=Tier)
    reason = models.CharField(max_length=20, choices=GrantReason)
    # The membership that granted it
    granted_by = models.UUIDField()
    valid_from = models.DateTimeField(default=timezone.now)
    valid_until = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["holder_id", "safe"], name="vault_grant_by_holder"),
            models.Index(fields=["safe", "holder_id"], name="vault_grant_by_safe"),
        ]


class GrantRevocation(BaseModel):
    """The end of a grant. A row of its own, insert-only, so that nobody can take it back by SQL."""

    app_may = "SELECT, INSERT"

    class Privacy:
        keep = "CASE_DATA"
        clear = {"grant", "revoked_at"}
        staff = {"revoked_by"}

    grant = models.OneToOneField(Grant, models.PROTECT, related_name="revocation")
    revoked_at = models.DateTimeField(default=timezone.now)
    revoked_by = models.UUIDField()


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
