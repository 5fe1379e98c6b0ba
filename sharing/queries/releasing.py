"""Reading protected addresses and to whom they were released."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db.models import Prefetch, QuerySet

from agencies.models import Desk
from kernel.actors import Actor
from people.models import AddressRelease, ProtectedAddress
from sharing import policies
from sharing.models import AskSubject
from vault.models import Dossier


def addresses(actor: Actor) -> QuerySet[ProtectedAddress]:
    """Protected addresses of those whom the actor's own side asked about."""
    found = ProtectedAddress.objects.filter(policies.visible_addresses(actor))
    releases = AddressRelease.objects.select_related(
        "membership__user",
        "membership__agency",
        "desk__agency",
        "released_by__user",
        "grant__revocation",
    ).order_by("released_at", "pk")
    return found.select_related(
        "safe__dossier",
        "snapshot__safe",
        "snapshot__subject__request",
        "snapshot__subject__share",
    ).prefetch_related(Prefetch("releases", releases))


def hold_case(dossier_id: UUID) -> None:
    """Let nobody else release anything of a case until this transaction ends."""
    Dossier.objects.select_for_update().get(pk=dossier_id)


def own_releases(actor: Actor) -> QuerySet[AddressRelease]:
    """What the actor's own side released, for withdrawing it."""
    return AddressRelease.objects.filter(
        address__in=addresses(actor).order_by().values("pk")
    ).select_related("grant__revocation", "address__snapshot__subject")


def releases(actor: Actor) -> QuerySet[AddressRelease]:
    """What was released to the actor, in person or at a desk, and not withdrawn."""
    found = AddressRelease.objects.filter(policies.visible_releases(actor))
    return found.select_related(
        "address__snapshot__subject__request",
        "address__snapshot__subject__share",
        "released_by__user",
        "released_by__agency",
    )


def released_about(actor: Actor, snapshots: Collection[UUID]) -> list[AddressRelease]:
    """What was released to the actor of these people."""
    found = releases(actor).filter(address__snapshot__in=snapshots)
    return list(found.order_by("released_at", "pk"))


def desks_asked_about(address: ProtectedAddress) -> list[Desk]:
    """The desks that are asked about the person, who may need to know where they are."""
    asked = AskSubject.objects.filter(subject__snapshot=address.snapshot_id).values("ask__desk")
    found = Desk.objects.filter(pk__in=asked).select_related("agency")
    return list(found.order_by("agency__name", "name", "pk"))
