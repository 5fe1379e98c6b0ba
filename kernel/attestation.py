"""A MAC on every row that confers power, under a key that the database never holds.

A row inserted or edited by SQL has no valid MAC, so it confers nothing. The MAC covers the table,
the row's id, the key's id and all columns that carry authority.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any, ClassVar, Self
from uuid import UUID

from django.db import models

from kernel.keys import Purpose, UnknownKey, ring


class Attested(models.Model):
    """Mixin of a row that confers power. Subclasses name their authority columns in `attested`."""

    attested: ClassVar[tuple[str, ...]]

    mac_key_id = models.CharField(max_length=32, editable=False)
    mac = models.BinaryField(max_length=32, editable=False)

    class Meta:
        abstract = True

    def attest(self) -> Self:
        """Sign the row as it now stands; call before each save that changes authority."""
        self.mac_key_id = ring().newest(Purpose.ATTEST).id
        self.mac = sign(self._meta.label, self.mac_key_id, self._authority())
        return self

    def is_genuine(self) -> bool:
        """Whether the portal itself wrote the row as it now stands."""
        return verify(self._meta.label, self.mac_key_id, self._authority(), bytes(self.mac))

    def _authority(self) -> dict[str, Any]:
        columns = ("pk", *self.attested)
        return {name: getattr(self, name) for name in columns}


def sign(label: str, key_id: str, authority: Mapping[str, Any]) -> bytes:
    """The MAC of one row's authority; raises UnknownKey if the ring lacks the key."""
    material = ring().get(Purpose.ATTEST, key_id).material
    return hmac.digest(material, _canonical(label, key_id, authority), hashlib.sha256)


def verify(label: str, key_id: str, authority: Mapping[str, Any], mac: bytes) -> bool:
    """Constant-time comparison with the MAC that the row carries."""
    try:
        expected = sign(label, key_id, authority)
    except UnknownKey:
        return False
    return hmac.compare_digest(expected, mac)


def _canonical(label: str, key_id: str, authority: Mapping[str, Any]) -> bytes:
    """Each part with its length before it, so that no two rows read the same."""
    parts = [label, key_id]
    for name, value in authority.items():
        parts += [name, _text(value)]
    return b"".join(len(p.encode()).to_bytes(4) + p.encode() for p in parts)


def _text(value: Any) -> str:
    match value:
        case None:
            return "-"
        case datetime():
            return f"t{value.astimezone(UTC).isoformat(timespec='microseconds')}"
        case date() | UUID():
            return f"v{value}"
        case list() | tuple() | set() | frozenset():
            return "l" + "".join(f"{len(t)}:{t}" for t in sorted(map(_text, value)))
        case bool() | int() | str():
            return f"v{value}"
    raise TypeError(f"cannot attest a {type(value).__name__}")
