"""What the pages about emergency openings show."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.utils import timezone

from agencies.models import Membership
from incidents.models import Incident
from kernel.actors import Actor
from kernel.decisions import Decision
from kernel.presenting import Due, due
from sharing.models import Answer, Ask, EmergencyOpening, Request, Share
from sharing.policies import emergency as policies
from sharing.presenters.desks import desk_name, sender_name
from sharing.queries.emergency import Opened
from sharing.services import emergency as services
from sharing.states.emergency import EmergencyOutcome, EmergencyStatus, EmergencyWhy
from vault import services as vault

_SOON = timedelta(hours=24)
_STATUS_KINDS = {
    EmergencyStatus.OPENED: "waiting",
    EmergencyStatus.ENDED: "waiting",
    EmergencyStatus.REVIEWED: "done",
}


class WayIn(NamedTuple):
    """A page on which something of the opened case stands."""

    text: str
    view: str
    id: UUID


@dataclass(frozen=True, slots=True)
class OpeningRow:
    """One opening in a list: clear words only, nothing is opened for it."""

    id: UUID
    reference: str
    opened_by: str
    agency: str
    why: str
    opened_at: datetime
    until: datetime
    is_running: bool
    status: str
    status_kind: str
    due: Due | None
    outcome: str


@dataclass(frozen=True, slots=True, repr=False)
class OpeningPage:
    """One opening with its review, as far as the reader may read them."""

    row: OpeningRow
    is_own: bool
    words: str
    ended_by: str
    ended_at: datetime | None
    reviewed_by: str
    reviewed_at: datetime | None
    review: str
    incident: Incident | None
    something_withheld: bool
    records: tuple[WayIn, ...]
    may_end: Decision
    may_review: Decision


def opening_rows(openings: Sequence[EmergencyOpening]) -> list[OpeningRow]:
    return [_row(one) for one in openings]


def opening_page(
    actor: Actor,
    opening: EmergencyOpening,
    opened: vault.Opened,
    *,
    records: Iterable[Opened] = (),
    incident: Incident | None = None,
) -> OpeningPage:
    """One opening read by `queries.openings`, from what `services.open_words` gave out."""
    words, review_words = (opened[one] for one in services.words_of(opening))
    review = getattr(opening, "review", None)
    row = _row(opening)
    return OpeningPage(
        row=row,
        is_own=opening.opened_by_id == actor.membership_id,
        words=words or "",
        ended_by=_name(opening.ended_by) if opening.ended_by else "",
        ended_at=opening.ended_at,
        reviewed_by=_name(review.reviewed_by) if review else "",
        reviewed_at=review.reviewed_at if review else None,
        review=review_words or "",
        incident=incident,
        something_withheld=any(isinstance(one, vault.Withheld) for one in (words, review_words)),
        records=tuple(map(_way_in, records)) if row.is_running else (),
        may_end=policies.can_end(actor, opening),
        may_review=policies.can_review(actor, opening),
    )


def _row(opening: EmergencyOpening) -> OpeningRow:
    now, status = timezone.now(), EmergencyStatus(opening.status)
    review = getattr(opening, "review", None)
    return OpeningRow(
        id=opening.pk,
        reference=opening.reference,
        opened_by=_name(opening.opened_by),
        agency=opening.agency.short_name,
        why=EmergencyWhy(opening.why).label,
        opened_at=opening.opened_at,
        until=opening.until,
        is_running=_is_running(opening, now),
        status=status.label,
        status_kind=_STATUS_KINDS[status],
        due=None if review else due(opening.review_due_at, now, opening.review_due_at - _SOON),
        outcome=EmergencyOutcome(review.outcome).label if review else "",
    )


def _is_running(opening: EmergencyOpening, now: datetime) -> bool:
    review = getattr(opening, "review", None)
    was_stopped = review is not None and review.outcome == EmergencyOutcome.NOT_JUSTIFIED
    return now < opening.until and opening.ended_at is None and not was_stopped


def _way_in(record: Opened) -> WayIn:
    match record:
        case Request():
            return WayIn("What your agency asked, and the answers", "sharing:request", record.pk)
        case Share():
            return WayIn("What your agency gave", "sharing:share", record.pk)
        case Ask():
            return WayIn(f"What was asked of {desk_name(record.desk)}", "sharing:ask", record.pk)
        case Answer():
            return WayIn(f"What {sender_name(record)} gave", "sharing:answer", record.pk)


def _name(member: Membership) -> str:
    return member.user.full_name
