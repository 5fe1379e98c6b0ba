"""Recording agreements that were signed on paper."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction

from agreements.models import Agreement, AgreementTier, Signature
from audit import services as audit
from kernel.actors import Actor


@dataclass(frozen=True, slots=True)
class AgreementEntry:
    """A signed agreement, and where it was recorded from."""

    title: str
    tier: AgreementTier
    in_force_from: date
    source: str


@dataclass(frozen=True, slots=True)
class SignatureEntry:
    """One signature on it."""

    agency_id: UUID
    signatory_name: str
    signatory_role: str
    represents: str
    signed_on: date


@transaction.atomic
def load_agreement(
    *, actor: Actor, entry: AgreementEntry, signatures: Iterable[SignatureEntry]
) -> Agreement:
    """Record an agreement with its signatures; what is recorded already stays as it is."""
    agreement, is_new = Agreement.objects.get_or_create(
        title=entry.title,
        defaults={
            "tier": entry.tier,
            "in_force_from": entry.in_force_from,
            "source": entry.source,
        },
    )
    rows = [
        Signature(
            agreement=agreement,
            agency_id=s.agency_id,
            signatory_name=s.signatory_name,
            signatory_role=s.signatory_role,
            represents=s.represents,
            signed_on=s.signed_on,
            source=entry.source,
        )
        for s in signatures
    ]
    Signature.objects.bulk_create(rows, ignore_conflicts=True)
    if is_new:
        audit.record("agreements.agreement_loaded", actor=actor, target=agreement)
    return agreement
