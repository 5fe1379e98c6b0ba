"""Load the dated, sourced configuration that every installation starts with."""

from typing import Any

from django.core.management.base import BaseCommand

from kernel.actors import Actor
from retention import services as retention
from sharing import services as sharing


class Command(BaseCommand):
    help = (
        "Load purposes, lawful footings, time limits and retention classes. Needs the owner role."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        actor = Actor.system("installation")
        retention.load_schedule(actor=actor)
        sharing.load_reference(actor=actor)
        self.stdout.write("The reference data is complete.")
