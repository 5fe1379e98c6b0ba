"""The link by which somebody whose devices were reset sets up a new one, once, for a day.

It is sealed for the person, their present password and every device that they ever had: it dies
with the first new device, and whoever gets at the mailbox and sets a new password kills it too.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

from accounts.models import User
from accounts.sealing import Unreadable, from_text, seal, to_text, unseal

LASTS = timedelta(days=1)
_USE = "fresh start"


def make(user: User, devices: Sequence[UUID]) -> str:
    """A link's code, good until a device is set up."""
    return to_text(*seal(_USE, str(int(time.time())).encode(), *_bound(user, devices)))


def is_good(code: str, user: User, devices: Sequence[UUID]) -> bool:
    """Whether the code was made for the person as they are now."""
    try:
        made_at = int(unseal(_USE, *from_text(code), *_bound(user, devices)))
    except Unreadable:
        return False
    return time.time() - made_at < LASTS.total_seconds()


def until(now: datetime) -> datetime:
    """When a link that is made now ends."""
    return now.astimezone(UTC) + LASTS


def _bound(user: User, devices: Sequence[UUID]) -> tuple[object, ...]:
    return user.pk, user.password, *devices
