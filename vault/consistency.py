"""Grants compared each night: with the log, with each other, and with the records behind them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from audit.attested import register_attested, register_endings
from audit.consistency import Finding, in_batches, register
from vault.models import Exclusion, Grant, GrantRevocation, HolderKind, Safe

# Who should hold something in these safes, as pairs of safe and holder
Explanation = Callable[[Collection[UUID]], Iterable[tuple[UUID, UUID | None]]]

_explanations: dict[str, Explanation] = {}
_personal: set[str] = set()


def explain(kind: str, explanation: Explanation) -> None:
    """Name the function that says who should hold something in safes of a kind."""
    if _explanations.setdefault(kind, explanation) is not explanation:
        raise ValueError(f"two explanations for safes of {kind}")


def personal(kind: str) -> None:
    """Say that safes of a kind are one person's: what lies in them others read where it came from."""
    _personal.add(kind)


def register_checks() -> None:
    """What the vault can compare by itself, and with what the apps above explain."""
    register_attested(Grant)
    register_attested(Exclusion)
    register_endings("vault.revoked", GrantRevocation, "grant_id")
    register("vault.left_alone", safes_left_alone)
    register("vault.unexplained", unexplained_grants)


def safes_left_alone() -> Iterator[Finding]:
    """Safes that people hold by name alone: when they leave, nobody can read them any more."""
    live = Grant.objects.filter(safe=OuterRef("pk"), revocation=None)
    by_name = Q(holder_kind=HolderKind.MEMBERSHIP)
    alone = Safe.objects.filter(
        Exists(live.filter(by_name)), ~Exists(live.exclude(by_name)), dossier__destroyed_at=None
    )
    for safes in in_batches(alone.exclude(kind__in=_personal)):
        yield from (Finding.of("held_by_name_alone", safe) for safe in safes)


def unexplained_grants() -> Iterator[Finding]:
    """Grants to somebody whom no record names: genuine, it may be, and still nobody's decision."""
    for safes in in_batches(Safe.objects.filter(dossier__destroyed_at=None)):
        expected = _expected(safes)
        grants = Grant.objects.filter(safe__in=safes, revocation=None).order_by("pk")
        for grant in grants:
            if (grant.safe_id, grant.holder_id) not in expected:
                yield Finding.of("unexplained", grant)


def _expected(safes: Iterable[Safe]) -> set[tuple[UUID, UUID | None]]:
    by_kind = defaultdict(list)
    for safe in safes:
        by_kind[safe.kind].append(safe.pk)
    return {
        pair
        for kind, ids in by_kind.items()
        if kind in _explanations
        for pair in _explanations[kind](ids)
    }
