"""Looking for somebody in one's own agency's records, as often as work needs it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from kernel.actors import Actor
from people import queries as people
from people.matching import Wanted
from people.queries import Hit
from people.services import search
from sharing import policies, queries
from sharing.queries.finding import Record


@dataclass(frozen=True, slots=True, repr=False)
class Found:
    """What was found, the best first; or when somebody who searched too often may search again."""

    records: Sequence[tuple[Hit, Record]] = ()
    is_cut_off: bool = False
    wait_until: datetime | None = None


def look_for(*, actor: Actor, wanted: Wanted) -> Found:
    """Search, on record, and within the hour's limit. What one knows already stays open to read."""
    policies.can_find(actor).require()
    wait_until = people.free_again_at(actor, settings.FIND_PER_HOUR)
    if wait_until:
        return Found(wait_until=wait_until)
    hits = search(actor=actor, wanted=wanted)
    records = queries.records_about(actor, [hit.snapshot_id for hit in hits.found])
    reachable = [
        (hit, records[hit.snapshot_id])
        for hit in hits.found
        if hit.snapshot_id in records and records[hit.snapshot_id].is_reachable
    ]
    return Found(reachable, hits.is_cut_off)
