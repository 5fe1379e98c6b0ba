"""Telling people by e-mail that their way of signing in changed, in case it was not they."""

from __future__ import annotations

from django.db import models

from accounts import queries
from kernel import outbox
from kernel.actors import Actor
from kernel.ids import new_id

TOPIC = "accounts.changed"


class Change(models.TextChoices):
    """What changed, in the words of the message. Nothing of the portal's content is among them."""

    PASSWORD = "PASSWORD", "Your password was changed."
    DEVICE_ADDED = "DEVICE_ADDED", "A device or passkey to sign in with was added."
    DEVICE_REMOVED = "DEVICE_REMOVED", "A device or passkey to sign in with was removed."
    RECOVERY_CODES_MADE = "RECOVERY_CODES_MADE", "New recovery codes were made. The old ones ended."
    RECOVERY_CODE_USED = "RECOVERY_CODE_USED", "A recovery code was used to prove that it is you."
    RESET_ASKED = (
        "RESET_ASKED",
        (
            "A lead or coordinator began to reset how you sign in, because a device is said to be lost. "
            "Nothing is reset before a second person agrees."
        ),
    )
    RESET = (
        "RESET",
        (
            "Your devices, passkeys and recovery codes were all removed, and you were signed out "
            "everywhere, because a device is said to be lost."
        ),
    )


def tell(*, actor: Actor, change: Change, about: Actor | None = None) -> None:
    """Promise the owner of the account a message. It carries the fact and the moment, no more."""
    owner = queries.user_id(about or actor)
    outbox.enqueue(TOPIC, actor=actor, key=str(new_id()), user_id=owner, change=change.value)
