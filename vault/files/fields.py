"""The model field of a sealed file. Its column holds the sealed manifest; the bytes are in the store."""

from __future__ import annotations

from vault.fields import SealedField


class SealedFile(SealedField):
    """A file about a person. Only `vault.keep_file` fills it; `vault.open_file` gives a reader.

    `vault.open` gives what a list needs (see `vault.file_facts`) and touches no store.
    """

    is_json = True
