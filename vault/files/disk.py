"""Sealed objects in a folder of this machine, or of a disk that the hosts share."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from vault.files.errors import FileMissing, FileTruncated, StoreUnavailable
from vault.files.stores import Beginning, checked

_PIECE = 64 * 1024


class FolderStore:
    """One file an object, readable by this system user alone, in 256 folders."""

    def __init__(self, root: str) -> None:
        self.root = Path(root)

    def create(self, name: str) -> PartFile:
        return PartFile(self._path(name))

    def beginning(self, name: str, length: int) -> Beginning:
        with _as_store_errors(), self._path(name).open("rb") as file:
            first, size = file.read(length), os.fstat(file.fileno()).st_size
        if len(first) < length:
            raise FileTruncated
        return Beginning(first, size)

    def read(self, name: str, start: int, length: int) -> Iterator[bytes]:
        with _as_store_errors(), self._path(name).open("rb") as file:
            file.seek(start)
            while length and (piece := file.read(min(_PIECE, length))):
                length -= len(piece)
                yield piece

    def delete(self, name: str) -> None:
        path = self._path(name)
        with _as_store_errors():
            for one in (_part(path), path):
                one.unlink(missing_ok=True)
            if path.parent.exists():
                _sync_folder(path.parent)

    def _path(self, name: str) -> Path:
        return self.root / checked(name)[:2] / name


class PartFile:
    """Written aside, and renamed when it is whole and on the disk."""

    def __init__(self, final: Path) -> None:
        self._final = final
        with _as_store_errors():
            _make_folders(final.parent)
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
            self._file = os.fdopen(os.open(_part(final), flags, 0o600), "wb", buffering=0)

    def write(self, sealed: bytes) -> None:
        left = memoryview(sealed)
        with _as_store_errors():
            while left:
                left = left[self._file.write(left) or 0 :]

    def publish(self) -> None:
        with _as_store_errors():
            os.fsync(self._file.fileno())
            self._file.close()
            _part(self._final).rename(self._final)
            _sync_folder(self._final.parent)

    def discard(self) -> None:
        with _as_store_errors():
            self._file.close()
            _part(self._final).unlink(missing_ok=True)


def _part(path: Path) -> Path:
    return path.with_name(f"{path.name}.part")


def _make_folders(folder: Path) -> None:
    if folder.is_dir():
        return
    for one in (folder.parent, folder):
        one.mkdir(mode=0o700, parents=True, exist_ok=True)
    _sync_folder(folder.parent)


def _sync_folder(folder: Path) -> None:
    """Make names created, renamed or removed in this folder survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _as_store_errors() -> Iterator[None]:
    """No message of the system's reaches a log: it would name nothing but random names anyway."""
    try:
        yield
    except FileNotFoundError:
        raise FileMissing from None
    except OSError as error:
        raise StoreUnavailable(type(error).__name__) from None
