"""AES-256-GCM for data keys and values. Associated data ties each to the place it belongs in."""

from __future__ import annotations

import os
from typing import Protocol
from uuid import UUID

import structlog
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from kernel.keys import Purpose, UnknownKey, ring
from vault.errors import ForeignKeyMaterial, HostLacksKey, MovedValue
from vault.locks import ActiveKey
from vault.models import DataKey
from vault.sealed import FORMAT, Ciphertext, Sealed

_NONCE_BYTES = 12


class PlacedKey(Protocol):
    """A data key's row, or as much of it as ties a value to its place."""

    @property
    def pk(self) -> UUID: ...
    @property
    def safe_id(self) -> UUID: ...
    @property
    def tier(self) -> int: ...


class WrappedKey(PlacedKey, Protocol):
    """The same with what it takes to unwrap it."""

    @property
    def kek_id(self) -> str: ...
    @property
    def wrapped(self) -> bytes | memoryview: ...


def wrap(material: bytes, data_key: DataKey) -> bytes:
    """Encrypt a data key under its key-encryption key, tied to its safe and tier."""
    return _wrap(_kek(data_key.kek_id), material, data_key, data_key.kek_id)


class KeyEncryption(dict[str, AESGCM]):
    """Key-encryption keys by id, ready to use; one not on this host's ring raises HostLacksKey."""

    def __missing__(self, kek_id: str) -> AESGCM:
        return self.setdefault(kek_id, _kek(kek_id))


def unwrap(data_key: WrappedKey, keks: KeyEncryption | None = None) -> AESGCM:
    """The data key, ready to use; raises ForeignKeyMaterial if the row was tampered with."""
    keks = KeyEncryption() if keks is None else keks
    return AESGCM(_unwrap(keks[data_key.kek_id], data_key))


def unwrap_material(data_key: WrappedKey) -> bytes:
    """The data key's bytes, for deriving the keys of files; raises ForeignKeyMaterial."""
    return _unwrap(_kek(data_key.kek_id), data_key)


class Rewrapper:
    """Moves wrapped data keys to another key-encryption key; no value and no text is touched."""

    def __init__(self, to: ActiveKey) -> None:
        require_on_ring(to)
        self.to = to
        self._keks = KeyEncryption()

    def rewrap(self, data_key: WrappedKey) -> bytes:
        """The same data key under the other key; raises ForeignKeyMaterial where it never opened."""
        material = _unwrap(self._keks[data_key.kek_id], data_key)
        return _wrap(self._keks[self.to.id], material, data_key, self.to.id)


def require_on_ring(key: ActiveKey) -> None:
    """Raise HostLacksKey unless this host holds that very key: what a wrong one wraps is lost."""
    try:
        held = ring().get(Purpose.KEK, key.id)
    except UnknownKey:
        raise _host_lacks(key.id) from None
    if held.fingerprint != key.fingerprint:
        raise _host_lacks(key.id)


def _host_lacks(kek_id: str) -> HostLacksKey:
    structlog.get_logger(__name__).error(
        "vault.host_lacks_key", kek=kek_id, ring=str(ring().folder)
    )
    return HostLacksKey()


def _kek(kek_id: str) -> AESGCM:
    try:
        return AESGCM(ring().get(Purpose.KEK, kek_id).material)
    except UnknownKey:
        raise _host_lacks(kek_id) from None


def _wrap(kek: AESGCM, material: bytes, data_key: PlacedKey, kek_id: str) -> bytes:
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + kek.encrypt(nonce, material, _key_place(data_key, kek_id))


def _unwrap(kek: AESGCM, data_key: WrappedKey) -> bytes:
    wrapped = bytes(data_key.wrapped)
    nonce, sealed = wrapped[:_NONCE_BYTES], wrapped[_NONCE_BYTES:]
    try:
        return kek.decrypt(nonce, sealed, _key_place(data_key, data_key.kek_id))
    except (InvalidTag, ValueError):
        raise ForeignKeyMaterial from None


def new_material() -> bytes:
    return AESGCM.generate_key(bit_length=256)


def encrypt(
    cipher: AESGCM, data_key: PlacedKey, text: bytes, seal_id: str, row: UUID
) -> Ciphertext:
    """Seal one value for one field of one row."""
    nonce = os.urandom(_NONCE_BYTES)
    body = cipher.encrypt(nonce, text, _value_place(data_key, seal_id, row))
    return Ciphertext(FORMAT + data_key.pk.bytes + nonce + body)


def decrypt(cipher: AESGCM, data_key: PlacedKey, sealed: Sealed) -> bytes:
    """Open one value; raises MovedValue if it does not belong where it was found."""
    place = _value_place(data_key, sealed.seal_id, sealed.row_id)
    try:
        return cipher.decrypt(sealed.nonce, sealed.ciphertext, place)
    except InvalidTag:
        raise MovedValue from None


def _key_place(data_key: PlacedKey, kek_id: str) -> bytes:
    tier = data_key.tier.to_bytes(1)
    return b"isp-key-1" + data_key.safe_id.bytes + tier + data_key.pk.bytes + kek_id.encode()


def _value_place(data_key: PlacedKey, seal_id: str, row: UUID) -> bytes:
    tier = data_key.tier.to_bytes(1)
    return (
        b"isp-value-1"
        + data_key.safe_id.bytes
        + tier
        + data_key.pk.bytes
        + row.bytes
        + seal_id.encode()
    )
