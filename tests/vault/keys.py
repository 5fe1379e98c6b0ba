"""A key ring of one test's own, and the custodian who works on it in the owner's role."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.utils import timezone

from kernel.actors import Actor
from kernel.keys import KeyRing, Purpose, ring
from tests import database
from vault import hosts, rewrapping, rotation
from vault.models import KeyEncryptionKey
from vault.states import KeyStatus

CUSTODIAN = Actor.system("custodian")


@dataclass(frozen=True)
class Custodian:
    """Takes each step as the command does, on a connection with the owner's rights."""

    first: str

    def publish(self) -> str:
        with database.acting_as("owner"):
            return rotation.publish(actor=CUSTODIAN).pk

    def activate(self, key_id: str, **options: Any) -> None:
        with database.acting_as("owner"):
            rotation.activate(actor=CUSTODIAN, key_id=key_id, **options)

    def withdraw(self, key_id: str) -> None:
        with database.acting_as("owner"):
            rotation.withdraw(actor=CUSTODIAN, key_id=key_id)

    def destroy(self, key_id: str, **options: Any) -> None:
        with database.acting_as("owner"):
            rotation.destroy(actor=CUSTODIAN, key_id=key_id, **options)

    def purge(self) -> list[str]:
        return rotation.purge(actor=CUSTODIAN)

    def rewrap(self, batch: int = rewrapping.BATCH) -> list[rewrapping.Batch]:
        with database.acting_as("owner"):
            return list(rewrapping.rewrap(actor=CUSTODIAN, batch=batch))

    def rotate(self) -> str:
        """Publish and activate the next key."""
        key_id = self.publish()
        self.activate(key_id)
        return key_id

    def let_window_pass(self) -> None:
        """As if every retired key had been retired before the oldest backup was made."""
        with database.acting_as("owner"):
            long_ago = timezone.now() - timedelta(days=365)
            retired = KeyEncryptionKey.objects.filter(status=KeyStatus.RETIRED)
            retired.update(retired_at=long_ago)

    def key_in(self, status: KeyStatus) -> str:
        """A key that came to a status by the steps that lead there."""
        if status is KeyStatus.ACTIVE:
            return self.first
        if status is KeyStatus.PUBLISHED:
            return self.publish()
        self.rotate()
        if status is KeyStatus.DESTROYED:
            self.let_window_pass()
            self.destroy(self.first)
        return self.first

    def says(self, *words: str) -> str:
        """What the command prints."""
        printed = StringIO()
        with database.acting_as("owner"):
            call_command("keyring", *words, stdout=printed, stderr=StringIO())
        return printed.getvalue()


@contextmanager
def own_ring(folder: Path, settings: Any) -> Iterator[Custodian]:
    """A copy of the run's ring to rotate; afterwards the database is as it was."""
    first = KeyEncryptionKey.objects.get().pk
    for key in ring().on_disk():
        # Other tests leave keys behind that no row names.
        if key.purpose is not Purpose.KEK or key.id == first:
            KeyRing(folder).add(key)
    settings.KEY_RING = folder
    with database.owner_connection() as owner, owner.cursor() as cursor:
        # A worker that another test started has told of the run's own ring, and counts as alive.
        cursor.execute("DELETE FROM vault_ringreport")
    try:
        yield Custodian(first)
    finally:
        with database.owner_connection() as owner, owner.cursor() as cursor:
            cursor.execute("TRUNCATE vault_datakey, vault_ringreport, vault_recoverycopy CASCADE")
            cursor.execute("DELETE FROM vault_keyencryptionkey WHERE id <> %s", [first])
            cursor.execute(
                "UPDATE vault_keyencryptionkey SET status = 'ACTIVE', retired_at = NULL, "
                "destroyed_at = NULL"
            )


def status_of(key_id: str) -> str:
    return KeyEncryptionKey.objects.get(pk=key_id).status


def report_as(name: str, folder: Path, settings: Any) -> None:
    """Another host, with a ring of its own, says what it holds."""
    mine, settings.KEY_RING = settings.KEY_RING, folder
    my_name, settings.HOST_NAME = settings.HOST_NAME, name
    try:
        hosts.report()
    finally:
        settings.KEY_RING, settings.HOST_NAME = mine, my_name


def files(folder: Path) -> set[str]:
    return set(KeyRing(folder).ids_on_disk(Purpose.KEK))
