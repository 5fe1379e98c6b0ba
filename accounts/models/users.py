"""People who sign in."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.hashers import check_password
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from kernel.attestation import SIGNATURE, Versioned
from kernel.models import BaseModel


class UserManager(BaseUserManager["User"]):
    """Finds people by e-mail address, whatever the case it was typed in."""

    def create_user(self, *, email: str, full_name: str, password: str) -> User:
        """A person who can sign in. There is no other kind of user."""
        user = self.model(email=email.strip().lower(), full_name=full_name.strip())
        user.set_password(password)
        user.attest().save(force_insert=True)
        return user

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser, PermissionsMixin, Versioned, BaseModel):
    """A person who signs in. What they may do comes from memberships, never from here.

    Attested: a password's hash, or an address for a new password, that was written by SQL signs
    nobody in, were it copied from somebody who knows the password.
    """

    attested = ("email", "password", "is_active")

    class Privacy:
        keep = "ACCOUNT"
        clear = {"is_active", "groups", "user_permissions", "version", "mac_key_id"}
        staff = {"email", "full_name", "last_login"}
        secret = {"password", "mac"}

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

    def check_password(self, raw_password: str | None) -> bool:
        """Whether it is theirs. One hashed by an outdated rule is hashed anew, and signed."""
        return check_password(raw_password, self.password, self._hash_anew)

    def _hash_anew(self, raw_password: str) -> None:
        if self.is_genuine():
            self.set_password(raw_password)
            self.attest().save(update_fields=["password", *SIGNATURE])

    @property
    def is_superuser(self) -> bool:  # type: ignore[override]  # takes the field's place
        """Never. There is no such column, so nobody can be made one by SQL either."""
        return False
