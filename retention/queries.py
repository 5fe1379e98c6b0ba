"""Reading the retention schedule."""

from __future__ import annotations

from django.db.models import QuerySet

from kernel.actors import Actor
from retention.models import RetentionClass


def schedule(actor: Actor) -> QuerySet[RetentionClass]:
    """The schedule in force. It is published: nothing in it is about a person."""
    return RetentionClass.objects.filter(valid_until=None).order_by("code", "pk")
