"""Releasing a protected address on purpose, withdrawing it, and reading it."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from agencies import queries as agencies
from audit import services as audit
from kernel import outbox
from kernel.actors import Actor
from kernel.tiers import Tier
from people import queries as people
from people.models import AddressRelease, ProtectedAddress
from people.services import record_release
from sharing import policies, queries
from sharing.services.answering import RecipientInput
from sharing.states import RecipientKind
from vault import services as vault


@transaction.atomic
def release_address(
    *, actor: Actor, address_id: UUID, kind: RecipientKind, holder_id: UUID, reason: str
) -> AddressRelease:
    """Let one person or desk read a protected address. A second press releases it once."""
    # The case is held, for an address's own row may not even be locked: pressed twice, released once
    queries.hold_case(queries.addresses(actor).get(pk=address_id).safe.dossier_id)
    address = queries.addresses(actor).get(pk=address_id)
    policies.can_release(actor, address, vault.reach_of(actor, address.safe)).require()
    for one in address.releases.all():
        if holder_id in (one.membership_id, one.desk_id) and not hasattr(one.grant, "revocation"):
            return one
    reader = RecipientInput(kind, holder_id, Tier.SENSITIVE).reader()
    release = record_release(actor=actor, address=address, reader=reader, reason=reason)
    _tell(actor, release, kind, holder_id)
    return release


def _tell(actor: Actor, release: AddressRelease, kind: RecipientKind, holder_id: UUID) -> None:
    """That something waits, to the person, or to the desk and everybody there."""
    holders = [(kind, holder_id)]
    if kind is RecipientKind.DESK:
        seated = agencies.desk_people([holder_id])[holder_id]
        holders += [(RecipientKind.PERSON, one.pk) for one in seated]
    for one, key in holders:
        outbox.enqueue(
            "sharing.notice",
            actor=actor,
            key=f"ADDRESS_RELEASED:{release.pk}:{key}",
            code="ADDRESS_RELEASED",
            target_id=release.pk,
            kind=one.value,
            holder_id=key,
        )


@transaction.atomic
def withdraw_address(*, actor: Actor, release_id: UUID) -> AddressRelease:
    """End a release from this moment. What was already read stays read."""
    release = queries.own_releases(actor).get(pk=release_id)
    if hasattr(release.grant, "revocation"):
        return release
    vault.revoke(actor=actor, grant=release.grant)
    audit.record("people.address_withdrawn", actor=actor, target=release)
    return release


def open_address(*, actor: Actor, address: ProtectedAddress) -> vault.Opened:
    """The address for the author's own side, with why it was released to whom.

    Opens the vault, so it runs outside any transaction.
    """
    reasons = [one.reason for one in address.releases.all()]
    (snapshot,) = people.with_surroundings([address.snapshot])
    person = people.sealed_of(snapshot)
    return vault.open(actor, vault.Why.FOLLOWING, *person, address.address, *reasons)


def open_released(*, actor: Actor, release: AddressRelease) -> vault.Opened:
    """The address for somebody it was released to. Each look is on record."""
    (snapshot,) = people.with_surroundings([release.address.snapshot])
    person = people.sealed_of(snapshot)
    return vault.open(actor, vault.Why.READING, *person, release.address.address)
