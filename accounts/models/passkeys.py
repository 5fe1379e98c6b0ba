"""Second factors that are not typed: passkeys and security keys."""

from __future__ import annotations

import hashlib

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts import passkeys
from accounts.models.factors import SecondFactor
from accounts.passkeys import Assertion, KnownKey


class Passkey(SecondFactor):
    """A key in a telephone, a computer or a security key that signs for this portal's address alone.

    The public key is attested with its owner: a row inserted, edited or moved to somebody else by
    SQL signs nobody in.
    """

    attested = ("user_id", "credential_id", "public_key", "confirmed", "removed_at")

    class Privacy:
        keep = "ACCOUNT"
        clear = {
            "version",
            "mac_key_id",
            "confirmed",
            "confirmed_at",
            "removed_at",
            "last_used_at",
            "transports",
            "sign_count",
        }
        staff = {"user", "name"}
        secret = {"credential_id", "public_key", "last_challenge", "mac"}

    credential_id = models.BinaryField(max_length=1023)
    public_key = models.BinaryField(max_length=2000)
    # How the browser reaches it: usb, nfc, ble, internal, hybrid
    transports = ArrayField(models.CharField(max_length=20), default=list)
    # A key that counts its signatures and counts backwards was copied
    sign_count = models.BigIntegerField(default=0)
    # A digest of the last challenge that was answered, so that no answer works twice
    last_challenge = models.BinaryField(max_length=32, default=b"")
    confirmed_at = models.DateTimeField(default=timezone.now)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "credential_id"], name="accounts_passkey_is_added_once"
            ),
            models.CheckConstraint(
                name="accounts_passkey_is_in_use_until_removed",
                condition=Q(confirmed=True, removed_at__isnull=True) & ~Q(public_key=b"")
                | Q(confirmed=False, removed_at__isnull=False, public_key=b""),
            ),
        ]

    def known(self) -> KnownKey:
        """What a browser needs to find it."""
        return KnownKey(bytes(self.credential_id), list(self.transports))

    def retire(self) -> list[str]:
        """Take it out of use; tells the columns to save."""
        self.confirmed, self.removed_at, self.public_key = False, timezone.now(), b""
        return ["confirmed", "removed_at", "public_key"]

    def _use_up(self, proof: str | Assertion) -> bool:
        if isinstance(proof, str):
            return False
        challenge = hashlib.sha256(proof.challenge).digest()
        if challenge == bytes(self.last_challenge):
            return False
        count = passkeys.verify(proof, bytes(self.public_key), self.sign_count)
        if count is None:
            return False
        self.sign_count, self.last_challenge = count, challenge
        self.save(update_fields=["sign_count", "last_challenge"])
        return True
