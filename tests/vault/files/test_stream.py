"""The stream is age's, any size comes back, and whatever was done to it is seen."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os

import pyrage
import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given, settings
from hypothesis import strategies as st

from vault.files.errors import FileDamaged, FileReordered
from vault.files.stream import (
    CHUNK,
    FILE_KEY_BYTES,
    FRAME,
    HEADER,
    Decryptor,
    Encryptor,
    chunk_count,
    sealed_size,
)

KEY = bytes(range(FILE_KEY_BYTES))
BORDERS = [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 3 * CHUNK - 1, 3 * CHUNK + 7]
SIZES = st.sampled_from(BORDERS) | st.integers(0, 3 * CHUNK + 100)


def seal(content: bytes, step: int = 10_000) -> bytes:
    encryptor = Encryptor(KEY)
    pieces = [encryptor.nonce]
    pieces += [encryptor.update(content[n : n + step]) for n in range(0, len(content), step)]
    return b"".join([*pieces, encryptor.finish()])


def frames(sealed: bytes) -> list[bytes]:
    body = sealed[HEADER:]
    return [body[n : n + FRAME] for n in range(0, len(body), FRAME)]


def open_all(sealed: bytes, size: int) -> bytes:
    decryptor = Decryptor(KEY, sealed[:HEADER], size)
    return b"".join(decryptor.open(n, frame) for n, frame in enumerate(frames(sealed)))


@given(size=SIZES, step=st.integers(1, 200_000))
@settings(max_examples=60, deadline=None)
def test_any_size_that_arrives_in_any_pieces_comes_back(size: int, step: int) -> None:
    content = os.urandom(size)
    sealed = seal(content, max(step, size // 50))

    assert len(sealed) == sealed_size(size)
    assert len(frames(sealed)) == chunk_count(size)
    assert open_all(sealed, size) == content


@pytest.mark.parametrize("size", BORDERS)
def test_age_itself_opens_what_we_seal(size: int) -> None:
    """A real age header around the same file key, and our bytes behind it."""
    identity = pyrage.x25519.Identity.generate()
    content = os.urandom(size)

    assert pyrage.decrypt(age_header(identity) + seal(content), [identity]) == content


@pytest.mark.parametrize("size", BORDERS)
def test_we_open_what_age_itself_seals(size: int) -> None:
    identity = pyrage.x25519.Identity.generate()
    content = os.urandom(size)
    made = pyrage.encrypt(content, [identity.to_public()])
    head, mac, payload = split(made)
    key = file_key_in(head, identity)

    decryptor = Decryptor(key, payload[:HEADER], size)
    assert b"".join(decryptor.open(n, f) for n, f in enumerate(frames(payload))) == content
    assert mac


def test_a_chunk_in_anothers_place_is_told_from_one_that_was_altered() -> None:
    content = os.urandom(3 * CHUNK)
    sealed = seal(content)
    decryptor, parts = Decryptor(KEY, sealed[:HEADER], len(content)), frames(sealed)

    for place, frame in ((0, parts[1]), (1, parts[0]), (2, parts[1]), (0, parts[2])):
        with pytest.raises(FileReordered):
            decryptor.open(place, frame)
    flipped = bytes([parts[0][0] ^ 1]) + parts[0][1:]
    for frame in (flipped, parts[0][:-1], parts[0] + b"\0", b"", bytes(FRAME)):
        with pytest.raises(FileDamaged) as refused:
            decryptor.open(0, frame)
        assert refused.value.code == "file_altered"


def test_a_file_cut_off_at_a_chunks_border_does_not_pass_for_a_shorter_one() -> None:
    content = os.urandom(3 * CHUNK)
    sealed = seal(content)

    with pytest.raises(FileDamaged):
        open_all(sealed[: HEADER + 2 * FRAME], 2 * CHUNK)


def test_another_key_or_nonce_opens_nothing() -> None:
    sealed = seal(b"words")

    for key, nonce in ((bytes(16), sealed[:HEADER]), (KEY, bytes(HEADER))):
        with pytest.raises(FileDamaged):
            Decryptor(key, nonce, 5).open(0, frames(sealed)[0])


def test_equal_files_are_sealed_unlike() -> None:
    assert seal(b"words")[HEADER:] != seal(b"words")[HEADER:]


# age's header for one X25519 recipient (age-encryption.org/v1), in the primitives of the product


def unpadded(raw: bytes) -> bytes:
    return base64.b64encode(raw).rstrip(b"=")


def padded(text: bytes) -> bytes:
    return base64.b64decode(text + b"=" * (-len(text) % 4))


def derive(material: bytes, salt: bytes, info: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt=salt, info=info).derive(material)


def age_header(identity: pyrage.x25519.Identity) -> bytes:
    recipient = bech32(str(identity.to_public()))
    ephemeral = X25519PrivateKey.generate()
    share = ephemeral.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    shared = ephemeral.exchange(X25519PublicKey.from_public_bytes(recipient))
    wrap = derive(shared, share + recipient, b"age-encryption.org/v1/X25519")
    body = ChaCha20Poly1305(wrap).encrypt(bytes(12), KEY, None)
    head = b"age-encryption.org/v1\n-> X25519 %b\n%b\n---" % (unpadded(share), unpadded(body))
    mac = hmac.digest(derive(KEY, b"", b"header"), head, hashlib.sha256)
    return head + b" " + unpadded(mac) + b"\n"


def split(made: bytes) -> tuple[bytes, bytes, bytes]:
    head, _, rest = made.partition(b"\n---")
    mac, _, payload = rest.partition(b"\n")
    return head, mac, payload


def file_key_in(head: bytes, identity: pyrage.x25519.Identity) -> bytes:
    lines = head.split(b"\n")
    stanza = next(n for n, line in enumerate(lines) if line.startswith(b"-> X25519 "))
    share = padded(lines[stanza].split(b" ")[2])
    own = X25519PrivateKey.from_private_bytes(bech32(str(identity).lower()))
    recipient = own.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    shared = own.exchange(X25519PublicKey.from_public_bytes(share))
    wrap = derive(shared, share + recipient, b"age-encryption.org/v1/X25519")
    return ChaCha20Poly1305(wrap).decrypt(bytes(12), padded(lines[stanza + 1]), None)


def bech32(text: str) -> bytes:
    """The 32 bytes of an age key; pyrage has checked its sum."""
    letters = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
    bits = "".join(f"{letters.index(c):05b}" for c in text.rpartition("1")[2][:-6])
    return int(bits[:256], 2).to_bytes(32)
