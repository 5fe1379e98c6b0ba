"""The two logs. Their tables are partitioned by month and append-only by role and by trigger."""

from __future__ import annotations

from datetime import UTC, datetime

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils import timezone

from kernel.ids import new_id

# A time that no program can read would blind whoever looks through the log.
_OF_OUR_AGE = Q(
    at__gte=datetime(1970, 1, 1, tzinfo=UTC),
    at__lt=datetime(2200, 1, 1, tzinfo=UTC),
)


class Event(models.Model):
    """Who did it, for whom, when and by which request."""

    app_may = "SELECT, INSERT"
    disposer_may = "SELECT, INSERT"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    at = models.DateTimeField(default=timezone.now, editable=False)
    user_id = models.UUIDField(null=True)
    membership_id = models.UUIDField(null=True)
    agency_id = models.UUIDField(null=True)
    # "system:…" where a worker acted, for a person or for nobody
    via = models.CharField(max_length=60, blank=True)
    request_id = models.CharField(max_length=32, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{type(self).__name__} {self.pk}"


class AuditEvent(Event):
    """What changed: an event's name, the record, and codes. Written in the change's transaction."""

    class Privacy:
        keep = "AUDIT"
        clear = {
            "at",
            "via",
            "request_id",
            "event",
            "target_type",
            "target_id",
            "facts",
        }
        staff = {"user_id", "membership_id", "agency_id"}

    event = models.CharField(max_length=80)
    target_type = models.CharField(max_length=80, blank=True)
    target_id = models.UUIDField(null=True)
    facts = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.CheckConstraint(name="audit_change_is_of_our_age", condition=_OF_OUR_AGE)
        ]
        indexes = [
            models.Index(fields=["target_id", "at"], name="audit_event_by_target"),
            models.Index(fields=["agency_id", "at"], name="audit_event_by_agency"),
            models.Index(fields=["user_id", "at"], name="audit_event_by_user"),
            models.Index(fields=["event", "at"], name="audit_event_by_name"),
            models.Index(fields=["at"], name="audit_event_by_time"),
        ]


class AccessKind(models.TextChoices):
    """How somebody met sealed text. Only OPENED tells a sender that it was read."""

    LISTED = "LISTED", "A name in a list"
    OPENED = "OPENED", "Opened"
    RENDERED = "RENDERED", "Shown as a preview or copy for somebody"


class AccessEvent(Event):
    """Who looked: which safes gave up text, and how many values were withheld."""

    class Privacy:
        keep = "AUDIT"
        clear = {"at", "via", "request_id", "kind", "why", "safes", "withheld"}
        staff = {"user_id", "membership_id", "agency_id", "seen_by_id"}

    kind = models.CharField(max_length=10, choices=AccessKind)
    why = models.CharField(max_length=30)
    safes = ArrayField(models.UUIDField())
    withheld = models.PositiveSmallIntegerField(default=0)
    # The membership for whom a preview or copy was made
    seen_by_id = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="audit_look_is_of_our_age", condition=_OF_OUR_AGE)
        ]
        indexes = [
            models.Index(fields=["agency_id", "at"], name="audit_access_by_agency"),
            models.Index(fields=["user_id", "at"], name="audit_access_by_user"),
            models.Index(fields=["at"], name="audit_access_by_time"),
            # Who looked at a record: the officers' commonest question
            GinIndex(fields=["safes"], name="audit_access_by_safe"),
        ]
