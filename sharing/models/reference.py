"""Dated, sourced configuration: purposes, lawful footings and time limits. Loaded, never typed."""

from __future__ import annotations

from datetime import timedelta

from django.db import models

from agencies.sectors import Kind
from kernel.clocks import Limit
from kernel.models import BaseModel
from sharing.states import Urgency


class Reference(BaseModel):
    """A row with a source; a later row with the same code replaces it from its first day on."""

    app_may = "SELECT"
    is_reference = True

    valid_from = models.DateField()
    source = models.CharField(max_length=300)
    checked_on = models.DateField()

    class Meta:
        abstract = True


class Purpose(Reference):
    """A plain purpose, and the powers and conditions it rests on for both sides (D22, D24)."""

    class Privacy:
        keep = "PERMANENT"
        clear = {
            "code",
            "label",
            "hint",
            "power_asking",
            "power_holding",
            "article_9",
            "schedule_1",
            "position",
            "valid_from",
            "source",
            "checked_on",
        }

    code = models.CharField(max_length=30)
    label = models.CharField(max_length=100)
    hint = models.CharField(max_length=200)
    power_asking = models.CharField(max_length=300)
    power_holding = models.CharField(max_length=300)
    article_9 = models.CharField(max_length=200)
    schedule_1 = models.CharField(max_length=200)
    position = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["code", "valid_from"], name="sharing_one_purpose_per_code_and_day"
            )
        ]


class Footing(Reference):
    """The Article 6 basis open to an agency, by what it is in law."""

    class Privacy:
        keep = "PERMANENT"
        clear = {"code", "article_6", "note", "valid_from", "source", "checked_on"}

    code = models.CharField(max_length=20, choices=Kind)
    article_6 = models.CharField(max_length=200)
    note = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["code", "valid_from"], name="sharing_one_footing_per_kind_and_day"
            )
        ]


class TimeLimit(Reference):
    """How long a desk has to answer a request of one urgency."""

    class Privacy:
        keep = "PERMANENT"
        clear = {"urgency", "hours", "working", "valid_from", "source", "checked_on"}

    urgency = models.CharField(max_length=10, choices=Urgency)
    hours = models.PositiveSmallIntegerField()
    working = models.BooleanField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["urgency", "valid_from"], name="sharing_one_limit_per_urgency_and_day"
            )
        ]

    @property
    def limit(self) -> Limit:
        return Limit(self.hours, self.working)


class Chasing(Reference):
    """When a desk and its asker are told that time runs out, and when nobody being there counts."""

    class Privacy:
        keep = "PERMANENT"
        clear = {
            "urgency",
            "nearly_percent",
            "nearly_minutes",
            "pass_on_minutes",
            "again_hours",
            "times",
            "valid_from",
            "source",
            "checked_on",
        }

    urgency = models.CharField(max_length=10, choices=Urgency)
    # The last part of the time, and never less than so many minutes of it
    nearly_percent = models.PositiveSmallIntegerField()
    nearly_minutes = models.PositiveSmallIntegerField()
    # How long it waits at a desk where nobody is
    pass_on_minutes = models.PositiveSmallIntegerField()
    # How often, and how many times, an overdue answer is chased
    again_hours = models.PositiveSmallIntegerField()
    times = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["urgency", "valid_from"], name="sharing_one_chasing_per_urgency_and_day"
            )
        ]

    def nearly(self, limit: Limit) -> timedelta:
        """How much of the limit has passed once an answer is nearly due."""
        whole = timedelta(hours=limit.hours)
        last = max(whole * self.nearly_percent / 100, timedelta(minutes=self.nearly_minutes))
        return max(whole - last, timedelta(0))
