"""Opening a sealed file: the one door's rule, then chunks as they are asked for."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from typing import Any, NoReturn
from uuid import UUID

from audit import services as audit
from audit.models import AccessKind
from kernel.actors import Actor
from vault import opening, queries
from vault.errors import VaultError
from vault.files.errors import FileExtended, FileSwapped, FileTruncated
from vault.files.manifest import Manifest, file_key
from vault.files.stores import store
from vault.files.stream import CHUNK, FRAME, HEADER, Decryptor, sealed_size
from vault.models import DataKey
from vault.opening import Why
from vault.sealed import DAMAGED, DESTROYED, Sealed, Withheld


class FileReader:
    """An opened file. Gives authenticated bytes only; prints as [sealed]."""

    def __init__(self, actor: Actor, sealed: Sealed, manifest: Manifest, key: bytes) -> None:
        self._actor, self._sealed, self._manifest = actor, sealed, manifest
        self._decryptor = Decryptor(key, manifest.nonce, manifest.size)

    def __str__(self) -> str:
        return "[sealed]"

    __repr__ = __str__

    def __reduce__(self) -> NoReturn:
        raise TypeError("an opened file does not leave the process")

    @property
    def name(self) -> str:
        return self._manifest.name

    @property
    def content_type(self) -> str:
        return self._manifest.content_type

    @property
    def size(self) -> int:
        return self._manifest.size

    @property
    def etag(self) -> str:
        """Tells two files apart, and nothing about either."""
        return hashlib.sha256(b"isp-file-etag" + self._manifest.file_id.bytes).hexdigest()[:32]

    def chunks(self, start: int = 0, stop: int | None = None) -> Iterator[bytes]:
        """The bytes from start to stop, reading and opening only the chunks that hold them.

        Raises a VaultError at the first chunk that is not what the portal stored, after recording
        an incident: what came before is genuine, and whoever passes it on must say that it is not
        all. Raises StoreUnavailable where the store fails.
        """
        stop = self.size if stop is None else min(stop, self.size)
        try:
            yield from self._slice(start, stop)
        except VaultError as error:
            report(self._actor, self._sealed, error)
            raise

    def check(self) -> None:
        """Whether the store holds this file, and as long as it should be; raises a VaultError."""
        found = store().beginning(self._manifest.object, HEADER)
        if found.first != self._manifest.nonce:
            raise FileSwapped
        expected = sealed_size(self.size)
        if found.size != expected:
            raise FileTruncated if found.size < expected else FileExtended

    def _slice(self, start: int, stop: int) -> Iterator[bytes]:
        if start >= stop and self.size:
            return
        first, last = start // CHUNK, max(stop - 1, 0) // CHUNK
        number = first
        for frame in self._frames(first, last):
            chunk, offset = self._decryptor.open(number, frame), number * CHUNK
            yield chunk[max(start - offset, 0) : stop - offset]
            number += 1
        if number <= last:
            raise FileTruncated

    def _frames(self, first: int, last: int) -> Iterator[bytes]:
        """Sealed chunks, however the store cuts what it sends."""
        begin = HEADER + first * FRAME
        end = min(HEADER + (last + 1) * FRAME, sealed_size(self.size))
        held = bytearray()
        for piece in store().read(self._manifest.object, begin, end - begin):
            held += piece
            while len(held) >= FRAME:
                yield bytes(held[:FRAME])
                del held[:FRAME]
        if held:
            yield bytes(held)


def open_file(
    actor: Actor,
    why: Why,
    sealed: Sealed,
    *,
    kind: AccessKind = AccessKind.OPENED,
    seen_by: Actor | None = None,
    receipt: Callable[[frozenset[UUID]], None] | None = None,
) -> FileReader | Withheld:
    """Open a file for somebody who needs to know; a Withheld instead where `vault.open` gives one.

    The access event and the receipt are committed before a byte is read. Raises StoreUnavailable.
    """
    found = opening.open(actor, why, sealed, kind=kind, seen_by=seen_by, receipt=receipt)[sealed]
    if isinstance(found, Withheld):
        return found
    data_key = queries.living_key(sealed.data_key_id)
    if data_key is None:
        return DESTROYED
    try:
        reader = _reader(actor, sealed, found, data_key)
        reader.check()
    except VaultError as error:
        report(actor, sealed, error)
        return DAMAGED
    return reader


def file_facts(opened: object) -> Manifest | Withheld:
    """Name, type and size of what `vault.open` gave for a sealed file: enough for a list."""
    return Manifest.from_json(opened) if isinstance(opened, dict) else _marker(opened)


def _marker(opened: object) -> Withheld:
    if not isinstance(opened, Withheld):
        raise TypeError("vault.open did not give this for a sealed file")
    return opened


def _reader(actor: Actor, sealed: Sealed, found: Any, data_key: DataKey) -> FileReader:
    manifest = Manifest.from_json(found)
    key = file_key(data_key, sealed.seal_id, sealed.row_id, manifest.file_id)
    return FileReader(actor, sealed, manifest, key)


def report(actor: Actor, sealed: Sealed, error: VaultError) -> None:
    """Record the incident: a file in the store is not what the portal put there."""
    audit.record_incident(actor=actor, code=error.code, seal_id=sealed.seal_id, row=sealed.row_id)
