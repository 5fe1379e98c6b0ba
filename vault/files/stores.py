"""Where sealed objects lie: a folder, or an S3-compatible bucket, by setting. One small interface.

A store sees ciphertext and random names only. All of its errors are StoreUnavailable, but for what
is missing or too short, which is damage.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple, Protocol

from django.conf import settings
from django.utils.module_loading import import_string

_NAME = re.compile(r"[0-9a-f]{32}")


class Beginning(NamedTuple):
    """The first bytes of an object, and how long the whole is."""

    first: bytes
    size: int


class Writing(Protocol):
    """An object on its way into the store; nobody finds it there until it is published."""

    def write(self, sealed: bytes) -> None: ...

    def publish(self) -> None:
        """Make it whole and durable under its name."""

    def discard(self) -> None:
        """Give it up."""


class Store(Protocol):
    """What a store can do."""

    def create(self, name: str) -> Writing: ...

    def beginning(self, name: str, length: int) -> Beginning:
        """The first bytes and the size; raises FileMissing, or FileTruncated if it is shorter."""

    def read(self, name: str, start: int, length: int) -> Iterator[bytes]:
        """So many bytes from there on, in pieces; fewer where the object ends before."""

    def delete(self, name: str) -> None:
        """Remove it, published or not. What is not there is no error."""


def new_name() -> str:
    """A name that tells nothing."""
    return secrets.token_hex(16)


def checked(name: str) -> str:
    """The name, if it is one of ours: it may come from a row, and must lead nowhere else."""
    if not _NAME.fullmatch(name):
        raise ValueError("no object has such a name")
    return name


def store() -> Store:
    """The store that the settings name."""
    if settings.FILE_BUCKET:
        return _made(
            "vault.files.s3.BucketStore",
            settings.FILE_BUCKET,
            settings.FILE_BUCKET_URL,
            settings.FILE_BUCKET_REGION,
            settings.FILE_BUCKET_KEY_ID,
            settings.FILE_BUCKET_SECRET,
        )
    return _made("vault.files.disk.FolderStore", str(settings.FILE_STORE))


@cache
def _made(path: str, *options: str) -> Store:
    """One store for the whole process; a bucket's library is loaded only where there is one."""
    made: Any = import_string(path)(*options)
    return made  # type: ignore[no-any-return]
