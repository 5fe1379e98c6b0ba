"""A lead's list of what waits at desks, and giving a request to a colleague: without names."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from django.utils import timezone

from agencies import attendance
from agencies.models import Membership
from agencies.presenters.attendance import away_in_words
from kernel.presenting import Due, due
from sharing.models import Ask
from sharing.presenters.desk import URGENCY_KINDS, away_from
from sharing.presenters.desks import desk_name
from sharing.states import Urgency


@dataclass(frozen=True, slots=True)
class WorkRow:
    """One line of a lead's list: the clock and who answers, and nothing of whom it is about."""

    id: UUID
    reference: str
    desk: str
    urgency: str
    urgency_kind: str
    due: Due
    claimed_by: str
    away: str


@dataclass(frozen=True, slots=True)
class HandOnPage:
    """To whom a request may be given: each with their key, name and what to know of them."""

    id: UUID
    reference: str
    desk: str
    claimed_by: str
    people: tuple[tuple[UUID, str, str], ...]


def work_rows(asks: Iterable[Ask]) -> list[WorkRow]:
    """Requests read by queries.agency_queue."""
    now, asks = timezone.now(), list(asks)
    away = away_from(asks)
    return [
        WorkRow(
            id=ask.pk,
            reference=ask.request.reference,
            desk=ask.desk.name,
            urgency=Urgency(ask.request.urgency).label.partition(":")[0],
            urgency_kind=URGENCY_KINDS[Urgency(ask.request.urgency)],
            due=due(ask.due_at, now, ask.nearly_at),
            claimed_by=ask.claimed_by.user.full_name if ask.claimed_by else "",
            away=away.get(ask.claimed_by_id, "") if ask.claimed_by_id else "",
        )
        for ask in asks
    ]


def hand_on_page(ask: Ask, seated: Collection[Membership]) -> HandOnPage:
    """Everybody at the desk but whoever has it, and who asked it."""
    others = [
        one
        for one in seated
        if one.pk != ask.claimed_by_id and one.user_id != ask.request.asked_by.user_id
    ]
    away = attendance.absences_today(one.pk for one in others)
    notes = {member: _capital(away_in_words(one)) for member, one in away.items()}
    return HandOnPage(
        id=ask.pk,
        reference=ask.request.reference,
        desk=desk_name(ask.desk),
        claimed_by=ask.claimed_by.user.full_name if ask.claimed_by else "",
        people=tuple((one.pk, one.user.full_name, notes.get(one.pk, "")) for one in others),
    )


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
