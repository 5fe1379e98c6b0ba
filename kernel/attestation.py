"""A MAC on every row that confers power, under a key that the database never holds.

A row inserted or edited by SQL has no valid MAC, so it confers nothing. The MAC covers the table,
the row's id, the key's id and all columns that carry authority; of a row that changes also its
version, so that an older copy of it, which was genuine once, does not pass for the newest.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any, ClassVar, Self
from uuid import UUID

from django.db import models

from kernel.decisions import Denied, deny
from kernel.keys import Purpose, UnknownKey, ring

# What a change of an attested row saves beside its own columns
SIGNATURE = ("version", "mac_key_id", "mac")
FORGED = deny(
    "forged_row",
    "This record was changed from outside the portal, so it cannot be changed here. "
    "Tell whoever looks after the portal.",
)


class Attested(models.Model):
    """Mixin of a row that confers power and never changes. `attested` names its authority columns."""

    attested: ClassVar[tuple[str, ...]]
    version: Any = 1
    # The column of the record whose audit event lists the rows that were signed together with it
    signed_with: ClassVar[str] = ""
    # Whether this very change signed it: the audit event of the change then keeps the version
    newly_signed = False

    mac_key_id = models.CharField(max_length=32, editable=False)
    mac = models.BinaryField(max_length=32, editable=False)

    class Meta:
        abstract = True

    def attest(self) -> Self:
        """Sign the row as it now stands; call before the save."""
        self.mac_key_id = ring().newest(Purpose.ATTEST).id
        self.mac = sign(self._meta.label, self.mac_key_id, self._authority())
        self.newly_signed = True
        return self

    def is_genuine(self) -> bool:
        """Whether the portal itself wrote the row as it now stands."""
        return verify(self._meta.label, self.mac_key_id, self._authority(), bytes(self.mac))

    def _authority(self) -> dict[str, Any]:
        columns = ("pk", *self.attested)
        return {name: getattr(self, name) for name in columns}


class Versioned(Attested):
    """Mixin of a row that confers power and changes: each change signs the next version.

    A trigger (kernel.migration.guard_versions) refuses a change of authority that does not take
    the version one further, so the application role cannot put an older copy back.
    """

    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        abstract = True

    def attest(self, *, even_if_forged: bool = False) -> Self:
        """Sign the next version; call before each save that changes authority.

        Raises Denied where what is stored is not the portal's own: signing would make it so. Only
        what takes power away (`even_if_forged`) is signed over a forged row.
        """
        if self._state.adding:
            self.version = 1
            return super().attest()
        stored = self._meta.base_manager.get(pk=self.pk)
        if not (even_if_forged or stored.is_genuine()):
            raise Denied(FORGED)
        self.version += 1
        return super().attest()

    def _authority(self) -> dict[str, Any]:
        # The first version goes without saying: rows signed before there were versions stay good.
        said = {"version": self.version} if self.version > 1 else {}
        return super()._authority() | said


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
    parts = [_measured(label), _measured(key_id)]
    for name, value in authority.items():
        text = _text(value).encode()
        parts += (_measured(name), len(text).to_bytes(4), text)
    return b"".join(parts)


@lru_cache(maxsize=500)
def _measured(name: str) -> bytes:
    """Kept, for each row of a table brings the same names, and a page reads many rows."""
    return len(name.encode()).to_bytes(4) + name.encode()


def _text(value: Any) -> str:
    match value:
        case str():
            return f"v{value}"
        case None:
            return "-"
        case datetime():
            return f"t{value.astimezone(UTC).isoformat(timespec='microseconds')}"
        case date() | UUID() | bool() | int():
            return f"v{value}"
        case list() | tuple() | set() | frozenset():
            return "l" + "".join(f"{len(t)}:{t}" for t in sorted(map(_text, value)))
        case bytes() | memoryview():
            return f"b{bytes(value).hex()}"
    raise TypeError(f"cannot attest a {type(value).__name__}")
