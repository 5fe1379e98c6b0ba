"""Finishing what a kill or a destruction left: objects that no record keeps are removed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from audit import services as audit
from kernel.actors import Actor
from vault.files.errors import StoreUnavailable
from vault.files.stores import store
from vault.models import StoredFile
from vault.states import FILE_WORKFLOW, FileStatus

log = structlog.get_logger(__name__)

# A process that was stopped in the middle may still write for a while: delete again until then.
GRACE = timedelta(hours=1)
# At one run; the next takes the rest.
_BATCH = 500


def sweep_files(*, actor: Actor) -> int:
    """Give up uploads whose lease has ended and remove the bytes of what nothing keeps any more.

    Runs in the disposer's role. Nothing that a record keeps is given up: the status is judged
    under the row's lock, and a trigger refuses that move. Returns how many were removed.
    """
    for pk in _keys(_expired()):
        _give_up(pk)
    removable = [*_keys(_abandoned()), *_keys(_destroyed())]
    return sum(_remove(actor, pk) for pk in removable)


def _expired() -> QuerySet[StoredFile]:
    unkept = [FileStatus.UPLOADING, FileStatus.STORED]
    return StoredFile.objects.filter(status__in=unkept, lease_until__lt=timezone.now())


def _abandoned() -> QuerySet[StoredFile]:
    return StoredFile.objects.filter(status=FileStatus.ABANDONED)


def _destroyed() -> QuerySet[StoredFile]:
    return StoredFile.objects.filter(
        status=FileStatus.KEPT, safe__dossier__destroyed_at__isnull=False
    )


def _keys(rows: QuerySet[StoredFile]) -> Iterator[UUID]:
    return iter(list(rows.order_by("pk").values_list("pk", flat=True)[:_BATCH]))


@transaction.atomic
def _give_up(pk: UUID) -> None:
    """Abandon an upload, if it is still to be abandoned once we hold it."""
    row = _expired().select_for_update(of=("self",), skip_locked=True).filter(pk=pk).first()
    if row is not None:
        FILE_WORKFLOW.apply("abandon", row)


def _remove(actor: Actor, pk: UUID) -> bool:
    """Delete the bytes, then say so: a kill in between does it once more."""
    row = StoredFile.objects.get(pk=pk)
    try:
        store().delete(row.object)
    except (StoreUnavailable, ValueError) as error:  # ValueError: a name that is none of ours
        log.error("vault.file_not_removed", file=str(pk), error=type(error).__name__)
        return False
    if row.status == FileStatus.ABANDONED and row.lease_until > timezone.now() - GRACE:
        return False
    with transaction.atomic():
        row = StoredFile.objects.select_for_update().get(pk=pk)
        if row.status == FileStatus.REMOVED:
            return False
        FILE_WORKFLOW.apply("remove", row, removed_at=timezone.now())
        audit.record("vault.file_removed", actor=actor, target=row, safe=row.safe_id)
    return True
