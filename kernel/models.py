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


class GivenUp(models.TextChoices):
    """Why a person let parked work rest undone. The row and who decided it stay on record."""

    TOLD = "TOLD", "They were told in another way"
    NOT_NEEDED = "NOT_NEEDED", "It is no longer needed"
    NO_ADDRESS = "NO_ADDRESS", "Nobody can be reached at that address"
    DUPLICATE = "DUPLICATE", "The same was sent or done already"


class OutboxMessage(BaseModel):
    """Work promised by a transaction: ids and codes only, delivered at least once (design 2.5)."""

    # The retention worker leases and marks what waits in its queue; it promises and rewrites nothing.
    disposer_may = (
        "SELECT, UPDATE (leased_until, attempts, available_at, delivered_at, parked_at, last_error)"
    )

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
            "retries",
            "given_up_at",
            "given_up_why",
            "last_error",
        }
        staff = {"user_id", "membership_id", "agency_id", "given_up_by"}

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
    # How often a person had it tried again. Attempts are never set back: they tell leases apart.
    # Defaults in the database: while an upgrade runs, the release before still promises work.
    retries = models.PositiveSmallIntegerField(default=0, db_default=0)
    given_up_at = models.DateTimeField(null=True)
    # The membership that gave it up; empty where the operator did
    given_up_by = models.UUIDField(null=True)
    given_up_why = models.CharField(
        max_length=20, choices=GivenUp, blank=True, default="", db_default=""
    )
    # The class of the exception, never its text.
    last_error = models.CharField(max_length=100, blank=True)

    class Meta:
        indexes = [
            models.Index(
                "queue",
                "available_at",
                name="kernel_outbox_waiting",
                condition=Q(delivered_at__isnull=True, parked_at__isnull=True),
            ),
            models.Index(
                fields=["-parked_at", "-id"],
                name="kernel_outbox_parked",
                condition=Q(
                    parked_at__isnull=False, delivered_at__isnull=True, given_up_at__isnull=True
                ),
            ),
            models.Index(
                fields=["-given_up_at", "-id"],
                name="kernel_outbox_given_up",
                condition=Q(given_up_at__isnull=False),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="kernel_only_parked_work_is_given_up_and_for_a_reason",
                condition=Q(given_up_at__isnull=True, given_up_why="", given_up_by__isnull=True)
                | Q(given_up_at__isnull=False, parked_at__isnull=False) & ~Q(given_up_why=""),
            )
        ]
