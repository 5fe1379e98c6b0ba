"""What the pages about agreements show."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from agencies.sectors import Sector
from agreements.models import Agreement, AgreementTier, Signature


@dataclass(frozen=True, slots=True)
class AgreementRow:
    """One agreement of the list."""

    id: UUID
    title: str
    tier: str
    in_force_from: date
    agencies: int
    signatures: int


@dataclass(frozen=True, slots=True)
class SignatureRow:
    """One signature, and for whom it stands."""

    agency_id: UUID
    agency: str
    name: str
    role: str
    represents: str
    signed_on: date


@dataclass(frozen=True, slots=True)
class SectorRow:
    """A sector, and who signed for it."""

    sector: str
    agencies: tuple[str, ...]


def agreement_rows(agreements: Iterable[Agreement]) -> list[AgreementRow]:
    """Agreements read with their signatures."""
    return [
        AgreementRow(
            id=a.pk,
            title=a.title,
            tier=AgreementTier(a.tier).label,
            in_force_from=a.in_force_from,
            agencies=len({s.agency_id for s in a.signatures.all()}),
            signatures=len(a.signatures.all()),
        )
        for a in agreements
    ]


def signature_rows(signatures: Iterable[Signature]) -> list[SignatureRow]:
    return [
        SignatureRow(
            agency_id=s.agency_id,
            agency=s.agency.name,
            name=s.signatory_name,
            role=s.signatory_role,
            represents=s.represents,
            signed_on=s.signed_on,
        )
        for s in signatures
    ]


def sector_rows(signatures: Iterable[Signature]) -> list[SectorRow]:
    """Every sector of the partnership in its own order; a sector without agencies has not signed."""
    signed: dict[str, set[str]] = defaultdict(set)
    for signature in signatures:
        signed[signature.agency.sector].add(signature.agency.name)
    return [SectorRow(s.label, tuple(sorted(signed[s]))) for s in Sector]
