"""Destroying a dossier: its keys go, and with them every word in its safes."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from audit import services as audit
from kernel.actors import Actor
from vault import rotation
from vault.models import DataKey, Dossier


@transaction.atomic
def destroy_dossier(*, actor: Actor, dossier: Dossier) -> None:
    """Delete the keys of every safe in the dossier. Runs in the disposer's database role only."""
    locked = Dossier.objects.select_for_update().get(pk=dossier.pk)
    if locked.destroyed_at is not None:
        return
    DataKey.objects.filter(safe__dossier=locked).delete()
    locked.destroyed_at = timezone.now()
    locked.save(update_fields=["destroyed_at"])
    final = rotation.final_in_backups(locked.destroyed_at)
    audit.record(
        "vault.destroyed",
        actor=actor,
        target=locked,
        kind=locked.kind,
        destroyed_on=timezone.localdate(locked.destroyed_at),
        final_in_backups_on=timezone.localdate(final),
    )
