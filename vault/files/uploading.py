"""Sealing a file into the store while it arrives, and letting a record keep it.

A file's key is bound to its final place before the first byte comes: the safe and tier, the field,
and the key of the row that will hold it, which the program makes beforehand. So that a kill at any
moment strands nothing, each step is a committed row:

    begin   the data key and a StoredFile (uploading), committed before the stream begins
    finish  the object is whole and durable in the store (stored)
    keep    in the transaction that writes the record (kept): from here nothing takes it away

What was begun and not kept when its lease ends is given up and removed by the sweeper. A file goes
to another safe by being sealed again into a new upload, from `open_file`'s chunks.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import NamedTuple, NoReturn
from uuid import UUID

from django.db import connection, models, transaction
from django.utils import timezone

from kernel.actors import Actor
from kernel.ids import new_id
from kernel.tiers import Tier
from vault.files.errors import FileMissing, StoreUnavailable, UploadLost
from vault.files.fields import SealedFile
from vault.files.manifest import Manifest, file_key
from vault.files.stores import new_name, store
from vault.files.stream import Encryptor
from vault.models import DataKey, Safe, StoredFile
from vault.sealing import Sealer
from vault.states import FILE_WORKFLOW, FileStatus

LEASE = timedelta(minutes=15)
_RENEW_SECONDS = 60.0
# What a checker needs to tell a file's true type
HEAD_BYTES = 4096


class Destination(NamedTuple):
    """Where a file is to be kept: the safe, the tier and the sealed field of the record to come."""

    safe: Safe
    tier: Tier
    model: type[models.Model]
    field_name: str

    @property
    def field(self) -> SealedFile:
        field = self.model._meta.get_field(self.field_name)
        if not isinstance(field, SealedFile):
            raise TypeError(f"{self.field_name} is not a sealed file")
        return field


class Upload:
    """One file on its way into a safe. Prints as [sealed]; its name is a person's words."""

    def __init__(
        self,
        row: StoredFile,
        into: Destination,
        sealing: Encryptor,
        *,
        name: str,
        content_type: str,
    ) -> None:
        self.into, self.row_id = into, row.row_id
        self.name, self.content_type = name, content_type
        self.head = b""
        self._row = row
        self._sealing = sealing
        self._writing = store().create(row.object)
        self._renew_at = time.monotonic() + _RENEW_SECONDS

    def __str__(self) -> str:
        return "[sealed]"

    __repr__ = __str__

    def __reduce__(self) -> NoReturn:
        raise TypeError("an upload does not leave the process")

    @property
    def size(self) -> int:
        return self._sealing.size

    @property
    def stored_file_id(self) -> UUID:
        return self._row.pk

    @property
    def manifest(self) -> Manifest:
        return Manifest(
            file_id=self._row.pk,
            object=self._row.object,
            nonce=self._sealing.nonce,
            size=self.size,
            name=self.name,
            content_type=self.content_type,
        )

    def start(self) -> None:
        """Store what comes before the first chunk."""
        with self._or_abandon():
            self._writing.write(self._sealing.nonce)

    def write(self, plain: bytes) -> None:
        """Seal and store the next bytes; raises UploadLost or StoreUnavailable."""
        self.head += plain[: HEAD_BYTES - len(self.head)]
        with self._or_abandon():
            self._writing.write(self._sealing.update(plain))
            if time.monotonic() > self._renew_at:
                self._renew()

    def finish(self) -> None:
        """Make the object whole and durable, and say so; raises UploadLost or StoreUnavailable."""
        with self._or_abandon():
            self._writing.write(self._sealing.finish())
            self._renew()
            self._writing.publish()
            self._move("store")

    def abandon(self) -> None:
        """Give it up, unless a record keeps it. The sweeper finishes what fails here."""
        with transaction.atomic():
            row = StoredFile.objects.select_for_update().get(pk=self._row.pk)
            if row.status == FileStatus.KEPT:
                return
            if FILE_WORKFLOW.allows("abandon", row):
                FILE_WORKFLOW.apply("abandon", row)
        with suppress(StoreUnavailable, FileMissing):
            self._writing.discard()
        with suppress(StoreUnavailable):
            store().delete(row.object)

    @contextmanager
    def _or_abandon(self) -> Iterator[None]:
        """What fails here is given up at once; a part that the sweeper took away is lost."""
        try:
            yield
        except (StoreUnavailable, UploadLost):
            self.abandon()
            raise
        except FileMissing:
            self.abandon()
            raise UploadLost from None

    def _renew(self) -> None:
        """Keep the sweeper away for another while."""
        mine = StoredFile.objects.filter(pk=self._row.pk, status=FileStatus.UPLOADING)
        if not mine.update(lease_until=timezone.now() + LEASE):
            raise UploadLost
        self._renew_at = time.monotonic() + _RENEW_SECONDS

    @transaction.atomic
    def _move(self, name: str) -> None:
        """Make a move, unless the sweeper was quicker."""
        row = StoredFile.objects.select_for_update().get(pk=self._row.pk)
        if not FILE_WORKFLOW.allows(name, row):
            raise UploadLost
        FILE_WORKFLOW.apply(name, row, lease_until=timezone.now() + LEASE)


def begin_upload(*, actor: Actor, into: Destination, name: str, content_type: str) -> Upload:
    """Commit what a kill must not lose, then open the store. Raises StoreUnavailable."""
    row, key = _begin(actor, into)
    upload = Upload(row, into, Encryptor(key), name=name, content_type=content_type)
    upload.start()
    return upload


@transaction.atomic(durable=True)
def _begin(actor: Actor, into: Destination) -> tuple[StoredFile, bytes]:
    Sealer(into.safe, actor=actor).prepare(into.tier)
    data_key = DataKey.objects.select_related("kek").get(safe=into.safe, tier=into.tier)
    row = StoredFile(
        object=new_name(),
        safe=into.safe,
        tier=into.tier,
        seal_id=into.field.seal_id,
        row_id=new_id(),
        uploaded_by=actor.member.membership_id,
        lease_until=timezone.now() + LEASE,
    )
    row.save(force_insert=True)
    return row, file_key(data_key, row.seal_id, row.row_id, row.pk)


def keep_file(*, actor: Actor, upload: Upload, row: models.Model) -> None:
    """Put a finished upload into the record it was sealed for, which the caller then inserts.

    The record has the key `upload.row_id`. Raises UploadLost if the sweeper was quicker.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("a file is kept in the transaction that writes its record")
    into = upload.into
    if not isinstance(row, into.model) or row.pk != upload.row_id:
        raise ValueError("this upload was sealed for another record")
    sealer = Sealer(into.safe, actor=actor)
    upload._move("keep")  # noqa: SLF001 - the last step of the same upload
    sealer.seal(into.safe, row, into.tier, **{into.field_name: upload.manifest.as_json()})
