"""Grants compared each night: with the log, with each other, and with the records behind them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from audit.attested import register_attested, register_endings
from audit.consistency import Finding, in_batches, register
from vault.models import Exclusion, Grant, GrantReason, GrantRevocation, HolderKind, Safe

# Who should hold something in these safes, as pairs of safe and holder
Explanation = Callable[[Collection[UUID]], Iterable[tuple[UUID, UUID | None]]]

_explanations: dict[str, Explanation] = {}
_emergencies: list[Explanation] = []
_personal: set[str] = set()


def explain(kind: str, explanation: Explanation) -> None:
    """Name the function that says who should hold something in safes of a kind."""
    if _explanations.setdefault(kind, explanation) is not explanation:
        raise ValueError(f"two explanations for safes of {kind}")


def explain_emergencies(explanation: Explanation) -> None:
    """Name the function that says who opened what in an emergency: that explains no other right."""
    if _emergencies and _emergencies != [explanation]:
        raise ValueError("two explanations of emergency openings")
    _emergencies[:] = [explanation]


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
    register("vault.emergencies", baseless_emergencies)


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
        lasting = _expected(safes)
        opened = {pair for explain in _emergencies for pair in explain([one.pk for one in safes])}
        grants = Grant.objects.filter(safe__in=safes, revocation=None).order_by("pk")
        for grant in grants:
            expected = opened if grant.reason == GrantReason.EMERGENCY else lasting
            if (grant.safe_id, grant.holder_id) not in expected:
                yield Finding.of("unexplained", grant)


def baseless_emergencies() -> Iterator[Finding]:
    """Rights in an emergency that rest on no right of that safe, or reach higher than it does."""
    rushed = Grant.objects.filter(reason=GrantReason.EMERGENCY, safe__dossier__destroyed_at=None)
    for grants in in_batches(rushed.select_related("basis__rests_on")):
        for grant in grants:
            basis = getattr(grant, "basis", None)
            on = basis.rests_on if basis else None
            if on is None or on.safe_id != grant.safe_id or on.tier < grant.tier:
                yield Finding.of("emergency_without_basis", grant)


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
