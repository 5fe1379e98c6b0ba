"""What a person may do to their own account."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings

from kernel.decisions import ALLOW, Decision, deny

MOST_DEVICES = 5


def can_add_device(confirmed: int) -> Decision:
    """Few devices: each one is another way in."""
    if confirmed >= MOST_DEVICES:
        return deny("too_many_devices", "Remove a device that you no longer use first")
    return ALLOW


def can_begin(*, may_begin: bool) -> Decision:
    """Somebody who once had a device does not get another by their password alone."""
    if not may_begin:
        return deny(
            "needs_fresh_start",
            "Open the link in the message that we sent you when your devices were reset. "
            "If it no longer works, ask your lead to reset them again.",
        )
    return ALLOW


def can_reset(own_id: UUID | None, user_id: UUID) -> Decision:
    """Nobody takes their own second factor off."""
    if own_id is None or own_id == user_id:
        return deny("own_account", "You cannot reset your own devices. Ask your lead.")
    return ALLOW


def can_remove_device(confirmed: int) -> Decision:
    """Nobody may lock themselves out."""
    if confirmed < 2:
        return deny("last_device", "Add another device before you remove your only one")
    return ALLOW


def is_demonstration() -> Decision:
    """Codes are told, and devices made, only for invented people."""
    if not settings.DEMO:
        return deny("not_demonstration", "This works only in a demonstration")
    return ALLOW
