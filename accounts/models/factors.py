"""Second factors: authenticators, and recovery codes on paper."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django_otp.models import Device, ThrottlingMixin

from accounts import totp
from accounts.models.users import User
from accounts.passkeys import Assertion
from accounts.sealing import keyed_digest, seal, unseal
from kernel.attestation import SIGNATURE, Versioned
from kernel.ids import ALPHABET
from kernel.models import BaseModel

# Whoever guesses codes has the password already; the true owner must still get in the same hour.
LONGEST_WAIT = timedelta(minutes=15)
_SPOKEN_LETTERS = str.maketrans("ILO", "110")


class SecondFactor(Versioned, BaseModel, Device):  # type: ignore[misc, django-manager-missing]
    """Something that proves a sign-in beside the password.

    Attested: one that was removed or replaced is not taken into use again by SQL.
    """

    throttle_fields: tuple[str, ...] = ()

    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    confirmed = models.BooleanField(default=False)
    last_used_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True

    @property
    def persistent_id(self) -> str:
        """As django_otp keeps it in the session; it looks keys up as whole numbers."""
        return f"{self.model_label()}/{self.pk.int}"

    def locked_until(self) -> datetime | None:
        """When the next attempt is allowed, if that is still to come."""
        return None

    def accept(self, proof: str | Assertion) -> bool:
        """Use the proof up if it is right. The row must be locked."""
        if self.locked_until() or not self.is_genuine() or not self._use_up(proof):
            return False
        self._forget_failures()
        self.last_used_at = timezone.now()
        self.save(update_fields=[*self.throttle_fields, "last_used_at"])
        return True

    def refuse(self) -> None:
        """Note a failure, where guessing has to be slowed down."""

    def _forget_failures(self) -> None:
        """After a success, where failures are counted."""

    def _use_up(self, proof: str | Assertion) -> bool:
        raise NotImplementedError


class GuessableFactor(SecondFactor, ThrottlingMixin):  # type: ignore[misc]
    """A factor of codes short enough to guess at, with a growing wait after each failure."""

    throttle_fields = ("throttling_failure_timestamp", "throttling_failure_count")

    class Meta:
        abstract = True

    def get_throttle_factor(self) -> int:
        return 1

    def locked_until(self) -> datetime | None:
        """When the next attempt is allowed, if that is still to come."""
        if not self.throttling_failure_timestamp:
            return None
        seconds = 2 ** min(self.throttling_failure_count - 1, 12)
        until = self.throttling_failure_timestamp + min(timedelta(seconds=seconds), LONGEST_WAIT)
        return until if until > timezone.now() else None

    def verify_is_allowed(self) -> tuple[bool, dict[str, Any] | None]:
        until = self.locked_until()
        return (until is None, {"locked_until": until} if until else None)

    def refuse(self) -> None:
        """Count a failure: the next attempt has to wait, each time twice as long."""
        self.throttle_increment(commit=False)
        self.save(update_fields=[*self.throttle_fields])

    def _forget_failures(self) -> None:
        self.throttle_reset(commit=False)

    def _use_up(self, proof: str | Assertion) -> bool:
        return isinstance(proof, str) and self._use_code(proof)

    def _use_code(self, token: str) -> bool:
        raise NotImplementedError


class TotpDevice(GuessableFactor):
    """An authenticator on a telephone or a desktop. Its seed is sealed for this row and person."""

    attested = ("user_id", "seed", "seed_key_id", "confirmed", "removed_at")

    class Privacy:
        keep = "ACCOUNT"
        clear = {
            "version",
            "mac_key_id",
            "confirmed",
            "confirmed_at",
            "offered_at",
            "removed_at",
            "last_used_at",
            "last_step",
            "throttling_failure_timestamp",
            "throttling_failure_count",
        }
        staff = {"user", "name"}
        secret = {"seed", "seed_key_id", "mac"}

    seed = models.BinaryField()
    seed_key_id = models.CharField(max_length=32)
    # The last thirty-second step whose code was accepted: no code works twice.
    last_step = models.BigIntegerField(default=-1)
    offered_at = models.DateTimeField(default=timezone.now)
    confirmed_at = models.DateTimeField(null=True)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="accounts_totpdevice_is_confirmed_from_then_until_removed",
                condition=Q(confirmed=True, confirmed_at__isnull=False, removed_at__isnull=True)
                | Q(confirmed=False, confirmed_at__isnull=True, removed_at__isnull=True)
                | Q(confirmed=False, removed_at__isnull=False, seed=b""),
            ),
            models.UniqueConstraint(
                "user",
                name="accounts_totpdevice_one_waits_to_be_confirmed",
                condition=Q(confirmed=False, removed_at__isnull=True),
            ),
        ]

    def seal_seed(self, seed: bytes) -> None:
        self.seed, self.seed_key_id = seal("otp seed", seed, self.pk, self.user_id)

    def open_seed(self) -> bytes:
        """The seed; raises Unreadable if the row was moved to another person by hand."""
        return unseal("otp seed", bytes(self.seed), self.seed_key_id, self.pk, self.user_id)

    def retire(self) -> list[str]:
        """Take it out of use; tells the columns to save."""
        self.confirmed, self.removed_at, self.seed = False, timezone.now(), b""
        return ["confirmed", "removed_at", "seed"]

    def _use_code(self, token: str) -> bool:
        step = totp.matching_step(self.open_seed(), token, after=self.last_step)
        if step is None:
            return False
        self.last_step = step
        self.save(update_fields=["last_step"])
        return True


class RecoverySheet(GuessableFactor):
    """Ten codes on paper, for the day a device is lost. A new sheet ends the old one."""

    attested = ("user_id", "confirmed")
    # The code that a sign-in has just used up
    used: RecoveryCode | None = None

    class Privacy:
        keep = "ACCOUNT"
        clear = {
            "version",
            "mac_key_id",
            "confirmed",
            "last_used_at",
            "throttling_failure_timestamp",
            "throttling_failure_count",
        }
        staff = {"user", "name"}
        secret = {"mac"}

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "user",
                name="accounts_recoverysheet_one_is_in_use",
                condition=Q(confirmed=True),
            )
        ]

    def digest(self, code: str, key_id: str = "") -> tuple[str, str]:
        """The keyed digest of a code on this sheet; on another sheet it would be another."""
        return keyed_digest("recovery code", str(self.pk), str(self.user_id), code, key_id=key_id)

    def retire(self) -> list[str]:
        """Take it out of use; tells the columns to save."""
        self.confirmed = False
        return ["confirmed"]

    def _use_code(self, token: str) -> bool:
        code = tidy_recovery_code(token)
        unused = self.codes.filter(used_at__isnull=True)
        keys = unused.values_list("key_id", flat=True).distinct()
        digests = [self.digest(code, key_id)[0] for key_id in keys]
        self.used = unused.filter(digest__in=digests).select_for_update().first()
        if self.used is None or not self.used.is_genuine():
            return False
        self.used.used_at = timezone.now()
        self.used.attest().save(update_fields=["used_at", *SIGNATURE])
        return True


class RecoveryCode(Versioned, BaseModel):
    """One code of a sheet, kept as a keyed digest, usable once."""

    attested = ("sheet_id", "digest", "key_id", "used_at")
    signed_with = "sheet_id"

    class Privacy:
        keep = "ACCOUNT"
        clear = {"sheet", "used_at", "version", "mac_key_id"}
        secret = {"digest", "key_id", "mac"}

    sheet = models.ForeignKey(RecoverySheet, models.PROTECT, related_name="codes")
    digest = models.CharField(max_length=64)
    key_id = models.CharField(max_length=32)
    used_at = models.DateTimeField(null=True)


def tidy_recovery_code(typed: str) -> str:
    """A code as somebody copied it, in the letters that we print."""
    letters = "".join(c for c in typed.upper() if c.isalnum())
    return "".join(c for c in letters.translate(_SPOKEN_LETTERS) if c in ALPHABET)
