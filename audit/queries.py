"""Reading seals, what waits for one, and what became of roots and looks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date

from dateutil.relativedelta import relativedelta
from django.db.models import Min, QuerySet

from audit import policies, registry
from audit.consistency import CHECKER, Finding
from audit.models import (
    AccessEvent,
    AuditEvent,
    PartitionExpiry,
    PendingEvent,
    RootDelivery,
    Seal,
    Verification,
)
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


def due_months(actor: Actor) -> list[date]:
    """Months that the schedule no longer keeps and for which nobody has proposed anything."""
    proposed = set(PartitionExpiry.objects.values_list("month", flat=True))
    return [month for month in _months_due() if month not in proposed]


def _months_due() -> Iterator[date]:
    """From the oldest event on."""
    logs = AuditEvent.objects, AccessEvent.objects
    oldest = [at for log in logs if (at := log.aggregate(at=Min("at"))["at"])]
    kept_for = registry.kept_for()
    month = min(oldest).astimezone(UTC).date().replace(day=1) if oldest else None
    while month is not None and policies.is_due(month, kept_for):
        yield month
        month += relativedelta(months=1)


def open_findings(actor: Actor) -> dict[Finding, str]:
    """What was reported and not found gone since, each with its check's name: by the log alone.

    A table of known findings could be filled beforehand by whoever wants a row passed over.
    """
    told = AuditEvent.objects.filter(
        event__in=["audit.integrity", "audit.finding_gone"],
        via=CHECKER.via,
        facts__has_key="check",
    )
    known: dict[Finding, str] = {}
    for event, facts in told.order_by("at", "pk").values_list("event", "facts").iterator():
        finding = Finding(facts["code"], facts["table"], facts["row"])
        if event == "audit.integrity":
            known[finding] = facts["check"]
        else:
            known.pop(finding, None)
    return known
