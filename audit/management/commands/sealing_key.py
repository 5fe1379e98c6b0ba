"""Make the key that seals the audit, or the one that follows it. Runs where the sealer's folder is."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from audit import keys


class Command(BaseCommand):
    help = (
        "Make the sealing key if this host has none, and put its public half into the key ring. "
        "Needs no database. With --change, make the key that takes over at the next seal."
    )
    requires_system_checks = []  # it makes what a check asks for

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--change", action="store_true", help="make the key that takes over")

    def handle(self, *args: Any, **options: Any) -> None:
        current = keys.load() or self._make(keys.CURRENT)
        keys.publish(current)
        self.stdout.write(f"Seals are signed with key {current.id}.")
        if options["change"]:
            following = keys.load(keys.NEXT) or self._make(keys.NEXT)
            self.stdout.write(
                f"Key {following.id} takes over: the next seals announce it, then it signs.\n"
                "Give its fingerprint to whoever keeps the roots."
            )

    def _make(self, name: str) -> keys.SealingKey:
        key = keys.SealingKey.make()
        keys.store(key, name)
        return key
