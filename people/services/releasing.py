"""Giving a protected address to exactly one person or desk."""

from __future__ import annotations

from django.db import transaction

from audit import services as audit
from kernel.actors import Actor
from kernel.tiers import Tier
from people.models import AddressRelease, ProtectedAddress
from vault import services as vault
from vault.models import HolderKind


@transaction.atomic
def record_release(
    *, actor: Actor, address: ProtectedAddress, reader: vault.Reader, reason: str
) -> AddressRelease:
    """Grant the address's own safe, and nothing else; why is sealed beside it."""
    (grant,) = vault.grant(actor=actor, safe=address.safe, readers=[reader])
    is_person = reader.kind is HolderKind.MEMBERSHIP
    release = AddressRelease(
        address=address,
        membership_id=reader.holder_id if is_person else None,
        desk_id=None if is_person else reader.holder_id,
        grant=grant,
        released_by_id=actor.member.membership_id,
    )
    vault.Sealer(address.safe, actor=actor).seal(
        address.safe, release, Tier.SENSITIVE, reason=reason
    )
    release.save(force_insert=True)
    audit.record("people.address_released", actor=actor, target=release)
    return release
