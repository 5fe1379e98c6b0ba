"""How much waits in the outbox, for people and for monitoring; and another try for what is parked."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from kernel import outbox
from kernel.decisions import Denied
from kernel.models import OutboxMessage
from oversight import policies, services


class Command(BaseCommand):
    help = "Show what waits in the outbox, or have what could not be sent tried again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="one JSON object, for monitoring")
        parser.add_argument(
            "--oldest",
            type=int,
            metavar="SECONDS",
            help="end with 1 if something has waited longer than this",
        )
        parser.add_argument(
            "--parked", type=int, metavar="COUNT", help="end with 1 if more than this is parked"
        )
        actions = parser.add_subparsers(dest="action")
        retry = actions.add_parser("retry", help="have parked messages tried again")
        which = retry.add_mutually_exclusive_group(required=True)
        which.add_argument("id", type=UUID, nargs="?", help="one message")
        which.add_argument("--topic", help="all of one topic")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["action"] == "retry":
            self._retry(options["id"], options["topic"])
        else:
            self._show(options["json"], options["oldest"], options["parked"])

    def _retry(self, message_id: UUID | None, topic: str | None) -> None:
        """The operator's doing is on record as everybody's is."""
        try:
            if message_id:
                services.retry(actor=policies.OPERATOR, message_id=message_id)
                count = 1
            else:
                count = services.retry_all(actor=policies.OPERATOR, topic=topic or "")
        except OutboxMessage.DoesNotExist:
            raise CommandError("There is no message with that id.") from None
        except Denied as denied:
            raise CommandError(denied.decision.reason) from None
        self.stdout.write(f"Being tried again: {count:,}")

    def _show(self, as_json: bool, oldest: int | None, parked: int | None) -> None:
        rows = [self._row(one) for one in outbox.depth()]
        waited = max((row["oldest_seconds"] or 0 for row in rows), default=0)
        stuck = sum(row["parked"] for row in rows)
        if as_json:
            self.stdout.write(json.dumps({"queues": rows}))
        else:
            self._table(rows)
        if (oldest is not None and waited > oldest) or (parked is not None and stuck > parked):
            raise SystemExit(1)

    def _row(self, depth: outbox.Depth) -> dict[str, Any]:
        row = depth._asdict()
        since = row.pop("oldest")
        age = int((timezone.now() - since).total_seconds()) if since else None
        return row | {"oldest_seconds": age}

    def _table(self, rows: list[dict[str, Any]]) -> None:
        line = "{:<12} {:>8} {:>15} {:>12} {:>8}"
        self.stdout.write(
            line.format("queue", "waiting", "oldest seconds", "in progress", "parked")
        )
        for row in rows:
            age = "-" if row["oldest_seconds"] is None else row["oldest_seconds"]
            cells = (row["queue"], row["waiting"], age, row["in_progress"], row["parked"])
            self.stdout.write(line.format(*cells))
