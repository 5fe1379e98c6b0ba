"""What the nightly check compares of incidents: who holds what in their safes."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from uuid import UUID

from django.db.models import F

from agencies.queries import partnership
from incidents.models import Incident
from vault.consistency import explain


def register_checks() -> None:
    """Each grant in an incident's safe is somebody's who reports, writes or answers for it."""
    explain("INCIDENT", _of_incidents)


def _of_incidents(safes: Collection[UUID]) -> Iterator[tuple[UUID, UUID | None]]:
    """Its reporter, its authors, those who were told, and the agencies concerned."""
    found = Incident.objects.filter(dossier__safes__in=safes).annotate(safe=F("dossier__safes"))
    board = partnership()
    for safe, reporter in found.values_list("safe", "opened_by_id"):
        yield safe, reporter
        yield safe, board.pk if board else None
    for way in ("told__membership_id", "parties__agency_id", "entries__written_by_id"):
        yield from found.values_list("safe", way)
