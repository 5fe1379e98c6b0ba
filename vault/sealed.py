"""A sealed value: what a model gives back instead of text. Only the vault can open it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NoReturn
from uuid import UUID

FORMAT = b"\x01"
_KEY = slice(1, 17)
_NONCE = slice(17, 29)
_SHORTEST = 29 + 16  # one with nothing but its tag behind the nonce


@dataclass(frozen=True, slots=True)
class Withheld:
    """In place of text that was not given out. It tells neither category nor length."""

    code: str = "withheld"

    def __str__(self) -> str:
        return f"[{self.code}]"

    def __bool__(self) -> bool:
        return False


WITHHELD = Withheld()
# Its dossier was destroyed: nobody can read it any more.
DESTROYED = Withheld("destroyed")
# It is not what the portal wrote there; an incident was recorded.
DAMAGED = Withheld("damaged")
# This host lacks the key for it: another host may well open it. An incident was recorded.
UNAVAILABLE = Withheld("unavailable")


class Ciphertext(bytes):
    """What a sealed column holds, outside its row: `values()` and the like give this."""

    def __str__(self) -> str:
        return "[sealed]"

    __repr__ = __str__

    def __format__(self, spec: str) -> str:
        return "[sealed]"

    def __reduce_ex__(self, protocol: Any) -> NoReturn:
        raise TypeError("a sealed value does not leave the process")


@dataclass(frozen=True, slots=True, repr=False)
class Sealed:
    """One field's ciphertext and where it belongs. Prints as [sealed] wherever it turns up."""

    blob: Ciphertext
    seal_id: str
    row_id: UUID
    is_json: bool

    def __str__(self) -> str:
        return "[sealed]"

    __repr__ = __str__

    def __format__(self, spec: str) -> str:
        return "[sealed]"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a sealed value does not leave the process")

    def __getstate__(self) -> NoReturn:
        raise TypeError("a sealed value does not leave the process")

    @property
    def is_whole(self) -> bool:
        """Whether the column can have been written by the vault at all."""
        return self.blob[:1] == FORMAT and len(self.blob) >= _SHORTEST

    @property
    def data_key_id(self) -> UUID:
        return UUID(bytes=self.blob[_KEY]) if self.is_whole else UUID(int=0)

    @property
    def nonce(self) -> bytes:
        return self.blob[_NONCE]

    @property
    def ciphertext(self) -> bytes:
        return self.blob[_NONCE.stop :]
