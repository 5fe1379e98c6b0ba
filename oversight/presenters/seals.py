"""Whether the log is protected as it should be, in words, and what to do where it is not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from audit.models import Channel, RootDelivery, Seal, Verification
from kernel.presenting import length, moment, plural
from oversight.queries import Sealing

# An event waits for the next minute's seal; longer means that no sealer runs
LATE = timedelta(minutes=5)
# Roots leave, and the whole chain is looked through, once a day
DAILY = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class SealingRow:
    """One protection: how it stands, and what to do if that is not well."""

    name: str
    text: str
    is_well: bool


def sealing_rows(found: Sealing) -> list[SealingRow]:
    """All protections, in the order in which they work."""
    return list(_rows(found, timezone.now()))


def _rows(found: Sealing, now: datetime) -> Iterator[SealingRow]:
    yield _sealed(found.seal, now)
    since = found.oldest_waiting.at if found.oldest_waiting else None
    waits = f"The oldest entry has waited {length(now - since)}" if since else "Nothing waits"
    yield SealingRow("Waiting to be sealed", waits, since is None or now - since < LATE)
    yield _outside(found.outside, now)
    yield _checked(found.verification, now)


def _sealed(seal: Seal | None, now: datetime) -> SealingRow:
    if seal is None:
        return SealingRow("Sealed", "Not yet: no seal was ever made", is_well=False)
    return SealingRow("Sealed", seal_text(seal), now - seal.at < LATE)


def seal_text(seal: Seal) -> str:
    """Seal 1,204, made on 21 November 2026 at 3:04pm"""
    return f"Seal {seal.number:,}, made on {moment(seal.at)}"


def _outside(delivery: RootDelivery | None, now: datetime) -> SealingRow:
    name = "Kept outside this machine"
    if delivery is None:
        text = "Never. Whoever can change the database can still rewrite the log and its seals"
        return SealingRow(name, text, is_well=False)
    way = Channel(delivery.channel).label.lower()
    text = f"Seal {delivery.seal_id:,}, by {way}, on {moment(delivery.left_at)}"
    return SealingRow(name, text, now - delivery.left_at < DAILY)


def _checked(look: Verification | None, now: datetime) -> SealingRow:
    if look is None:
        return SealingRow("Looked through", "Never", is_well=False)
    if look.problems:
        text = f"{plural(look.problems, 'problem')} found on {moment(look.ended_at)}"
        return SealingRow("Looked through", text, is_well=False)
    text = f"Nothing changed, missing or added. {moment(look.ended_at)}"
    return SealingRow("Looked through", text, now - look.ended_at < DAILY)
