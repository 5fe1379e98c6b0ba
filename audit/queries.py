"""Reading seals, what waits for one, and what became of roots and looks."""

from __future__ import annotations

from django.db.models import QuerySet

from audit.models import PartitionExpiry, PendingEvent, RootDelivery, Seal, Verification
from kernel.actors import Actor


def seals(actor: Actor) -> QuerySet[Seal]:
    """The chain. It tells nothing about anybody."""
    return Seal.objects.order_by("number")


def newest_seal(actor: Actor) -> Seal | None:
    """The last link of the chain."""
    return seals(actor).last()


def newest_root_outside(actor: Actor) -> RootDelivery | None:
    """The newest statement that left the machine by any way."""
    return RootDelivery.objects.order_by("seal", "left_at", "pk").last()


def waiting(actor: Actor) -> QuerySet[PendingEvent]:
    """Events that no seal covers yet, oldest first."""
    return PendingEvent.objects.order_by("at", "pk")


def verifications(actor: Actor) -> QuerySet[Verification]:
    """What looks through the chain found, newest first."""
    return Verification.objects.order_by("-ended_at", "-pk")


def expiries(actor: Actor) -> QuerySet[PartitionExpiry]:
    """Months proposed for expiry, approved and carried out, newest month first."""
    return PartitionExpiry.objects.order_by("-month", "pk")
