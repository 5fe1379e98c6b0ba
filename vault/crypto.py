"""AES-256-GCM for data keys and values. Associated data ties each to the place it belongs in."""

from __future__ import annotations

import os
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from kernel.keys import Purpose, ring
from vault.errors import ForeignKeyMaterial, MovedValue
from vault.models import DataKey
from vault.sealed import FORMAT, Ciphertext, Sealed

_NONCE_BYTES = 12


def wrap(material: bytes, data_key: DataKey) -> bytes:
    """Encrypt a data key under its key-encryption key, tied to its safe and tier."""
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + _kek(data_key).encrypt(nonce, material, _key_place(data_key))


def unwrap(data_key: DataKey) -> AESGCM:
    """The data key, ready to use; raises ForeignKeyMaterial if the row was tampered with."""
    wrapped = bytes(data_key.wrapped)
    nonce, sealed = wrapped[:_NONCE_BYTES], wrapped[_NONCE_BYTES:]
    try:
        return AESGCM(_kek(data_key).decrypt(nonce, sealed, _key_place(data_key)))
    except (InvalidTag, ValueError):
        raise ForeignKeyMaterial from None


def new_material() -> bytes:
    return AESGCM.generate_key(bit_length=256)


def encrypt(cipher: AESGCM, data_key: DataKey, text: bytes, seal_id: str, row: UUID) -> Ciphertext:
    """Seal one value for one field of one row."""
    nonce = os.urandom(_NONCE_BYTES)
    body = cipher.encrypt(nonce, text, _value_place(data_key, seal_id, row))
    return Ciphertext(FORMAT + data_key.pk.bytes + nonce + body)


def decrypt(cipher: AESGCM, data_key: DataKey, sealed: Sealed) -> bytes:
    """Open one value; raises MovedValue if it does not belong where it was found."""
    place = _value_place(data_key, sealed.seal_id, sealed.row_id)
    try:
        return cipher.decrypt(sealed.nonce, sealed.ciphertext, place)
    except InvalidTag:
        raise MovedValue from None


def _kek(data_key: DataKey) -> AESGCM:
    return AESGCM(ring().get(Purpose.KEK, data_key.kek_id).material)


def _key_place(data_key: DataKey) -> bytes:
    tier = data_key.tier.to_bytes(1)
    return (
        b"isp-key-1" + data_key.safe_id.bytes + tier + data_key.pk.bytes + data_key.kek_id.encode()
    )


def _value_place(data_key: DataKey, seal_id: str, row: UUID) -> bytes:
    tier = data_key.tier.to_bytes(1)
    return (
        b"isp-value-1"
        + data_key.safe_id.bytes
        + tier
        + data_key.pk.bytes
        + row.bytes
        + seal_id.encode()
    )
