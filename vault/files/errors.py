"""What can be wrong with a sealed file. Each kind of damage has its code for the audit."""

from __future__ import annotations

from vault.errors import VaultError


class FileDamaged(VaultError):
    """The object in the store is not what the portal put there."""

    code = "file_altered"


class FileMissing(FileDamaged):
    """The store has no such object."""

    code = "file_missing"


class FileTruncated(FileDamaged):
    """Something is missing at its end."""

    code = "file_truncated"


class FileExtended(FileDamaged):
    """Something was added at its end."""

    code = "file_extended"


class FileReordered(FileDamaged):
    """A chunk stands where another one of the same file belongs."""

    code = "file_reordered"


class FileSwapped(FileDamaged):
    """Another file, or an older one, lies under its name."""

    code = "file_swapped"


class StoreUnavailable(Exception):
    """The store cannot be reached or is full. Says nothing about the file: try again."""


class UploadLost(Exception):
    """An upload took so long that the sweeper has given it up: it has to be sent again."""
