"""Passwords and keys of the embedded parts: made once, one file each, for this system user alone."""

from __future__ import annotations

import secrets
from pathlib import Path

from launcher.place import write_whole


class SecretFiles:
    """Reads a secret, making it first if this machine has none of that name."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def get(self, name: str) -> str:
        path = self.folder / name
        if not path.exists():
            # On disk before anything is locked with it, so that a power cut cannot lock us out.
            write_whole(path, secrets.token_urlsafe(48))
        path.chmod(0o600)
        return path.read_text().strip()
