"""One look through the chain, a few thousand rows in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from itertools import groupby

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from audit.models import PartitionExpiry, Seal
from audit.statements import Statement
from audit.verifying import chain, strays, tree
from audit.verifying.findings import Finding, Report

# Seals and leaves that are looked at together
SEALS_TOGETHER = 1000
LEAVES_TOGETHER = 20_000
BEGINNING = datetime(1, 1, 2, tzinfo=UTC)
END = datetime(9999, 12, 30, tzinfo=UTC)


def look(
    statements: Iterable[Statement] = (), since: datetime = BEGINNING, until: datetime = END
) -> Report:
    """Everything that is wrong with what was sealed in this time; all of it by default."""
    report = Report(began_at=timezone.now())
    with transaction.atomic(durable=True):
        _hold_months()
        seals = Seal.objects.filter(at__gte=since, at__lt=until).order_by("number", "pk")
        _look_at_seals(report, seals)
        for found in (strays.unknown(since, until), strays.orphaned(), strays.forged_expiries()):
            _add_all(report, found)
        _add_all(report, strays.waiting(report.began_at))
        _look_outside(report, list(statements))
    report.seconds = (timezone.now() - report.began_at).total_seconds()
    return report


def _hold_months() -> None:
    """No month expires during the look: its events would seem to have been removed."""
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE audit_auditevent, audit_accessevent IN ACCESS SHARE MODE")


def _look_at_seals(report: Report, seals: QuerySet[Seal]) -> None:
    first = seals.first()
    if first is None:
        return
    before = Seal.objects.filter(number__lt=first.number).order_by("number").last()
    is_expired = _expired_months()
    links = chain.Chain(before, is_expired)
    for batch in _batches(seals.iterator(chunk_size=SEALS_TOGETHER)):
        for seal in batch:
            _add_all(report, links.judge(seal))
        _look_at_leaves(report, batch, is_expired)
    report.first_seal = first.number
    report.last_seal = links.last.number if links.last else None


def _look_at_leaves(
    report: Report, batch: list[Seal], is_expired: Callable[[datetime], bool]
) -> None:
    found = tree.rows(batch[0].number, batch[-1].number)
    leaves = {number: list(rows) for number, rows in groupby(found, lambda row: row.seal)}
    for seal in batch:
        own = leaves.get(seal.number, [])
        report.events += sum(row.text is not None for row in own)
        report.expired += sum(row.text is None and is_expired(row.moment) for row in own)
        _add_all(report, tree.judge(seal, own, is_expired))


def _batches(seals: Iterator[Seal]) -> Iterator[list[Seal]]:
    """Seals together as long as their leaves are few."""
    batch: list[Seal] = []
    leaves = 0
    for seal in seals:
        batch.append(seal)
        leaves += seal.count
        if len(batch) >= SEALS_TOGETHER or leaves >= LEAVES_TOGETHER:
            yield batch
            batch, leaves = [], 0
    if batch:
        yield batch


def _expired_months() -> Callable[[datetime], bool]:
    """Whether events of that time were expired under a run that two people approved."""
    runs = PartitionExpiry.objects.filter(carried_out_at__isnull=False)
    months = {(run.month.year, run.month.month) for run in runs if run.is_genuine()}

    def is_expired(at: datetime) -> bool:
        month = at.astimezone(UTC)
        return (month.year, month.month) in months

    return is_expired


def _look_outside(report: Report, statements: list[Statement]) -> None:
    report.statements = len(statements)
    newest = Seal.objects.order_by("number").last()
    _add_all(report, chain.outside(statements, newest.number if newest else 0))
    _add_all(report, chain.overdue(report.began_at))


def _add_all(report: Report, findings: Iterable[Finding]) -> None:
    for finding in findings:
        report.add(finding)
