"""Look through the whole audit for anything changed, removed, inserted or put in another order."""

from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from audit import outlets
from audit.services import verifying
from audit.statements import Statement, midnight
from audit.verifying.findings import Report
from audit.verifying.whole import BEGINNING, END
from kernel.actors import Actor


class Command(BaseCommand):
    help = (
        "Compare every event with its leaf, every leaf with its seal's root, every seal with the "
        "one before it and with its signature. Ends with 1 where something is wrong."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--root",
            action="append",
            type=Path,
            default=[],
            metavar="FILE",
            help="statements that left the machine: a line each, or saved messages; may be repeated",
        )
        parser.add_argument("--from", dest="since", type=date.fromisoformat, metavar="YYYY-MM-DD")
        parser.add_argument("--to", dest="until", type=date.fromisoformat, metavar="YYYY-MM-DD")

    def handle(self, *args: Any, **options: Any) -> None:
        report = verifying.verify(
            actor=Actor.system("verify"),
            statements=_statements(options["root"]),
            since=midnight(options["since"]) or BEGINNING,
            until=midnight(options["until"], days=1) or END,
        )
        self._say(report)
        if report.problems:
            raise SystemExit(1)

    def _say(self, report: Report) -> None:
        for finding in report.findings:
            self.stdout.write(finding.line())
        if report.problems > len(report.findings):
            self.stdout.write(f"… and {report.problems - len(report.findings)} more")
        self.stdout.write(
            f"Seals {report.first_seal or 0} to {report.last_seal or 0}: {report.events} events "
            f"and {report.expired} that were expired, {report.statements} statements from outside, "
            f"{report.seconds:.1f} s.\n{_verdict(report.problems)}"
        )


def _verdict(problems: int) -> str:
    return f"{problems} findings." if problems else "The audit is whole."


def _statements(files: list[Path]) -> list[Statement]:
    """What the files hold, and the file outside if this host can read it."""
    try:
        return [one for path in files for one in outlets.read(path)] + outlets.kept()
    except (OSError, ValueError) as error:
        raise CommandError(f"The statements cannot be read: {error}") from error
