"""Argon2 over a keyed digest of the password: a stolen table of hashes cannot be guessed at."""

from __future__ import annotations

import unicodedata
from typing import Any

from django.contrib.auth.hashers import Argon2PasswordHasher, BasePasswordHasher

from accounts.sealing import keyed_digest
from kernel.keys import Purpose, UnknownKey, ring


class PepperedArgon2Hasher(BasePasswordHasher):
    """Stored as peppered_argon2$KEY-ID$ followed by Argon2's own encoding."""

    algorithm = "peppered_argon2"
    argon2 = Argon2PasswordHasher()

    def encode(self, password: str, salt: str) -> str:
        digest, key_id = _pepper(password)
        return f"{self.algorithm}${key_id}${self.argon2.encode(digest, salt)}"

    def decode(self, encoded: str) -> dict[str, Any]:
        _, key_id, inner = encoded.split("$", 2)
        return {**self.argon2.decode(inner), "key_id": key_id, "inner": inner}

    def verify(self, password: str, encoded: str) -> bool:
        decoded = self.decode(encoded)
        try:
            digest, _ = _pepper(password, decoded["key_id"])
        except UnknownKey:
            return False
        return self.argon2.verify(digest, decoded["inner"])

    def must_update(self, encoded: str) -> bool:
        """Whether the next sign-in should hash again: weaker settings, or an older pepper."""
        decoded = self.decode(encoded)
        outdated = decoded["key_id"] != ring().newest(Purpose.PEPPER).id
        return outdated or self.argon2.must_update(decoded["inner"])

    def safe_summary(self, encoded: str) -> Any:
        return self.argon2.safe_summary(self.decode(encoded)["inner"])

    def harden_runtime(self, password: str, encoded: str) -> None:
        """Argon2's work cannot be topped up; must_update sees to weaker hashes."""


def _pepper(password: str, key_id: str = "") -> tuple[str, str]:
    # The same accented word reaches us composed from one keyboard and decomposed from another.
    return keyed_digest("password", unicodedata.normalize("NFKC", password), key_id=key_id)
