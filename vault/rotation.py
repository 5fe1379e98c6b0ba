"""The moves of a key-encryption key. Run by a custodian in the owner's role, one at a time."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from audit import services as audit
from kernel.actors import Actor
from kernel.keys import Purpose, ring
from vault import crypto, hosts, key_policies
from vault.errors import ForeignKeyMaterial
from vault.locks import ActiveKey
from vault.models import DataKey, KeyEncryptionKey
from vault.states import KEY_WORKFLOW, KeyStatus

# Any number that no other advisory lock of the portal uses
_CUSTODIANS = 0x6B65_7972_696E_67
# Who is sealing at this moment is waited for, but nobody who comes after waits longer than this.
_LOCK_SECONDS = 5


@transaction.atomic
def found(*, actor: Actor) -> KeyEncryptionKey | None:
    """Give a new installation its first key, active at once; None where there are keys already."""
    _one_custodian_at_a_time()
    if KeyEncryptionKey.objects.exists():
        return None
    key = _new_key(KeyStatus.ACTIVE, activated_at=timezone.now())
    audit.record("vault.key_activated", actor=actor, target=key)
    return key


@transaction.atomic
def publish(*, actor: Actor) -> KeyEncryptionKey:
    """Make a key on this host's ring that nothing uses yet, so that every host can get it."""
    _one_custodian_at_a_time()
    waiting = KeyEncryptionKey.objects.filter(status=KeyStatus.PUBLISHED).first()
    key_policies.can_publish(waiting).require()
    key = _new_key(KeyStatus.PUBLISHED)
    audit.record("vault.key_published", actor=actor, target=key)
    return key


@transaction.atomic
def withdraw(*, actor: Actor, key_id: str) -> KeyEncryptionKey:
    """Give up a published key before anything used it."""
    key = _locked(key_id)
    KEY_WORKFLOW.apply("withdraw", key, destroyed_at=timezone.now())
    audit.record("vault.key_withdrawn", actor=actor, target=key)
    return key


@transaction.atomic
def activate(*, actor: Actor, key_id: str, despite: Collection[str] = ()) -> KeyEncryptionKey:
    """Wrap every new data key by this one from now on; the one before it retires with it."""
    key = _locked(key_id)
    key_policies.can_activate(key, hosts.lacking(key, despite=despite)).require()
    crypto.require_on_ring(ActiveKey(key.pk, key.fingerprint))
    before = KeyEncryptionKey.objects.select_for_update(no_key=True).get(status=KeyStatus.ACTIVE)
    now = timezone.now()
    KEY_WORKFLOW.apply("retire", before, retired_at=now)
    KEY_WORKFLOW.apply("activate", key, activated_at=now)
    audit.record("vault.key_retired", actor=actor, target=before)
    audit.record("vault.key_activated", actor=actor, target=key, despite=sorted(despite))
    return key


@transaction.atomic
def destroy(*, actor: Actor, key_id: str, leave_damaged: int = 0) -> KeyEncryptionKey:
    """End a key that nothing needs any more. Its files go by `purge`, on each host."""
    key = _locked(key_id)
    key_policies.can_destroy(key).require()
    opening, damaged = _left_under(key)
    key_policies.leaves_nothing_behind(key, opening, damaged, leave_damaged).require()
    KEY_WORKFLOW.apply("destroy", key, destroyed_at=timezone.now())
    audit.record("vault.key_destroyed", actor=actor, target=key, damaged=damaged)
    return key


def purge(*, actor: Actor) -> list[str]:
    """Remove the files of destroyed keys from this host's ring; tells their ids.

    The files go first and the record follows: a kill in between leaves no key behind.
    """
    on_disk = set(ring().ids_on_disk(Purpose.KEK))
    destroyed = KeyEncryptionKey.objects.filter(status=KeyStatus.DESTROYED, pk__in=on_disk)
    gone = list(destroyed.order_by("pk"))
    for key in gone:
        ring().remove(Purpose.KEK, key.pk)
    with transaction.atomic():
        for key in gone:
            audit.record("vault.key_purged", actor=actor, target=key, host=settings.HOST_NAME)
    hosts.report_again()
    return [key.pk for key in gone]


def final_in_backups(destroyed_at: datetime) -> datetime:
    """When what was destroyed then cannot be had from backups either.

    Its wrapped data keys are in backups made before. The key-encryption key of that time is retired
    within the interval of rotation, and destroyed when the backup window has passed since.
    """
    days = settings.KEY_ROTATION_DAYS + settings.BACKUP_WINDOW_DAYS
    return destroyed_at + timedelta(days=days)


def _new_key(status: KeyStatus, **moments: datetime) -> KeyEncryptionKey:
    """The file first: a row whose key is on no ring would stop everybody's writing."""
    key = ring().create(Purpose.KEK)
    return KeyEncryptionKey.objects.create(
        pk=key.id, status=status, fingerprint=key.fingerprint, **moments
    )


def _locked(key_id: str) -> KeyEncryptionKey:
    _one_custodian_at_a_time()
    return KeyEncryptionKey.objects.select_for_update(no_key=True).get(pk=key_id)


def _one_custodian_at_a_time() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL lock_timeout = '{_LOCK_SECONDS}s'")
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_CUSTODIANS])


def _left_under(key: KeyEncryptionKey) -> tuple[int, int]:
    """How many data keys under it still open (the first one is enough), and how many never will."""
    rows: QuerySet[DataKey] = DataKey.objects.filter(kek=key)
    damaged = 0
    for row in rows.iterator():
        try:
            crypto.unwrap(row)
        except ForeignKeyMaterial:
            damaged += 1
        else:
            return 1, damaged
    return 0, damaged
