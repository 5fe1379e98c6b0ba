"""The custodian's command: every step in the life of a key-encryption key, and recovery copies."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, OperationalError, ProgrammingError, connection
from django.utils import timezone
from psycopg2.errors import UndefinedTable

from kernel.actors import Actor
from kernel.decisions import Denied
from kernel.keys import ring
from vault import hosts, key_status, recovery, rewrapping, rotation
from vault.errors import HostLacksKey
from vault.models import KeyEncryptionKey, RecoveryCopy
from vault.recovery import RecoveryFailed
from vault.states import KeyStatus

CUSTODIAN = Actor.system("custodian")
# These change what the application's role may only read.
NEEDS_OWNER = {
    "publish", "activate", "withdraw", "rewrap", "destroy", "forget-host",
    "recovery-setup", "recovery-copy",
}  # fmt: skip


_REFUSALS = (
    Denied, RecoveryFailed, HostLacksKey, FileNotFoundError, FileExistsError, PermissionError,
    OperationalError, ProgrammingError,
)  # fmt: skip


class Command(BaseCommand):
    """manage.py keyring status|publish|activate|withdraw|rewrap|destroy|purge|forget-host|recovery-…"""

    help = "Look after the key ring. Run as the owner: PORTAL_DB_ROLE=owner manage.py keyring …"
    # A ring is restored before anything else stands.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        steps = parser.add_subparsers(dest="step", required=True)
        steps.add_parser("status", help="keys, hosts, recovery copy, and what to do next")
        steps.add_parser("publish", help="make the next key, for every host to get")
        activate = steps.add_parser("activate", help="use the published key; retire the old one")
        activate.add_argument("--despite", action="append", default=[], metavar="HOST")
        steps.add_parser("withdraw", help="give the published key up")
        rewrap = steps.add_parser("rewrap", help="wrap every data key again under the active key")
        rewrap.add_argument("--batch", type=int, default=rewrapping.BATCH)
        destroy = steps.add_parser("destroy", help="end a retired key that nothing needs")
        destroy.add_argument("key")
        destroy.add_argument("--leave-damaged", type=int, default=0, metavar="NUMBER")
        steps.add_parser("purge", help="remove the files of destroyed keys from this host")
        forget = steps.add_parser("forget-host", help="a host is gone for good, and its ring")
        forget.add_argument("host")
        setup = steps.add_parser("recovery-setup", help="share a recovery key out, on paper")
        setup.add_argument("--shares", type=int, default=5)
        setup.add_argument("--needed", type=int, default=3)
        setup.add_argument("--replace", action="store_true")
        steps.add_parser("recovery-copy", help="copy the ring for the custodians").add_argument(
            "file", type=Path
        )
        restore = steps.add_parser("recovery-restore", help="restore a ring from a copy")
        restore.add_argument("file", type=Path)
        restore.add_argument("--into", type=Path, default=None, metavar="FOLDER")

    def handle(self, *args: Any, step: str, **options: Any) -> None:
        try:
            if step in NEEDS_OWNER:
                _require_owner()
            getattr(self, f"_{step.replace('-', '_')}")(options)
        except _REFUSALS as error:
            if what_to_do := _what_to_do(error):
                raise CommandError(what_to_do) from None
            raise

    def _status(self, options: dict[str, Any]) -> None:
        found = key_status.lines()
        for line in found:
            since = f"{timezone.localtime(line.since):%d %B %Y %H:%M}"
            holders = ", ".join(line.holders) or "no host"
            label = KeyStatus(line.key.status).label
            self._say(f"{line.key.pk}  {label:9}  since {since}  {line.data_keys:,} data keys")
            self._say(f"    fingerprint {line.key.fingerprint}, on the rings of {holders}")
        self._say(f"Hosts at work: {', '.join(one.host for one in hosts.live()) or 'none'}")
        last = RecoveryCopy.objects.order_by("created_at", "pk").last()
        made = f"{timezone.localtime(last.created_at):%d %B %Y %H:%M}" if last else "never made"
        self._say(f"Recovery copy: {made}")
        for one in key_status.copies_to_delete():
            made = f"{timezone.localtime(one.created_at):%d %B %Y %H:%M}"
            self._say(f"    Delete the copy of {made} wherever it lies: it holds destroyed keys")
        for step in key_status.next_steps(found):
            self._say(f"Next: {step}")

    def _publish(self, options: dict[str, Any]) -> None:
        key = rotation.publish(actor=CUSTODIAN)
        self._say(f"Published {key.pk}, fingerprint {key.fingerprint}.")
        self._say(f"Its file is {ring().folder / f'kek-{key.pk}.key'}.")
        self._say(
            "Hosts with a ring of their own need a copy. Make a recovery copy; then activate."
        )

    def _activate(self, options: dict[str, Any]) -> None:
        key = _published()
        rotation.activate(actor=CUSTODIAN, key_id=key.pk, despite=options["despite"])
        self._say(f"{key.pk} wraps every new data key from now on.")
        if warning := key_status.copy_warning():
            self._say(f"Warning: {warning}")
        self._say(f"{rewrapping.waiting():,} data keys are under older keys: run rewrap.")

    def _withdraw(self, options: dict[str, Any]) -> None:
        key = rotation.withdraw(actor=CUSTODIAN, key_id=_published().pk)
        self._say(f"Withdrew {key.pk}. Run purge on each host that has its file.")

    def _rewrap(self, options: dict[str, Any]) -> None:
        total, moved, damaged = rewrapping.waiting(), 0, 0
        for batch in rewrapping.rewrap(actor=CUSTODIAN, batch=options["batch"]):
            moved += batch.moved
            damaged += len(batch.damaged)
            self._say(f"{moved:,} of {total:,} data keys wrapped again")
        if damaged:
            self._say(f"{damaged:,} are damaged and stay as they are; the audit names them.")
        self._say(f"{rewrapping.waiting():,} data keys are left under older keys.")

    def _destroy(self, options: dict[str, Any]) -> None:
        key_id, left = options["key"], options["leave_damaged"]
        if not KeyEncryptionKey.objects.filter(pk=key_id).exists():
            raise CommandError(f"There is no key {key_id}. `keyring status` lists them")
        rotation.destroy(actor=CUSTODIAN, key_id=key_id, leave_damaged=left)
        self._say(f"Destroyed {key_id}.")
        self._purge(options)
        self._say("Run purge on each other host, and delete older recovery copies: see status.")

    def _purge(self, options: dict[str, Any]) -> None:
        gone = rotation.purge(actor=CUSTODIAN)
        self._say(f"Removed from {ring().folder}: {', '.join(gone) or 'nothing'}")

    def _forget_host(self, options: dict[str, Any]) -> None:
        if not hosts.forget(actor=CUSTODIAN, host=options["host"]):
            raise CommandError(f"No host {options['host']} was heard of. `status` names them")
        self._say(f"Forgot {options['host']}. Make sure that its ring is gone with it.")

    def _recovery_setup(self, options: dict[str, Any]) -> None:
        shares, needed, replace = options["shares"], options["needed"], options["replace"]
        if (ring().folder / recovery.RECIPIENT_FILE).exists() and not replace:
            raise CommandError(
                "Custodians hold sheets already. To share out a new recovery key, say --replace"
            )
        sheets = recovery.share_out(shares=shares, needed=needed)
        for number, words in enumerate(sheets.words, 1):
            self._say(_sheet(number, shares, needed, words))
        recovery.adopt(actor=CUSTODIAN, recipient=sheets.recipient, replace=replace)
        self._say(f"Copies will be made for {sheets.recipient}. Run recovery-copy now.")

    def _recovery_copy(self, options: dict[str, Any]) -> None:
        copy = recovery.copy_ring(actor=CUSTODIAN, file=options["file"])
        self._say(f"Wrote {len(copy.fingerprints)} keys to {options['file']}.")
        self._say("Keep it apart from every backup of the database.")

    def _recovery_restore(self, options: dict[str, Any]) -> None:
        content = options["file"].read_bytes()
        keys = recovery.open_copy(content, self._ask_for_sheets())
        folder = options["into"] or settings.KEY_RING
        new = recovery.restore(keys=keys, folder=folder)
        self._say(f"Restored {len(new)} keys into {folder}; {len(keys) - len(new)} were there.")
        try:
            recovery.record_restoring(actor=CUSTODIAN, keys=new)
        except (DatabaseError, KeyEncryptionKey.DoesNotExist):
            self._say("The database could not be told: note in your own log who restored it.")
        self._say("Once the database is up, run purge: the copy may hold keys destroyed since.")

    def _ask_for_sheets(self) -> list[Any]:
        """Read sheets, one a line, until there are enough: never from arguments, which are listed."""
        sheets: dict[int, Any] = {}
        while not sheets or len(sheets) < next(iter(sheets.values())).member_threshold:
            self.stderr.write(f"Words of a sheet, in one line ({len(sheets)} read so far):")
            line = sys.stdin.readline()
            if not line:
                raise RecoveryFailed(f"Only {len(sheets)} sheets were typed. Nothing was restored")
            try:
                sheet = recovery.read_sheet(line)
            except RecoveryFailed as wrong:
                self.stderr.write(str(wrong))
                continue
            sheets[sheet.index] = sheet
        return list(sheets.values())

    def _say(self, text: str) -> None:
        self.stdout.write(text)


def _require_owner() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT has_table_privilege('vault_keyencryptionkey', 'UPDATE')")
        if not cursor.fetchone()[0]:
            raise CommandError("This needs the owner's role: set PORTAL_DB_ROLE=owner")


def _published() -> KeyEncryptionKey:
    key = KeyEncryptionKey.objects.filter(status=KeyStatus.PUBLISHED).first()
    if key is None:
        raise CommandError("No key is published. Run publish first")
    return key


def _sheet(number: int, shares: int, needed: int, words: str) -> str:
    """One custodian's sheet: to be copied onto paper, by that custodian alone."""
    numbered = [f"{place:2}. {word}" for place, word in enumerate(words.split(), 1)]
    rows = [
        "   ".join(f"{one:14}" for one in numbered[i : i + 4]) for i in range(0, len(numbered), 4)
    ]
    return "\n".join(
        [
            f"--- Sheet {number} of {shares}. Any {needed} restore the key ring. ---",
            *rows,
            "",
            "",
        ]
    )


def _what_to_do(error: Exception) -> str:
    """A refusal in words for a custodian; empty for what nobody expected."""
    match error:
        case Denied():
            return error.decision.reason
        case RecoveryFailed():
            return str(error)
        case HostLacksKey():
            return (
                f"The ring on this host ({ring().folder}) lacks a key that this needs. Run the "
                "command on a host that `keyring status` names, or put the key's file here"
            )
        case OSError():
            return f"{error.filename}: {error.strerror}"
        case OperationalError() if "lock timeout" in str(error):
            return "Somebody is in the middle of writing, or another custodian at work. Try again"
        case OperationalError():
            return "The database cannot be reached"
        case ProgrammingError() if isinstance(error.__cause__, UndefinedTable):
            return "This database has no tables yet: run migrate first"
    return ""
