"""Recording the family's position."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import transaction

from consent.models import FamilyPosition
from consent.states import Consent, Ground, How, Told
from kernel.actors import Actor
from kernel.tiers import Tier
from vault import services as vault
from vault.models import Safe


@dataclass(frozen=True, slots=True, repr=False)
class FamilyAccount:
    """What an author says of the family. Holds plain text: never log or store it."""

    told: Told
    consent: Consent
    told_whom: str = ""
    told_on: date | None = None
    tell_by: date | None = None
    not_told_why: str = ""
    consent_from: str = ""
    consent_how: How | None = None
    consent_on: date | None = None
    grounds: tuple[Ground, ...] = ()
    judgement: str = ""


@transaction.atomic
def record_position(*, actor: Actor, safe: Safe, account: FamilyAccount) -> FamilyPosition:
    """Seal what the author says into the record's own safe. The record's change is audited there."""
    row = FamilyPosition(
        safe=safe,
        told=account.told,
        told_on=account.told_on,
        tell_by=account.tell_by,
        consent=account.consent,
        consent_how=account.consent_how or "",
        consent_on=account.consent_on,
        grounds=[ground.value for ground in account.grounds],
    )
    vault.Sealer(safe, actor=actor).seal(
        safe,
        row,
        Tier.SENSITIVE,
        told_whom=account.told_whom,
        not_told_why=account.not_told_why,
        consent_from=account.consent_from,
        judgement=account.judgement,
    )
    row.save(force_insert=True)
    return row
