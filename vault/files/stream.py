"""The STREAM construction as the payload of an age file has it (age-encryption.org/v1).

A fresh 16-byte nonce, then chunks of 64 KiB, each sealed with ChaCha20-Poly1305 under a key that
HKDF-SHA256 makes of file key and nonce. A chunk's own nonce is its number and whether it is the
last: one that is cut off, moved, repeated or added does not open.
"""

from __future__ import annotations

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from vault.files.errors import FileDamaged, FileReordered

FILE_KEY_BYTES = 16
HEADER = 16
CHUNK = 64 * 1024
TAG = 16
FRAME = CHUNK + TAG


def chunk_count(size: int) -> int:
    """How many chunks hold so many bytes. An empty file is one empty chunk."""
    return max(1, -(-size // CHUNK))


def sealed_size(size: int) -> int:
    """How long the payload of a file of that size is."""
    return HEADER + size + TAG * chunk_count(size)


class Encryptor:
    """Seals a file chunk by chunk as its bytes arrive; holds one chunk at most."""

    def __init__(self, file_key: bytes) -> None:
        self.nonce = os.urandom(HEADER)
        self.size = 0
        self._cipher = _payload_cipher(file_key, self.nonce)
        self._number = 0
        self._held = bytearray()

    def update(self, plain: bytes) -> bytes:
        """Take more bytes; gives back what is sealed by now."""
        self.size += len(plain)
        self._held += plain
        sealed = []
        # Which chunk is the last is known at the end only: a full one waits for its successor.
        while len(self._held) > CHUNK:
            sealed.append(self._seal(bytes(self._held[:CHUNK]), is_last=False))
            del self._held[:CHUNK]
        return b"".join(sealed)

    def finish(self) -> bytes:
        """Seal the last chunk."""
        return self._seal(bytes(self._held), is_last=True)

    def _seal(self, chunk: bytes, *, is_last: bool) -> bytes:
        nonce = _chunk_nonce(self._number, is_last=is_last)
        self._number += 1
        return self._cipher.encrypt(nonce, chunk, None)


class Decryptor:
    """Opens chunks of one file in any order."""

    def __init__(self, file_key: bytes, nonce: bytes, size: int) -> None:
        self._cipher = _payload_cipher(file_key, nonce)
        self._last = chunk_count(size) - 1

    def open(self, number: int, frame: bytes) -> bytes:
        """One chunk; raises FileReordered or FileDamaged, and gives nothing, if it is not that."""
        chunk = self._try(number, frame)
        if chunk is not None:
            return chunk
        elsewhere = (n for n in range(self._last + 1) if self._try(n, frame) is not None)
        raise FileDamaged if next(elsewhere, None) is None else FileReordered

    def _try(self, number: int, frame: bytes) -> bytes | None:
        nonce = _chunk_nonce(number, is_last=number == self._last)
        try:
            return self._cipher.decrypt(nonce, frame, None)
        except InvalidTag:
            return None


def _payload_cipher(file_key: bytes, nonce: bytes) -> ChaCha20Poly1305:
    return ChaCha20Poly1305(HKDF(SHA256(), 32, salt=nonce, info=b"payload").derive(file_key))


def _chunk_nonce(number: int, *, is_last: bool) -> bytes:
    return number.to_bytes(11) + bytes([is_last])
