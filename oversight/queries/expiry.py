"""Months of the log that may go, for the two who decide it."""

from __future__ import annotations

from datetime import date

from django.db.models import QuerySet

from audit import policies
from audit import queries as audit
from audit.models import PartitionExpiry
from kernel.actors import Actor


def expiries(actor: Actor) -> QuerySet[PartitionExpiry]:
    """Everything that was proposed, approved and carried out."""
    found = audit.expiries(actor)
    return found if policies.can_see_expiries(actor) else found.none()


def due_months(actor: Actor) -> list[date]:
    """Months that the schedule no longer keeps and that nobody has proposed yet."""
    return audit.due_months(actor) if policies.can_see_expiries(actor) else []
