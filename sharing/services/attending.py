"""For which requests nobody is there to answer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from agencies import attendance
from agencies import queries as agencies
from sharing.models import Ask
from sharing.states import Urgency
from vault.models import Exclusion


def nobody_there(asks: Sequence[Ask], now: datetime) -> set[UUID]:
    """Those at whose desk no one present may know of them; the most urgent also where it is closed.

    Who is kept from a case does not count as there: what concerns a head goes past the head's desk.
    """
    desks = {ask.desk_id: ask.desk for ask in asks}
    hours = attendance.hours_of(desks.values())
    closed = {desk_id for desk_id, one in hours.items() if not one.covers(now)}
    seated = agencies.desk_people(desks.keys()) if desks else {}
    away = attendance.absences_today(one.pk for there in seated.values() for one in there)
    kept = _kept_from(asks)
    found = set()
    for ask in asks:
        present = [one for one in seated[ask.desk_id] if one.pk not in away]
        may_know = [p for p in present if (ask.request.dossier_id, p.user_id) not in kept]
        waits_for_nobody = ask.request.urgency == Urgency.RED and ask.desk_id in closed
        if waits_for_nobody or not may_know:
            found.add(ask.pk)
    return found


def _kept_from(asks: Sequence[Ask]) -> set[tuple[UUID, UUID]]:
    kept = Exclusion.objects.filter(dossier__in={ask.request.dossier_id for ask in asks})
    return set(kept.values_list("dossier_id", "user_id"))
