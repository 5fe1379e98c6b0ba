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

    @property
    def file_name(self) -> str:
        return f"{self.purpose}-{self.id}.key"

    def to_file(self) -> bytes:
        """What its file holds."""
        return base64.urlsafe_b64encode(self.material)


class KeyRing:
    """The keys of one folder, read once and read again when an unknown id is asked for."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        # Replaced, never changed: threads read it while another one reads the folder.
        self._keys: dict[tuple[Purpose, str], Key] = {}

    def get(self, purpose: Purpose, key_id: str) -> Key:
        """The key with that id; raises UnknownKey if this host does not have it."""
        if (purpose, key_id) not in self._keys:
            self.on_disk()
        try:
            return self._keys[purpose, key_id]
        except KeyError:
            raise UnknownKey(f"{purpose}-{key_id}") from None

    def newest(self, purpose: Purpose) -> Key:
        """The key that new work uses; raises UnknownKey on an empty ring."""
        ids = [key_id for found, key_id in self._keys if found is purpose]
        ids = ids or self.ids_on_disk(purpose)
        if not ids:
            raise UnknownKey(purpose)
        return self.get(purpose, max(ids))

    def ids_on_disk(self, purpose: Purpose) -> list[str]:
        """Ids of the keys that the folder holds now."""
        return [key.id for key in self.on_disk() if key.purpose is purpose]

    def on_disk(self) -> list[Key]:
        """The keys that the folder holds now. Keys known before stay known: a volume may be away."""
        found = [key for path in self.folder.glob("*.key") if (key := _key_in(path))]
        self._keys = self._keys | {(key.purpose, key.id): key for key in found}
        return found

    def create(self, purpose: Purpose) -> Key:
        """Make a key and write its file, readable by this system user alone."""
        key = Key(purpose, new_id().hex, secrets.token_bytes(32))
        self.add(key)
        return key

    def add(self, key: Key) -> None:
        """Write a key's file, readable by this system user alone; one that is there is kept."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        final = self.folder / key.file_name
        if final.exists() and _key_in(final) == key:
            return
        # Written aside and renamed: a kill in between leaves no half key behind.
        draft = final.with_suffix(".new")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(key.to_file())
            file.flush()
            os.fsync(file.fileno())
        draft.rename(final)
        _sync_folder(self.folder)
        self._keys = self._keys | {(key.purpose, key.id): key}

    def forget(self, purpose: Purpose, key_id: str) -> None:
        """Drop a key from this process's memory; its file stays."""
        self._keys = {place: key for place, key in self._keys.items() if place != (purpose, key_id)}

    def remove(self, purpose: Purpose, key_id: str) -> None:
        """Delete a key's file for good, and forget it."""
        (self.folder / f"{purpose}-{key_id}.key").unlink(missing_ok=True)
        if self.folder.exists():
            _sync_folder(self.folder)
        self.forget(purpose, key_id)

    def readable_by_others(self) -> list[str]:
        """Names of files or the folder itself that somebody else on the host could read."""
        exposed = stat.S_IRWXG | stat.S_IRWXO
        paths = [self.folder, *self.folder.glob("*.key")] if self.folder.exists() else []
        return [path.name for path in paths if path.stat().st_mode & exposed]


def key_from_file(name: str, content: bytes) -> Key | None:
    """The key in a file of a ring; None where it is no whole key of a known purpose."""
    purpose, _, key_id = name.removesuffix(".key").partition("-")
    material = _decoded(content)
    is_key = name.endswith(".key") and key_id.isalnum() and len(material) == 32
    return Key(Purpose(purpose), key_id, material) if is_key and purpose in set(Purpose) else None


def _key_in(path: Path) -> Key | None:
    try:
        return key_from_file(path.name, path.read_bytes())
    except FileNotFoundError:  # removed since the folder was listed
        return None


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
def _ring_at(folder: Path | str) -> KeyRing:
    return KeyRing(Path(folder))


def ring() -> KeyRing:
    """This host's key ring."""
    return _ring_at(settings.KEY_RING)
