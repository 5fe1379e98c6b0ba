"""Where a portal keeps what it makes on this machine: one folder, .run, and a few inside it."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
RUN = PROJECT / ".run"


class Busy(Exception):
    """Another launcher works in this place now."""


def write_whole(path: Path, text: str, mode: int = 0o600) -> None:
    """Write a file so that a power cut leaves the old text or the new, never half."""
    draft = path.with_name(f"{path.name}.{os.getpid()}.new")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make names created or renamed in this folder survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@dataclass(frozen=True, slots=True)
class Place:
    """The folder of one portal: the demonstration's, or a test run's own."""

    root: Path

    @property
    def secrets(self) -> Path:
        return self.root / "secrets"

    @property
    def keys(self) -> Path:
        return self.root / "keys"

    @property
    def sealing(self) -> Path:
        return self.root / "sealing"

    @property
    def mail(self) -> Path:
        return self.root / "mail"

    @property
    def files(self) -> Path:
        return self.root / "files"

    @property
    def static(self) -> Path:
        return self.root / "static"

    @property
    def postgres(self) -> Path:
        return self.root / "postgres"

    @property
    def valkey(self) -> Path:
        return self.root / "valkey"

    @property
    def logs(self) -> Path:
        return self.root / "logs"

    @property
    def records(self) -> Path:
        return self.root / "processes"

    @property
    def ports(self) -> Path:
        return self.root / "ports.json"

    @property
    def running(self) -> Path:
        return self.root / "running.json"

    def log(self, part: str) -> Path:
        return self.logs / f"{part}.log"

    def record(self, part: str) -> Path:
        return self.records / part

    def make(self) -> None:
        """Create the folders; only the root may be crossed by another system user."""
        self.root.mkdir(parents=True, exist_ok=True)
        for folder in {RUN, self.root} & {self.root, *self.root.parents}:
            folder.chmod(0o711)  # PostgreSQL may have to run as "nobody" inside it
        private = (self.secrets, self.keys, self.sealing, self.mail, self.files)
        for folder in (*private, self.static, self.logs, self.records):
            folder.mkdir(mode=0o700, exist_ok=True)
            folder.chmod(0o700)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold this place alone. The system lets go of the lock whenever its holder dies."""
        self.make()
        with (self.root / "lock").open("a") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise Busy(str(self.root)) from None
            yield

    def is_locked(self) -> bool:
        if not self.root.exists():
            return False
        try:
            with self.locked():
                return False
        except Busy:
            return True
