"""What a custodian has to know: the keys, the hosts, the recovery copy, and what to do next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Count, QuerySet
from django.utils import timezone

from kernel.keys import ring
from vault import hosts, key_policies
from vault.models import DataKey, KeyEncryptionKey, RecoveryCopy
from vault.states import KeyStatus


@dataclass(frozen=True, slots=True)
class KeyLine:
    """One key-encryption key as it stands."""

    key: KeyEncryptionKey
    data_keys: int
    holders: list[str]

    @property
    def since(self) -> datetime:
        key = self.key
        return key.destroyed_at or key.retired_at or key.activated_at or key.created_at


def lines() -> list[KeyLine]:
    """Every key, the newest last."""
    counts = dict(DataKey.objects.values_list("kek").annotate(Count("pk")))
    keys = KeyEncryptionKey.objects.order_by("created_at", "pk")
    return [KeyLine(key, counts.get(key.pk, 0), hosts.holding(key)) for key in keys]


def copy_warning() -> str:
    """What is wrong with the recovery copy; empty where the last one holds the whole ring."""
    last = RecoveryCopy.objects.order_by("created_at", "pk").last()
    if last is None:
        return "There is no recovery copy of the key ring. Run recovery-setup, then recovery-copy"
    gone = set(_of(KeyStatus.DESTROYED).values_list("fingerprint", flat=True))
    missing = [
        key.file_name
        for key in ring().on_disk()
        if key.fingerprint not in gone and key.fingerprint not in last.fingerprints
    ]
    if missing:
        made = f"{timezone.localtime(last.created_at):%d %B %Y %H:%M}"
        return f"The last recovery copy ({made}) lacks {', '.join(missing)}. Run recovery-copy"
    return ""


def copies_to_delete() -> list[RecoveryCopy]:
    """Copies that hold keys destroyed since: wherever they lie, they have to go."""
    gone = list(_of(KeyStatus.DESTROYED).values_list("fingerprint", flat=True))
    return list(RecoveryCopy.objects.filter(fingerprints__overlap=gone).order_by("created_at"))


def next_steps(found: list[KeyLine]) -> list[str]:
    """What a custodian may or should do now, in this order."""
    steps = [copy_warning()]
    steps += [step for line in found for step in _steps_for(line)]
    return [step for step in steps if step]


def _steps_for(line: KeyLine) -> list[str]:
    key = line.key
    match key.status:
        case KeyStatus.PUBLISHED:
            refusal = key_policies.can_activate(key, hosts.lacking(key)).reason
            return [refusal or f"Every live host holds {key.pk}: activate it"]
        case KeyStatus.ACTIVE:
            return _rotation_due(key)
        case KeyStatus.RETIRED if line.data_keys:
            return [f"{line.data_keys:,} data keys are still under {key.pk}: run rewrap"]
        case KeyStatus.RETIRED:
            refusal = key_policies.can_destroy(key).reason
            return [refusal or f"Nothing needs {key.pk} any more: destroy it"]
        case KeyStatus.DESTROYED if line.holders:
            names = ", ".join(line.holders)
            return [f"Run purge on {names}: the file of {key.pk} lies there (gone: forget-host)"]
    return []


def _rotation_due(key: KeyEncryptionKey) -> list[str]:
    age = timezone.now() - (key.activated_at or key.created_at)
    if age < timedelta(days=settings.KEY_ROTATION_DAYS):
        return []
    return [f"{key.pk} has been active for {age.days} days: publish the next one"]


def _of(status: KeyStatus) -> QuerySet[KeyEncryptionKey]:
    return KeyEncryptionKey.objects.filter(status=status)
