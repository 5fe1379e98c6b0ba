"""Compare the records that must agree with each other, as each night does."""

from typing import Any

from django.core.management.base import BaseCommand

from audit import queries
from audit.consistency import CHECKER
from audit.services import checking


class Command(BaseCommand):
    help = (
        "Compare rows that confer power with the log, and grants and appointments with the "
        "records behind them. Each new finding is an incident. Ends with 1 where there are any."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        counts = checking.check_records(actor=CHECKER)
        for name, count in counts.items():
            self.stdout.write(f"{count:>8}  {name}")
        for finding in queries.open_findings(CHECKER):
            self.stdout.write(f"{finding.code:<28} {finding.table} {finding.row}")
        if any(counts.values()):
            raise SystemExit(1)
