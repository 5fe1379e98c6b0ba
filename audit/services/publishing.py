"""Roots leave the machine each day, so that nobody can rewrite the past without being found."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction

from audit import queries
from audit.models import Channel, RootDelivery
from kernel import outbox
from kernel.actors import Actor


@transaction.atomic
def publish_root(*, actor: Actor) -> None:
    """Promise the newest seal's statement to every way that the settings name."""
    seal = queries.newest_seal(actor)
    if seal is None:
        return
    number = seal.number
    if settings.SEAL_ROOTS:
        outbox.enqueue("audit.root_to_file", actor=actor, key=f"{number}", seal=number)
    if settings.SEAL_SYSLOG:
        outbox.enqueue("audit.root_to_syslog", actor=actor, key=f"{number}", seal=number)
    for place, _ in enumerate(settings.SEAL_OFFICERS):
        key = f"{number}:{place}"
        outbox.enqueue("audit.root_to_officer", actor=actor, key=key, seal=number, officer=place)


@transaction.atomic
def record_delivery(*, actor: Actor, number: int, channel: Channel, place: int = 0) -> None:
    """Note that a statement left. A repeat after a kill is the same departure."""
    delivery = RootDelivery(seal_id=number, channel=channel, place=place)
    RootDelivery.objects.bulk_create([delivery], ignore_conflicts=True)
