"""Reading the retention schedule."""

from __future__ import annotations

from django.db.models import QuerySet

from kernel.actors import Actor
from retention.models import RetentionClass


def schedule(actor: Actor) -> QuerySet[RetentionClass]:
    """The schedule in force. It is published: nothing in it is about a person."""
    return RetentionClass.objects.filter(valid_until=None).order_by("code", "pk")


def period_of(code: str) -> str:
    """For how long a class is kept now; empty before the schedule is loaded."""
    found = schedule(Actor()).filter(code=code).values_list("period", flat=True).first()
    return found or ""
