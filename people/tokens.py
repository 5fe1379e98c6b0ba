"""Blind tokens of one agency: it finds its own records by them, and nobody compares two agencies'.

Each agency's key is derived from the ring's token key for that agency alone. Without the ring a
token tells nothing; with another agency's key the same name is another token.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Iterator
from uuid import UUID

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from kernel.keys import Purpose, ring
from people import matching
from people.identity import Identity
from people.models import TokenKind

LENGTH = 16
Code = tuple[TokenKind, str]


def codes_of(person: Identity) -> Iterator[Code]:
    """Everything that somebody is found by."""
    for word in matching.words(*matching.names_of(person)):
        yield TokenKind.WORD, word
        yield from ((TokenKind.SOUND, sound) for sound in matching.sounds(word))
    born_on = matching.birth_date_of(person)
    if born_on:
        yield TokenKind.BIRTH_DATE, born_on.isoformat()
        yield TokenKind.BIRTH_MONTH, f"{born_on:%Y-%m}"
    if person.nhs_number:
        yield TokenKind.NHS_NUMBER, person.nhs_number


def newest_key_id() -> str:
    """The key under which tokens are written now."""
    return ring().newest(Purpose.TOKEN).id


def blind(agency_id: UUID, key_id: str, codes: Iterable[Code]) -> list[tuple[TokenKind, bytes]]:
    """The codes as this agency's tokens."""
    key = _key(agency_id, key_id)
    return [(kind, token(key, kind, text)) for kind, text in dict.fromkeys(codes)]


def keys_of(agency_id: UUID) -> list[bytes]:
    """The agency's key now, and those of earlier keys on the ring: older tokens are found too."""
    return [_key(agency_id, key_id) for key_id in ring().ids_on_disk(Purpose.TOKEN)]


def token(key: bytes, kind: TokenKind, text: str) -> bytes:
    """One code under an agency's key."""
    return hmac.digest(key, f"{kind}\0{text}".encode(), hashlib.sha256)[:LENGTH]


def _key(agency_id: UUID, key_id: str) -> bytes:
    material = ring().get(Purpose.TOKEN, key_id).material
    info = b"isp-portal agency token " + agency_id.bytes
    return HKDFExpand(SHA256(), 32, info).derive(material)
