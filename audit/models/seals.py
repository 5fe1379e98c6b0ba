"""What waits to be sealed, the leaves of each seal, the chain of seals, and where roots went."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from kernel.ids import new_id
from kernel.models import BaseModel


class Log(models.TextChoices):
    """Which of the two logs an event stands in."""

    AUDIT = "AUDIT", "What changed"
    ACCESS = "ACCESS", "Who looked"


class PendingEvent(models.Model):
    """An event that no seal covers yet. A trigger writes it; only the sealing function removes it."""

    app_may = "SELECT"
    disposer_may = "SELECT"

    class Privacy:
        keep = "OPERATIONS"
        clear = {"log", "at"}

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    log = models.CharField(max_length=6, choices=Log)
    at = models.DateTimeField()

    class Meta:
        db_table = "audit_pending"

    def __str__(self) -> str:
        return f"PendingEvent {self.pk}"


class Seal(BaseModel):
    """One link of the chain: the root over a minute's events, signed, and tied to the seal before."""

    app_may = "SELECT, INSERT"

    class Privacy:
        keep = "PERMANENT"
        clear = {"number", "at", "count", "root", "previous", "key_id", "signature"}

    number = models.BigIntegerField(unique=True)
    at = models.DateTimeField()
    count = models.PositiveIntegerField()
    # SHA-256 in hexadecimal: the Merkle tree's root (RFC 6962), and the previous seal's statement
    root = models.CharField(max_length=64)
    previous = models.CharField(max_length=64)
    # The fingerprint of the public key that verifies the signature
    key_id = models.CharField(max_length=32)
    signature = models.CharField(max_length=128)

    class Meta:
        indexes = [models.Index(fields=["at"], name="audit_seal_by_time")]


class Leaf(models.Model):
    """An event's place in the tree of its seal, kept when the event itself has expired."""

    app_may = "SELECT"
    disposer_may = "SELECT"

    class Privacy:
        keep = "PERMANENT"
        clear = {"log", "at", "form", "seal", "position"}
        secret = {"hash"}

    # The event's own id: an id names one event of one log, for good
    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    log = models.CharField(max_length=6, choices=Log)
    at = models.DateTimeField()
    # Which version of the canonical text was hashed (audit.canonical)
    form = models.PositiveSmallIntegerField()
    seal = models.ForeignKey(
        Seal, models.PROTECT, to_field="number", related_name="leaves", db_index=False
    )
    position = models.PositiveIntegerField()
    hash = models.BinaryField(max_length=32)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["seal", "position"], name="audit_one_leaf_at_each_place"
            )
        ]

    def __str__(self) -> str:
        return f"Leaf {self.pk}"


class Channel(models.TextChoices):
    """A way by which a root leaves the machine."""

    FILE = "FILE", "File"
    SYSLOG = "SYSLOG", "Syslog"
    MAIL = "MAIL", "E-mail"


class RootDelivery(BaseModel):
    """Which seal's statement left the machine, by which way, and when."""

    app_may = "SELECT, INSERT"

    class Privacy:
        keep = "PERMANENT"
        clear = {"seal", "channel", "place", "left_at"}

    seal = models.ForeignKey(Seal, models.PROTECT, to_field="number", related_name="deliveries")
    channel = models.CharField(max_length=6, choices=Channel)
    # Which of several: the first or the second officer
    place = models.PositiveSmallIntegerField(default=0)
    left_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["seal", "channel", "place"], name="audit_a_root_leaves_once_each_way"
            )
        ]


class Verification(BaseModel):
    """What a look through the whole chain found: counts, and codes with the ids concerned."""

    app_may = "SELECT, INSERT"

    class Privacy:
        keep = "AUDIT"
        clear = {
            "began_at",
            "ended_at",
            "first_seal",
            "last_seal",
            "events",
            "expired",
            "statements",
            "problems",
            "findings",
        }

    began_at = models.DateTimeField()
    ended_at = models.DateTimeField()
    # None where there was no seal to look at
    first_seal = models.BigIntegerField(null=True)
    last_seal = models.BigIntegerField(null=True)
    events = models.PositiveBigIntegerField()
    # Leaves whose events were expired under an approved run
    expired = models.PositiveBigIntegerField()
    # Statements from outside that were compared
    statements = models.PositiveIntegerField()
    problems = models.PositiveBigIntegerField()
    # The first of them, as {"code": …, "log": …, "id": …, "seal": …, "position": …}
    findings = models.JSONField(default=list)
