"""Let the newest root leave the machine now, to try the ways that are set."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from audit import queries
from audit.services import publishing
from kernel.actors import Actor


class Command(BaseCommand):
    help = "Send the newest seal's statement every way that is set, as happens each day by itself."

    def handle(self, *args: Any, **options: Any) -> None:
        actor = Actor.system("publish")
        ways = settings.SEAL_ROOTS, settings.SEAL_SYSLOG, settings.SEAL_OFFICERS
        seal = queries.newest_seal(actor)
        if not any(ways):
            raise CommandError("Set SEAL_ROOTS, SEAL_SYSLOG or SEAL_OFFICERS first.")
        if seal is None:
            raise CommandError("There is no seal yet: the worker of the queue audit makes one.")
        publishing.publish_root(actor=actor)
        self.stdout.write(f"Seal {seal.number} is on its way. What fails is tried again.")
