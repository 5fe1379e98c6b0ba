"""Looking through the chain, on record, and telling the people whom it concerns."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction

from audit import queries
from audit.models import Verification
from audit.services import record, record_incident
from audit.statements import Statement
from audit.verifying.findings import Report
from audit.verifying.whole import BEGINNING, END, look
from kernel import outbox
from kernel.actors import Actor

# Findings that are stored with a look; all are counted
MOST_STORED = 200


def verify(
    *,
    actor: Actor,
    statements: Iterable[Statement] = (),
    since: datetime = BEGINNING,
    until: datetime = END,
) -> Report:
    """Look, record what was found, and raise an incident where it is more than was known."""
    report = look(statements, since, until)
    found = [finding.facts() for finding in report.findings[:MOST_STORED]]
    with transaction.atomic():
        before = queries.verifications(actor).first()
        verification = _store(report, found)
        record(
            "audit.verified", actor=actor, target=verification, problems=report.problems,
            last_seal=report.last_seal,
        )  # fmt: skip
        is_news = before is None or (before.problems, before.findings) != (report.problems, found)
        if report.problems and is_news:
            _raise_alarm(actor, verification)
    return report


def _store(report: Report, findings: list[dict[str, Any]]) -> Verification:
    return Verification.objects.create(
        began_at=report.began_at,
        ended_at=report.began_at + timedelta(seconds=report.seconds),
        first_seal=report.first_seal,
        last_seal=report.last_seal,
        events=report.events,
        expired=report.expired,
        statements=report.statements,
        problems=report.problems,
        findings=findings,
    )


def _raise_alarm(actor: Actor, verification: Verification) -> None:
    """An incident for whoever watches, and a message to the officers who keep the roots."""
    record_incident(
        actor=actor, code="audit_broken", look=verification.pk, problems=verification.problems
    )
    for place, _ in enumerate(settings.SEAL_OFFICERS):
        outbox.enqueue(
            "audit.alarm", actor=actor, key=f"{verification.pk}:{place}", officer=place,
            problems=verification.problems,
        )  # fmt: skip
