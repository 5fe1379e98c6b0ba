"""The key ring: one file per key, on a volume outside the database and its backups.

A file is named PURPOSE-ID.key and holds 32 bytes in URL-safe base64. Which key-encryption key is
active is a row in the vault; for the other purposes the newest id is used and older ones verify.
"""

from __future__ import annotations

import base64
import hashlib
import os
import secrets
import stat
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from django.conf import settings

from kernel.ids import new_id


class Purpose(StrEnum):
    """What a key is for. No key serves two purposes."""

    KEK = "kek"  # wraps the vault's data keys
    ATTEST = "attest"  # signs rows that confer power
    PEPPER = "pepper"  # password hashes and recovery codes
    SEED = "seed"  # seals one-time-code seeds
    TOKEN = "token"  # blind tokens that tie records together


class UnknownKey(Exception):
    """No key of that purpose and id on this host's ring."""


@dataclass(frozen=True, slots=True)
class Key:
    """One key. Its text form shows the id only."""

    purpose: Purpose
    id: str
    material: bytes

    def __repr__(self) -> str:
        return f"<Key {self.purpose}-{self.id}>"

    __str__ = __repr__

    @property
    def fingerprint(self) -> str:
        """Tells whether two hosts hold the same key, without telling the key."""
        return hashlib.sha256(b"isp-portal fingerprint\0" + self.material).hexdigest()[:32]


class KeyRing:
    """The keys of one folder, read once and read again when an unknown id is asked for."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._keys: dict[tuple[Purpose, str], Key] = {}

    def get(self, purpose: Purpose, key_id: str) -> Key:
        """The key with that id; raises UnknownKey if this host does not have it."""
        if (purpose, key_id) not in self._keys:
            self._read()
        try:
            return self._keys[purpose, key_id]
        except KeyError:
            raise UnknownKey(f"{purpose}-{key_id}") from None

    def newest(self, purpose: Purpose) -> Key:
        """The key that new work uses; raises UnknownKey on an empty ring."""
        ids = self._ids(purpose) or self.ids_on_disk(purpose)
        if not ids:
            raise UnknownKey(purpose)
        return self.get(purpose, max(ids))

    def ids_on_disk(self, purpose: Purpose) -> list[str]:
        """Ids of the keys that the folder holds now."""
        self._read()
        return self._ids(purpose)

    def _ids(self, purpose: Purpose) -> list[str]:
        return [key_id for found, key_id in self._keys if found is purpose]

    def create(self, purpose: Purpose) -> Key:
        """Make a key and write its file, readable by this system user alone."""
        key = Key(purpose, new_id().hex, secrets.token_bytes(32))
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        final = self.folder / f"{purpose}-{key.id}.key"
        # Written aside and renamed: a kill in between leaves no half key behind.
        draft = final.with_suffix(".new")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(base64.urlsafe_b64encode(key.material))
            file.flush()
            os.fsync(file.fileno())
        draft.rename(final)
        _sync_folder(self.folder)
        self._keys[purpose, key.id] = key
        return key

    def readable_by_others(self) -> list[str]:
        """Names of files or the folder itself that somebody else on the host could read."""
        exposed = stat.S_IRWXG | stat.S_IRWXO
        paths = [self.folder, *self.folder.glob("*.key")] if self.folder.exists() else []
        return [path.name for path in paths if path.stat().st_mode & exposed]

    def _read(self) -> None:
        for path in self.folder.glob("*.key"):
            purpose, _, key_id = path.stem.partition("-")
            material = _decoded(path.read_bytes())
            if purpose in set(Purpose) and len(material) == 32:
                self._keys[Purpose(purpose), key_id] = Key(Purpose(purpose), key_id, material)


def _decoded(content: bytes) -> bytes:
    """A file's key; nothing where a copy was cut short."""
    try:
        return base64.b64decode(content.strip(), altchars=b"-_", validate=True)
    except ValueError:
        return b""


def _sync_folder(folder: Path) -> None:
    """Make the new name survive a power cut: rows that need the key are committed after it."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@cache
def _ring_at(folder: Path) -> KeyRing:
    return KeyRing(folder)


def ring() -> KeyRing:
    """This host's key ring."""
    return _ring_at(Path(settings.KEY_RING))
