"""Running the nightly checks: each finding is an incident once, and its end is on record too."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from audit import queries
from audit.consistency import Finding, registered
from audit.services import record, record_incident
from kernel.actors import Actor

# Incidents of one check and night: somebody who breaks a whole table is not reported row by row
MOST_INCIDENTS = 1000


def check_records(*, actor: Actor) -> dict[str, int]:
    """Run every check; returns how many rows each one found, known ones included."""
    known = queries.open_findings(actor)
    counts = {}
    for name, check in registered().items():
        before = {finding for finding, of in known.items() if of == name}
        counts[name] = _report(actor, name, check(), before)
    named: dict[str, Any] = {f"found.{name}": count for name, count in counts.items() if count}
    record("audit.records_checked", actor=actor, checks=len(counts), **named)
    return counts


def _report(actor: Actor, name: str, found: Iterable[Finding], before: set[Finding]) -> int:
    """Raise an incident for what is new, and note what is no longer found."""
    gone, reported, count = set(before), 0, 0
    for finding in found:
        count += 1
        gone.discard(finding)
        if finding not in before and reported < MOST_INCIDENTS:
            reported += 1
            record_incident(actor=actor, check=name, **_facts(finding))
    for finding in sorted(gone, key=str):
        record("audit.finding_gone", actor=actor, check=name, **_facts(finding))
    return count


def _facts(finding: Finding) -> dict[str, Any]:
    return {"code": finding.code, "table": finding.table, "row": finding.row}
