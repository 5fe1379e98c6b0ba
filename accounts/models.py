"""People who sign in, their second factors and their sessions."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django_otp.models import Device, ThrottlingMixin

from accounts import totp
from accounts.sealing import keyed_digest, seal, unseal
from kernel.ids import ALPHABET
from kernel.models import BaseModel

# Whoever guesses codes has the password already; the true owner must still get in the same hour.
LONGEST_WAIT = timedelta(minutes=15)
_SPOKEN_LETTERS = str.maketrans("ILO", "110")


class UserManager(BaseUserManager["User"]):
    """Finds people by e-mail address, whatever the case it was typed in."""

    def create_user(self, *, email: str, full_name: str, password: str) -> User:
        """A person who can sign in. There is no other kind of user."""
        user = self.model(email=email.strip().lower(), full_name=full_name.strip())
        user.set_password(password)
        user.save(force_insert=True)
        return user

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser, PermissionsMixin, BaseModel):
    """A person who signs in. What they may do comes from memberships, never from here."""

    class Privacy:
        keep = "ACCOUNT"
        clear = {"is_active", "groups", "user_permissions"}
        staff = {"email", "full_name", "last_login"}
        secret = {"password"}

    email = models.EmailField(max_length=254, unique=True)
    full_name = models.CharField(max_length=200)
    password = models.CharField(max_length=255)
    is_active = models.BooleanField(default=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["full_name"]

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="accounts_user_email_is_lower_case", condition=Q(email=Lower("email"))
            )
        ]

    def __str__(self) -> str:
        return BaseModel.__str__(self)

    def get_full_name(self) -> str:
        return self.full_name

    @property
    def is_superuser(self) -> bool:  # type: ignore[override]  # takes the field's place
        """Never. There is no such column, so nobody can be made one by SQL either."""
        return False


class EndReason(models.TextChoices):
    """Why a session ended, in the words that its owner reads."""

    IDLE = "IDLE", "You were signed out because you had not used the portal for a while"
    TOO_LONG = "TOO_LONG", "You were signed out because you signed in a long time ago"
    SIGNED_OUT = "SIGNED_OUT", "You have signed out"
    ELSEWHERE = "ELSEWHERE", "You were signed out from another browser or device"
    PASSWORD = "PASSWORD", "You were signed out because your password was changed"


class Session(BaseModel):
    """One browser's sign-in. Holds a digest of the key, so a copy of the table opens nothing."""

    app_may = "SELECT, INSERT, UPDATE, DELETE"

    class Privacy:
        keep = "SESSION"
        clear = {"started_at", "last_seen_at", "ended_at", "end_reason"}
        staff = {"user"}
        secret = {"key_digest", "data"}

    key_digest = models.CharField(max_length=64, unique=True)
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    data = models.TextField(blank=True)
    started_at = models.DateTimeField(default=timezone.now)
    last_seen_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=20, choices=EndReason, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="accounts_session_that_ended_holds_nothing_and_says_why",
                condition=Q(ended_at__isnull=True, end_reason="")
                | Q(ended_at__isnull=False, data="") & ~Q(end_reason=""),
            )
        ]
        indexes = [
            models.Index("user", name="accounts_session_open", condition=Q(ended_at__isnull=True))
        ]

    def over(self, now: datetime) -> EndReason | None:
        """Why the session may not be used any more, if so."""
        if self.ended_at:
            return EndReason(self.end_reason)
        if now - self.last_seen_at > timedelta(seconds=settings.SESSION_IDLE_SECONDS):
            return EndReason.IDLE
        if now - self.started_at > timedelta(seconds=settings.SESSION_ABSOLUTE_SECONDS):
            return EndReason.TOO_LONG
        return None


class SecondFactor(BaseModel, ThrottlingMixin, Device):  # type: ignore[misc, django-manager-missing]
    """Something that proves a sign-in beside the password, with a growing wait after each failure."""

    throttle_fields = ("throttling_failure_timestamp", "throttling_failure_count")

    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    confirmed = models.BooleanField(default=False)
    last_used_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True

    @property
    def persistent_id(self) -> str:
        """As django_otp keeps it in the session; it looks keys up as whole numbers."""
        return f"{self.model_label()}/{self.pk.int}"

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

    def accept(self, code: str) -> bool:
        """Use the code up if it is right. The row must be locked."""
        if self.locked_until() or not self._use_up(code):
            return False
        self.throttle_reset(commit=False)
        self.last_used_at = timezone.now()
        self.save(update_fields=[*self.throttle_fields, "last_used_at"])
        return True

    def refuse(self) -> None:
        """Count a failure: the next attempt has to wait, each time twice as long."""
        self.throttle_increment(commit=False)
        self.save(update_fields=[*self.throttle_fields])

    def _use_up(self, token: str) -> bool:
        raise NotImplementedError


class TotpDevice(SecondFactor):
    """An authenticator on a telephone or a desktop. Its seed is sealed for this row and person."""

    class Privacy:
        keep = "ACCOUNT"
        clear = {
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
        secret = {"seed", "seed_key_id"}

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

    def _use_up(self, token: str) -> bool:
        step = totp.matching_step(self.open_seed(), token, after=self.last_step)
        if step is None:
            return False
        self.last_step = step
        self.save(update_fields=["last_step"])
        return True


class RecoverySheet(SecondFactor):
    """Ten codes on paper, for the day a device is lost. A new sheet ends the old one."""

    class Privacy:
        keep = "ACCOUNT"
        clear = {
            "confirmed",
            "last_used_at",
            "throttling_failure_timestamp",
            "throttling_failure_count",
        }
        staff = {"user", "name"}

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

    def _use_up(self, token: str) -> bool:
        code = tidy_recovery_code(token)
        unused = self.codes.filter(used_at__isnull=True)
        keys = unused.values_list("key_id", flat=True).distinct()
        digests = [self.digest(code, key_id)[0] for key_id in keys]
        return unused.filter(digest__in=digests).update(used_at=timezone.now()) == 1


class RecoveryCode(BaseModel):
    """One code of a sheet, kept as a keyed digest, usable once."""

    class Privacy:
        keep = "ACCOUNT"
        clear = {"sheet", "used_at"}
        secret = {"digest", "key_id"}

    sheet = models.ForeignKey(RecoverySheet, models.PROTECT, related_name="codes")
    digest = models.CharField(max_length=64)
    key_id = models.CharField(max_length=32)
    used_at = models.DateTimeField(null=True)


def tidy_recovery_code(typed: str) -> str:
    """A code as somebody copied it, in the letters that we print."""
    letters = "".join(c for c in typed.upper() if c.isalnum())
    return "".join(c for c in letters.translate(_SPOKEN_LETTERS) if c in ALPHABET)
