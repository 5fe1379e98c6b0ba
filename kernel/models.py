"""The base of every table, and the outbox."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from kernel.ids import new_id


class BaseModel(models.Model):
    """A row with a key made by the program. Its text form names nobody, for it reaches logs."""

    # What the application's database role may do with the table; deletion is the disposer's.
    app_may: ClassVar[str] = "SELECT, INSERT, UPDATE"
    disposer_may: ClassVar[str] = "SELECT"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    # For operators only: logic uses the record's own domain dates.
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{type(self).__name__} {self.pk}"


class Installation(BaseModel):
    """What this database is: a demonstration of invented people, or the real thing. Written once."""

    app_may = "SELECT, INSERT"

    class Kind(models.TextChoices):
        DEMONSTRATION = "DEMONSTRATION", "Demonstration"
        REAL = "REAL", "Real"

    class Privacy:
        keep = "PERMANENT"
        clear = {"only", "kind"}

    only = models.BooleanField(default=True, unique=True)
    kind = models.CharField(max_length=20, choices=Kind)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="kernel_installation_is_a_single_row", condition=Q(only=True)
            )
        ]


class OutboxMessage(BaseModel):
    """Work promised by a transaction: ids and codes only, delivered at least once (design 2.5)."""

    class Privacy:
        keep = "OPERATIONS"
        clear = {
            "topic",
            "queue",
            "payload",
            "key",
            "available_at",
            "leased_until",
            "attempts",
            "delivered_at",
            "parked_at",
            "last_error",
        }
        staff = {"user_id", "membership_id", "agency_id"}

    topic = models.CharField(max_length=100)
    queue = models.CharField(max_length=20)
    payload = models.JSONField()
    # A second promise with the same key is the same promise.
    key = models.CharField(max_length=200, unique=True)
    user_id = models.UUIDField(null=True)
    membership_id = models.UUIDField(null=True)
    agency_id = models.UUIDField(null=True)
    available_at = models.DateTimeField(default=timezone.now)
    leased_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    delivered_at = models.DateTimeField(null=True)
    parked_at = models.DateTimeField(null=True)
    # The class of the exception, never its text.
    last_error = models.CharField(max_length=100, blank=True)

    class Meta:
        indexes = [
            models.Index(
                "queue",
                "available_at",
                name="kernel_outbox_waiting",
                condition=Q(delivered_at__isnull=True, parked_at__isnull=True),
            )
        ]
