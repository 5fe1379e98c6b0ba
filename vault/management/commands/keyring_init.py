"""Make the keys that a new installation needs, and activate its first key-encryption key."""

from typing import Any

from django.core.management.base import BaseCommand

from kernel.actors import Actor
from kernel.keys import Purpose, ring
from vault import rotation


class Command(BaseCommand):
    help = "Create missing keys on this host's ring. Safe to run again. Needs the owner role."

    def handle(self, *args: Any, **options: Any) -> None:
        for purpose in Purpose:
            if purpose is not Purpose.KEK and not ring().ids_on_disk(purpose):
                ring().create(purpose)
        rotation.found(actor=Actor.system("custodian"))
        self.stdout.write("The key ring is complete.")
