"""Whom the nightly check expects to hold grants on advice."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from uuid import UUID

from guidance.models import Addressee, Advice, Reply
from vault.consistency import explain

Pairs = Iterator[tuple[UUID, UUID | None]]


def register_checks() -> None:
    """Each grant on a question or an answer is somebody's who asks, was asked, or their agency's."""
    explain("ADVICE", _of_questions)
    explain("ADVICE_REPLY", _of_replies)


def _of_questions(safes: Collection[UUID]) -> Pairs:
    for safe, asker, agency in Advice.objects.filter(safe__in=safes).values_list(
        "safe_id", "asker_id", "agency_id"
    ):
        yield from ((safe, asker), (safe, agency))
    asked = Addressee.objects.filter(advice__safe__in=safes)
    yield from asked.values_list("advice__safe_id", "lead_id")


def _of_replies(safes: Collection[UUID]) -> Pairs:
    found = Reply.objects.filter(safe__in=safes)
    for safe, *holders in found.values_list(
        "safe_id", "advice__asker_id", "advice__agency_id", "advice__answered_by_id"
    ):
        yield from ((safe, one) for one in holders)
    asked = Addressee.objects.filter(advice__reply__safe__in=safes)
    yield from asked.values_list("advice__reply__safe_id", "lead_id")
