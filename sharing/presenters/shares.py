"""What was shared with somebody: the inbox, and one answer opened."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from people.models import IdentitySnapshot
from sharing.models import Answer, Recipient
from sharing.presenters.answers import OUTCOME_KINDS, AnswerView, answer_view
from sharing.presenters.desks import sender_name
from sharing.presenters.family import Rows, family_rows
from sharing.presenters.people import person_view
from sharing.states import Outcome
from vault import services as vault


@dataclass(frozen=True, slots=True, repr=False)
class ShareRow:
    """One line of the inbox."""

    id: UUID
    name: str
    reference: str
    sender: str
    how: str
    outcome: str
    outcome_kind: str
    sent_at: datetime
    is_unread: bool


@dataclass(frozen=True, slots=True, repr=False)
class SharePage:
    """One answer, opened, with how to handle it."""

    answer: AnswerView
    reference: str
    sender: str
    phone: str
    out_of_hours: str
    purpose: str
    how: str
    # Of what was shared unasked; an asker knows why they asked
    why: str
    family: Rows

    @property
    def handling(self) -> tuple[str, ...]:
        """What whoever holds this keeps to: on the page, and on every copy (D17)."""
        return (
            f"It was given for this purpose: {self.purpose}. For another purpose, ask the sender first."
            if self.purpose
            else "Use it for the child’s safety and welfare. For another purpose, ask the sender first.",
            "Before you pass any of it on, get the written agreement of "
            f"{self.sender}. If a child is in danger, do not wait for it.",
            "Show the family only what is marked “May the family see this? Yes”. "
            "Where it says “Ask us first”, ring the sender.",
            "Keep it where your agency keeps such records. The portal’s copy is kept with the request.",
        )


def snapshots_of(rows: Iterable[Recipient]) -> list[IdentitySnapshot]:
    """Whom the shares are about, for opening all their names at once."""
    return [row.answer.subject.snapshot for row in rows]


def share_rows(rows: Iterable[Recipient], opened: vault.Opened) -> list[ShareRow]:
    """Lines of the inbox; rows as queries.shares_to reads them."""
    return [_row(row, opened) for row in rows]


def share_page(answer: Answer, opened: vault.Opened) -> SharePage:
    """One answer as this reader may see it."""
    desk, purpose = answer.from_desk, answer.case.purpose
    return SharePage(
        answer=answer_view(answer, opened),
        reference=answer.reference,
        sender=sender_name(answer),
        phone=desk.phone if desk else "",
        out_of_hours=desk.out_of_hours if desk else "",
        purpose=purpose.label if purpose else "",
        how=_how(answer),
        why=(opened[answer.share.why] or "") if answer.share else "",
        family=_family(answer, opened),
    )


def _family(answer: Answer, opened: vault.Opened) -> Rows:
    """So that nobody tells the family unawares."""
    family = answer.share.family if answer.share else None
    return family_rows(family, opened) if family else ()


def _how(answer: Answer) -> str:
    """An answer was asked for; what was not says so."""
    return "Shared with you, unasked" if answer.share_id else ""


def _row(row: Recipient, opened: vault.Opened) -> ShareRow:
    answer = row.answer
    outcome = Outcome(answer.outcome)
    return ShareRow(
        id=answer.pk,
        name=person_view(answer.subject.snapshot, opened).name,
        reference=answer.reference,
        sender=answer.from_agency.short_name,
        how=_how(answer),
        outcome=outcome.label,
        outcome_kind=OUTCOME_KINDS.get(outcome, "closed"),
        sent_at=answer.decided_at,
        is_unread=row.is_unread,
    )
