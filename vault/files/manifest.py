"""What a record says about its file: sealed in the record's own column, where the file belongs."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Any, NoReturn
from uuid import UUID

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from vault import crypto
from vault.files.stream import FILE_KEY_BYTES
from vault.models import DataKey


@dataclass(frozen=True, slots=True, repr=False)
class Manifest:
    """A file's name, type and size, and what authenticates its object in the store."""

    file_id: UUID
    object: str
    nonce: bytes
    size: int
    name: str
    content_type: str

    def __str__(self) -> str:
        return "[sealed]"

    __repr__ = __str__

    def __reduce__(self) -> NoReturn:
        raise TypeError("a file's name does not leave the process")

    def __getstate__(self) -> NoReturn:
        raise TypeError("a file's name does not leave the process")

    def as_json(self) -> dict[str, Any]:
        return {
            "file": str(self.file_id),
            "object": self.object,
            "nonce": base64.b64encode(self.nonce).decode(),
            "size": self.size,
            "name": self.name,
            "type": self.content_type,
        }

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Manifest:
        return cls(
            file_id=UUID(values["file"]),
            object=values["object"],
            nonce=base64.b64decode(values["nonce"]),
            size=values["size"],
            name=values["name"],
            content_type=values["type"],
        )


def file_key(data_key: DataKey, seal_id: str, row_id: UUID, file_id: UUID) -> bytes:
    """The key of one file in one place, made of the data key of its safe and tier.

    16 bytes, as age's file keys are; raises ForeignKeyMaterial if the data key was tampered with.
    """
    place = (
        b"isp-file-1"
        + data_key.safe_id.bytes
        + data_key.tier.to_bytes(1)
        + data_key.pk.bytes
        + row_id.bytes
        + file_id.bytes
        + seal_id.encode()
    )
    material = crypto.unwrap_material(data_key)
    return HKDF(SHA256(), FILE_KEY_BYTES, salt=None, info=place).derive(material)
