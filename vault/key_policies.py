"""When a key-encryption key may move on. Each refusal tells the custodian what to do."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from kernel.decisions import ALLOW, Decision, deny
from vault.models import KeyEncryptionKey
from vault.states import KEY_WORKFLOW


def can_publish(waiting: KeyEncryptionKey | None) -> Decision:
    """One new key at a time."""
    if waiting is None:
        return ALLOW
    return deny(
        "already_published",
        f"Key {waiting.pk} is published already. Activate it, or withdraw it first",
    )


def can_activate(key: KeyEncryptionKey, lacking: Sequence[str]) -> Decision:
    """Every live host has to hold the key, or it could neither write nor read from then on."""
    if not lacking:
        return KEY_WORKFLOW.allows("activate", key)
    return deny(
        "hosts_lack_key",
        f"These hosts are at work without key {key.pk}: {', '.join(lacking)}. Put the key's file "
        f"into their key rings and wait a minute; a host that was switched off is forgotten after "
        f"{settings.HOST_LIVE_MINUTES} minutes, or at once with --despite HOST",
    )


def may_be_destroyed_at(retired_at: datetime) -> datetime:
    """Until then a backup of the database may still need the key."""
    return retired_at + timedelta(days=settings.BACKUP_WINDOW_DAYS)


def can_destroy(key: KeyEncryptionKey) -> Decision:
    """Only a retired key, and only when no backup needs it any more."""
    allowed = KEY_WORKFLOW.allows("destroy", key)
    if not allowed or key.retired_at is None:
        return allowed
    ends = may_be_destroyed_at(key.retired_at)
    if timezone.now() >= ends:
        return ALLOW
    return deny(
        "backups_need_it",
        f"Backups may still need key {key.pk}: wait until {timezone.localtime(ends):%d %B %Y %H:%M} "
        f"({settings.BACKUP_WINDOW_DAYS} days after it was retired, BACKUP_WINDOW_DAYS)",
    )


def leaves_nothing_behind(
    key: KeyEncryptionKey, opening: int, damaged: int, abandoned: int
) -> Decision:
    """No data key that opens is left under it; damaged ones are left by their exact number."""
    if opening:
        return deny(
            "still_in_use", f"Data keys are still wrapped by key {key.pk}. Run rewrap first"
        )
    if damaged != abandoned:
        return deny(
            "damaged_keys_left",
            f"{damaged} damaged data keys under key {key.pk} do not open and stay lost. Look into "
            f"the incidents in the audit; then say --leave-damaged {damaged}",
        )
    return ALLOW
