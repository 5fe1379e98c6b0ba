"""The custodians' key as the age tool writes it, so that a copy opens without the portal.

https://age-encryption.org/v1: an identity is 32 bytes in Bech32 (BIP 173), in capitals.
"""

from __future__ import annotations

from collections.abc import Iterable

from pyrage import x25519

_PREFIX = "age-secret-key-"
_ALPHABET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_CHECKSUM_CHARACTERS = 6


def identity(secret: bytes) -> x25519.Identity:
    """The identity whose private half these 32 bytes are."""
    return x25519.Identity.from_str(identity_text(secret))


def identity_text(secret: bytes) -> str:
    """The line that `age --identity` reads."""
    bits = "".join(f"{byte:08b}" for byte in secret)
    bits += "0" * (-len(bits) % 5)
    values = [int(bits[place : place + 5], 2) for place in range(0, len(bits), 5)]
    text = "".join(_ALPHABET[value] for value in [*values, *_checksum(values)])
    return f"{_PREFIX}1{text}".upper()


def _checksum(values: list[int]) -> list[int]:
    prefix = [ord(c) >> 5 for c in _PREFIX] + [0] + [ord(c) & 31 for c in _PREFIX]
    total = _polymod([*prefix, *values, *[0] * _CHECKSUM_CHARACTERS]) ^ 1
    return [total >> 5 * place & 31 for place in reversed(range(_CHECKSUM_CHARACTERS))]


def _polymod(values: Iterable[int]) -> int:
    total = 1
    for value in values:
        top = total >> 25
        total = (total & 0x1FFFFFF) << 5 ^ value
        for place, factor in enumerate(_GENERATOR):
            total ^= factor if top >> place & 1 else 0
    return total
