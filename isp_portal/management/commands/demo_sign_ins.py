"""Prints with what to sign in to the demonstration."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from isp_portal.demo.sources import PASSWORD, people


class Command(BaseCommand):
    help = "Print the addresses, roles and agencies of the demonstration's people."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("This works only in a demonstration")
        widest = max(len(person.email) for person in people())
        for person in people():
            roles = ", ".join(role.label for role in person.roles)
            self.stdout.write(f"{person.email:{widest}}  {person.agency}: {roles}")
        self.stdout.write(f"Password of all of them: {PASSWORD}")
