"""Destroy the months of the log whose expiry two people approved. Runs as the disposer."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError

from audit import queries
from audit.models import PartitionExpiry
from audit.services import expiry
from kernel.actors import Actor
from kernel.decisions import Denied

ACTOR = Actor.system("expire")
TRIES = 20


class Command(BaseCommand):
    help = "Destroy approved months of the log. Needs PORTAL_DB_ROLE=disposer."

    def handle(self, *args: Any, **options: Any) -> None:
        approved = queries.expiries(ACTOR).filter(carried_out_at=None).exclude(approved_at=None)
        for run in approved:
            done = _carry_out(run)
            self.stdout.write(
                f"{run.month:%B %Y}: {done.audit_events} changes and {done.access_events} looks "
                f"destroyed; their leaves and roots, up to seal {done.last_seal}, stay."
            )
        if not approved:
            self.stdout.write("No month waits that was approved.")


def _carry_out(run: PartitionExpiry) -> PartitionExpiry:
    """Give way to whoever writes at that moment, and try again."""
    for _ in range(TRIES):
        try:
            return expiry.carry_out_expiry(actor=ACTOR, expiry_id=run.pk)
        except Denied as denied:
            raise CommandError(f"{run.month:%B %Y}: {denied.decision.reason}") from denied
        except OperationalError:
            time.sleep(1)
    raise CommandError(f"{run.month:%B %Y}: somebody uses the log at length. Try again later.")
