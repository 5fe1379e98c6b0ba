"""Write chosen events with proof that the log was not changed since, for a regulator or a court."""

import os
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser

from audit.exporting import Chosen, Written
from audit.services import exporting
from audit.statements import midnight
from kernel.actors import Actor


class Command(BaseCommand):
    help = (
        "Write events, their proofs, the seals they stand in and the seals up to the first one "
        "whose root left the machine. audit/verifier/verify_export.py checks the file."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="written anew, readable by you alone")
        parser.add_argument("--agency", type=UUID, metavar="ID", help="who acted, for this agency")
        parser.add_argument("--target", type=UUID, metavar="ID", help="a record, or a safe opened")
        parser.add_argument("--event", type=UUID, action="append", default=[], metavar="ID")
        parser.add_argument("--from", dest="since", type=date.fromisoformat, metavar="YYYY-MM-DD")
        parser.add_argument("--to", dest="until", type=date.fromisoformat, metavar="YYYY-MM-DD")
        parser.add_argument(
            "--to-seal", type=int, metavar="N", help="go on to the seal whose root the reader holds"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        chosen = Chosen(
            agency_id=options["agency"],
            target_id=options["target"],
            since=midnight(options["since"]),
            until=midnight(options["until"], days=1),
            event_ids=frozenset(options["event"]),
            to_seal=options["to_seal"],
        )
        path = options["file"]
        draft = path.with_name(f"{path.name}.new")
        try:
            descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        except OSError as error:
            raise CommandError(f"{path} cannot be written: {error.strerror}") from error
        with os.fdopen(descriptor, "w", encoding="utf-8") as out:
            written = exporting.export(actor=Actor.system("export"), chosen=chosen, out=out)
        draft.replace(path)
        self.stdout.write(_summary(path, written))


def _summary(path: Path, written: Written) -> str:
    first, last = written.first_seal, written.last_seal
    seals = f"seals {first.number} to {last.number}" if first and last else "no seal"
    lines = [f"{path}: {written.rows} events, {seals}, keys {', '.join(written.keys) or 'none'}."]
    if written.unsealed:
        lines.append(f"{written.unsealed} events are not sealed yet. Export again in a minute.")
    return "\n".join(lines)
