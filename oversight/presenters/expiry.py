"""Months of the log that go, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from audit import policies
from audit.models import PartitionExpiry
from kernel.actors import Actor


@dataclass(frozen=True, slots=True)
class RunRow:
    """One month's way from proposal to destruction."""

    id: UUID
    month: str
    kept_for: str
    proposed_by: str
    proposed_at: datetime
    approved_by: str
    approved_at: datetime | None
    carried_out_at: datetime | None
    entries: int
    may_approve: bool


def people_in(runs: Sequence[PartitionExpiry]) -> set[UUID]:
    """Memberships of whoever proposed and approved."""
    both = {run.proposed_by_id for run in runs} | {run.approved_by_id for run in runs}
    return {one for one in both if one}


def run_rows(
    actor: Actor, runs: Iterable[PartitionExpiry], names: Mapping[UUID, str]
) -> list[RunRow]:
    """Every proposal, the newest month first."""
    return [
        RunRow(
            id=run.pk,
            month=f"{run.month:%B %Y}",
            kept_for=run.kept_for,
            proposed_by=names.get(run.proposed_by_id, ""),
            proposed_at=run.proposed_at,
            approved_by=names.get(run.approved_by_id, "") if run.approved_by_id else "",
            approved_at=run.approved_at,
            carried_out_at=run.carried_out_at,
            entries=(run.audit_events or 0) + (run.access_events or 0),
            may_approve=bool(policies.can_approve_expiry(actor, run)),
        )
        for run in runs
    ]
