"""Events to seal, and sealing them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.utils import timezone

from audit.models import AccessEvent, AuditEvent, Seal
from audit.services import sealing
from kernel.actors import Actor
from kernel.ids import new_id

SEALER = Actor.system("seal")


def change(at: datetime | None = None, **facts: object) -> AuditEvent:
    """Something changed, now or then."""
    return AuditEvent.objects.create(
        event="audit.refused", at=at or timezone.now(), agency_id=new_id(), facts=facts
    )


def look(at: datetime | None = None) -> AccessEvent:
    """Somebody looked, now or then."""
    return AccessEvent.objects.create(
        kind="OPENED", why="READING", at=at or timezone.now(), safes=[new_id(), new_id()]
    )


def seal(*events: object) -> Seal:
    """Seal what waits; the newest seal."""
    sealing.seal_waiting(actor=SEALER)
    return Seal.objects.order_by("number").last()  # type: ignore[return-value]


def many(count: int) -> list[AuditEvent]:
    """Changes, a millisecond apart."""
    begin = timezone.now() - timedelta(milliseconds=count)
    return AuditEvent.objects.bulk_create(_rows(begin, count))


def _rows(begin: datetime, count: int) -> Iterable[AuditEvent]:
    for number in range(count):
        at = begin + timedelta(milliseconds=number)
        yield AuditEvent(event="audit.refused", at=at, facts={"number": number})
