"""What the family knows and how consent stands, as one reader may see it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from consent.models import FamilyPosition
from consent.services import FamilyAccount
from consent.states import Consent, Ground, How, Told
from kernel.presenting import date_long
from vault import services as vault

Rows = tuple[tuple[str, str], ...]


class AsTyped:
    """Words that were never sealed, for an author's own draft: each reads as it is."""

    def __getitem__(self, words: str) -> str:
        return words


def family_rows(family: FamilyPosition | FamilyAccount, opened: vault.Opened | AsTyped) -> Rows:
    """The position in words, one fact a row. What is withheld is left out: the page says so once."""
    told, consented = _told(family, opened), _consented(family, opened)
    return tuple((name, value) for name, value in (*told, *consented) if value)


def _told(family: FamilyPosition | FamilyAccount, opened: Any) -> Iterable[tuple[str, str]]:
    yield "Does the family know?", Told(family.told).label
    yield "Who was told", opened[family.told_whom] or ""
    yield "Told on", date_long(family.told_on)
    yield "To be told by", date_long(family.tell_by)
    yield "Why they are not told", opened[family.not_told_why] or ""


def _consented(family: FamilyPosition | FamilyAccount, opened: Any) -> Iterable[tuple[str, str]]:
    yield "Consent", Consent(family.consent).label
    yield "Who consented", opened[family.consent_from] or ""
    yield "How", How(family.consent_how).label if family.consent_how else ""
    yield "Consented on", date_long(family.consent_on)
    yield "Ground for going on without", "\n".join(Ground(one).label for one in family.grounds)
    yield "Professional judgement", opened[family.judgement] or ""
