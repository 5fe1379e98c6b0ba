"""Sign a row as it stands, after somebody put it right again."""

from typing import Any
from uuid import UUID

from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from audit.services.vouching import vouch
from kernel.actors import Actor
from kernel.attestation import Versioned


class Command(BaseCommand):
    help = (
        "Sign one row that somebody changed past the portal. Put its columns right by SQL first; "
        "without --yes this only shows what would be signed. Needs the owner's role and the key ring."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("table", help="as check_records names it, for example accounts.User")
        parser.add_argument("row", type=UUID)
        parser.add_argument("--yes", action="store_true", help="sign it")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.DB_ROLE != "owner":
            raise CommandError("Run this as the owner: PORTAL_DB_ROLE=owner")
        row = _row(options["table"], options["row"])
        for name in row.attested:
            if name not in row.Privacy.secret:
                self.stdout.write(f"{name} = {getattr(row, name)}")
        if row.is_genuine():
            raise CommandError("This row is genuine: there is nothing to sign.")
        if not options["yes"]:
            self.stdout.write("Nothing was signed. If this is right, say so with --yes.")
            return
        vouch(actor=Actor.system("operator"), row=row)
        self.stdout.write(f"Signed as version {row.version}.")


def _row(table: str, pk: UUID) -> Any:
    try:
        model = apps.get_model(table)
    except (LookupError, ValueError):
        raise CommandError(f"There is no table called {table}") from None
    if not issubclass(model, Versioned):
        raise CommandError(f"{table} holds nothing that is signed again")
    found = model._meta.base_manager.filter(pk=pk).first()
    if found is None:
        raise CommandError("There is no such row")
    return found
