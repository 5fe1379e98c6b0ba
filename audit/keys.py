"""The sealing key. The private half lies in a folder of the sealer's own, outside the key ring;
the public half as seal-ID.pub in every host's key ring, where no database owner can change it.

ID is the fingerprint of the public key, so none can pass for another.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings

CURRENT, NEXT = "current.key", "next.key"


class NoSealingKey(Exception):
    """This process has no sealing key: SEALING_KEY is unset, or its folder holds none."""


class ExposedSealingKey(Exception):
    """Somebody else on the host can read the sealing key, so it proves nothing."""


@dataclass(frozen=True, slots=True)
class SealingKey:
    """A private key. Its text form shows the fingerprint only."""

    private: Ed25519PrivateKey

    @classmethod
    def make(cls) -> Self:
        return cls(Ed25519PrivateKey.generate())

    @property
    def public(self) -> Ed25519PublicKey:
        return self.private.public_key()

    @property
    def id(self) -> str:
        return fingerprint(self.public)

    def __repr__(self) -> str:
        return f"<SealingKey {self.id}>"

    def sign(self, statement: bytes) -> str:
        return self.private.sign(statement).hex()


def fingerprint(public: Ed25519PublicKey) -> str:
    """The name of a public key: the first half of its SHA-256."""
    raw = public.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    return hashlib.sha256(raw).hexdigest()[:32]


def is_signed(public: Ed25519PublicKey, signature: str, statement: bytes) -> bool:
    """Whether this key made the signature."""
    try:
        public.verify(bytes.fromhex(signature), statement)
    except (InvalidSignature, ValueError):
        return False
    return True


def folder() -> Path:
    """Where the sealer's private key lies; raises NoSealingKey in a process that does not seal."""
    if settings.SEALING_KEY is None:
        raise NoSealingKey("SEALING_KEY is not set")
    return Path(settings.SEALING_KEY)


def load(name: str = CURRENT) -> SealingKey | None:
    """A private key of this host; None if there is none of that name."""
    path = folder() / name
    if not path.exists():
        return None
    if exposed(path.parent):
        raise ExposedSealingKey(f"chmod -R go= {path.parent}")
    private = serialization.load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(private, Ed25519PrivateKey):
        raise NoSealingKey(f"{name} is no Ed25519 key")
    return SealingKey(private)


def current() -> SealingKey:
    """The key that seals now; raises NoSealingKey or ExposedSealingKey."""
    key = load()
    if key is None:
        raise NoSealingKey("run manage.py sealing_key where the sealer runs")
    return key


def exposed(private_folder: Path) -> list[str]:
    """Names of what others on the host may read, of the folder and the keys in it."""
    paths = [private_folder, *private_folder.glob("*.key")] if private_folder.exists() else []
    return [path.name for path in paths if path.stat().st_mode & 0o077]


def store(key: SealingKey, name: str) -> None:
    """Publish a new key's public half, then put its private half into the sealer's folder."""
    publish(key)
    folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    pem = key.private.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    _write(folder() / name, pem, 0o600)


def publish(key: SealingKey) -> None:
    """Put the public half into this host's key ring."""
    pem = key.public.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    _write(Path(settings.KEY_RING) / f"seal-{key.id}.pub", pem, 0o644)


def promote() -> None:
    """Let the next key be the current one. The old one, which nothing needs any more, is gone."""
    (folder() / NEXT).replace(folder() / CURRENT)


def public_keys() -> dict[str, Ed25519PublicKey]:
    """Every public key of this host's ring, by its fingerprint, whatever its file is called."""
    return dict(filter(None, map(_public, Path(settings.KEY_RING).glob("seal-*.pub"))))


def _public(path: Path) -> tuple[str, Ed25519PublicKey] | None:
    try:
        key = serialization.load_pem_public_key(path.read_bytes())
    except ValueError:
        return None
    return (fingerprint(key), key) if isinstance(key, Ed25519PublicKey) else None


def _write(path: Path, content: bytes, mode: int) -> None:
    """Written aside and renamed: a kill in between leaves no half key behind."""
    draft = path.with_suffix(".new")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
