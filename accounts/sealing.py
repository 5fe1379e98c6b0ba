"""Small secrets of accounts: keyed digests, and text sealed for one person and one use.

Each use has a key of its own, derived from the ring's key, so that nothing made for one use is
accepted by another.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from kernel.keys import Purpose, UnknownKey, ring

_NONCE = 12


class Unreadable(Exception):
    """Sealed text that was changed, moved, sealed for somebody else or under a lost key."""


def keyed_digest(use: str, *parts: str, key_id: str = "") -> tuple[str, str]:
    """A digest that the database alone cannot compute, and the id of its key."""
    pepper = ring().get(Purpose.PEPPER, key_id) if key_id else ring().newest(Purpose.PEPPER)
    message = b"".join(len(part.encode()).to_bytes(4) + part.encode() for part in parts)
    return hmac.digest(_derive(pepper.material, use), message, hashlib.sha256).hex(), pepper.id


def seal(use: str, plain: bytes, *bound_to: object) -> tuple[bytes, str]:
    """AES-256-GCM under the newest key, bound to the use and to who or what may have it back."""
    key = ring().newest(Purpose.SEED)
    nonce = secrets.token_bytes(_NONCE)
    cipher = AESGCM(_derive(key.material, use))
    return nonce + cipher.encrypt(nonce, plain, _associated(key.id, bound_to)), key.id


def unseal(use: str, sealed: bytes, key_id: str, *bound_to: object) -> bytes:
    """What was sealed; raises Unreadable unless use, key and binding are the same."""
    try:
        cipher = AESGCM(_derive(ring().get(Purpose.SEED, key_id).material, use))
        return cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], _associated(key_id, bound_to))
    except (InvalidTag, UnknownKey, ValueError):
        raise Unreadable(use) from None


def to_text(sealed: bytes, key_id: str) -> str:
    """Sealed bytes and their key's id as text that a form can carry."""
    return f"{key_id}.{base64.urlsafe_b64encode(sealed).decode().rstrip('=')}"


def from_text(text: str) -> tuple[bytes, str]:
    """The reverse of to_text; raises Unreadable where the text cannot be ours."""
    key_id, _, body = text.partition(".")
    try:
        return base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)), key_id
    except ValueError:
        raise Unreadable("text") from None


def _derive(material: bytes, use: str) -> bytes:
    return HKDFExpand(SHA256(), 32, f"isp-portal {use}".encode()).derive(material)


def _associated(key_id: str, bound_to: tuple[object, ...]) -> bytes:
    return "\0".join([key_id, *map(str, bound_to)]).encode()
