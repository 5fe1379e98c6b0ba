"""Running the nightly checks: each finding is an incident once, and its end is on record too."""

from __future__ import annotations

from collections.abc import Iterable

from audit.consistency import Finding, registered
from audit.models import AuditEvent
from audit.services import record, record_incident
from kernel.actors import Actor

# Incidents of one check and night: somebody who breaks a whole table is not reported row by row
MOST_INCIDENTS = 1000
RECORDS = Actor.system("records")


def check_records(*, actor: Actor) -> dict[str, int]:
    """Run every check; returns how many rows each one found, known ones included."""
    known = open_findings()
    counts = {}
    for name, check in registered().items():
        before = {finding for finding, of in known.items() if of == name}
        counts[name] = _report(actor, name, check(), before)
    named = {f"found.{name}": count for name, count in counts.items() if count}
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


def _facts(finding: Finding) -> dict[str, str]:
    return {"code": finding.code, "table": finding.table, "row": finding.row}


def open_findings() -> dict[Finding, str]:
    """What was reported and not found gone since, each with its check's name: by the log alone.

    A table of known findings could be filled beforehand by whoever wants a row passed over.
    """
    told = AuditEvent.objects.filter(
        event__in=["audit.integrity", "audit.finding_gone"],
        via=RECORDS.via,
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
