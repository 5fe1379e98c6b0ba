"""Loads the demonstration partnership; a second run adds only what is missing."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from isp_portal.demo import loading
from kernel.decisions import Denied


class Command(BaseCommand):
    help = "Load the demonstration partnership. Refused where people are real."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            loading.load()
        except Denied as refusal:
            raise CommandError(refusal.decision.reason) from None
        self.stdout.write("The demonstration partnership is ready.")
