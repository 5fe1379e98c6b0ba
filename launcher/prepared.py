"""Remembers for which code, data and keys the database was last prepared, so that an unchanged
portal starts at once."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

from launcher.place import PROJECT, Place, write_whole

# What migrations, demonstration and static files are made from, and where none of it lies.
SUFFIXES = {".py", ".csv", ".json", ".toml", ".lock", ".css", ".js", ".svg", ".png", ".ico"}
NOT_RUN = {"tests", "benchmarks", "docs", "assets", "staticfiles", "node_modules"}


class Prepared:
    """The note in one place. It is gone while the database is being prepared."""

    def __init__(self, place: Place, project: Path = PROJECT) -> None:
        self.place = place
        self.project = project
        self.note = place.root / "prepared"

    def is_current(self) -> bool:
        try:
            return self.note.read_text() == self._digest()
        except OSError:
            return False

    def forget(self) -> None:
        self.note.unlink(missing_ok=True)

    def remember(self) -> None:
        os.sync()  # static files first: after a power cut the note must not outlive them
        write_whole(self.note, self._digest())

    def _digest(self) -> str:
        digest = hashlib.sha256()
        for path in sorted(self._sources()):
            digest.update(f"{path}\0".encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
        # Another data folder, or another ring, is prepared anew whatever the code.
        digest.update(str((self.place.postgres / "data").stat().st_ino).encode())
        for folder in (self.place.keys, self.place.sealing, self.place.static):
            names = sorted(path.name for path in folder.iterdir())
            digest.update("\0".join(names).encode())
        return digest.hexdigest()

    def _sources(self) -> Iterator[Path]:
        for top in self.project.iterdir():
            if top.is_file() and top.suffix in SUFFIXES:
                yield top
            elif top.is_dir() and not top.name.startswith(".") and top.name not in NOT_RUN:
                yield from (path for path in top.rglob("*") if path.suffix in SUFFIXES)
