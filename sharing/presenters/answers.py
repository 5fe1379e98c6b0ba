"""A desk's answer about one person, as one reader may see it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from kernel.presenting import moment
from kernel.tiers import Tier
from sharing.models import Answer, Copy, Item, Receipt, Recipient
from sharing.presenters.desks import desk_name, sender_name
from sharing.presenters.people import PersonView, person_view
from sharing.states import (
    Category,
    FamilyMaySee,
    Outcome,
    RefusalGround,
    Standing,
)
from sharing.states.papers import CopyForm
from sharing.states.righting import WithdrawalReason
from vault import services as vault

# How components/tag.html colours each outcome
OUTCOME_KINDS = {
    Outcome.SHARED: "shared",
    Outcome.SHARED_IN_PART: "part",
    Outcome.NOT_SHARED: "refused",
}


@dataclass(frozen=True, slots=True, repr=False)
class ItemView:
    """One piece of information that the reader may read."""

    category: str
    tier: Tier
    standing: str
    standing_kind: str
    body: str
    source: str
    as_of_on: date | None
    family_may_see: str
    # That it was corrected or withdrawn, or corrects something; and why, as its author wrote
    mark: str = ""
    mark_kind: str = ""
    mark_reason: str = ""


@dataclass(frozen=True, slots=True)
class RecipientView:
    """To whom it was addressed, up to which tier, and when it was taken back."""

    name: str
    tier: Tier
    recalled_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ReceiptView:
    """Who opened it and when."""

    name: str
    agency: str
    first_at: datetime
    last_at: datetime
    in_emergency: bool = False


@dataclass(frozen=True, slots=True)
class CopyRow:
    """Who took a copy into their own system, in which form and when."""

    name: str
    agency: str
    form: str
    taken_at: datetime


@dataclass(frozen=True, slots=True, repr=False)
class AnswerView:
    """What was decided about one person, and what of it the reader may read."""

    id: UUID
    person: PersonView
    desk: str
    outcome: str
    outcome_kind: str
    decided_by: str
    decided_at: datetime
    reason: str
    detriment: str
    ground: str
    review_on: date | None
    searched: str
    searched_on: date | None
    try_desk: str
    items: tuple[ItemView, ...]
    something_withheld: bool
    recipients: tuple[RecipientView, ...]
    receipts: tuple[ReceiptView, ...]
    copies: tuple[CopyRow, ...]


def answer_view(answer: Answer, opened: vault.Opened) -> AnswerView:
    """One answer read by queries.with_contents, from what services.open_answers gave out.

    What is withheld leaves no trace but one sentence: neither its category nor how much there is.
    """
    outcome = Outcome(answer.outcome)
    return AnswerView(
        id=answer.pk,
        person=person_view(answer.subject.snapshot, opened),
        desk=sender_name(answer),
        outcome=outcome.label,
        outcome_kind=OUTCOME_KINDS.get(outcome, "closed"),
        decided_by=answer.decided_by.user.full_name,
        decided_at=answer.decided_at,
        reason=opened[answer.reason] or "",
        detriment=opened[answer.detriment] or "",
        ground=RefusalGround(answer.ground).label if answer.ground else "",
        review_on=answer.review_on,
        searched=opened[answer.searched] or "",
        searched_on=answer.searched_on,
        try_desk=desk_name(answer.try_desk) if answer.try_desk else "",
        items=tuple(_item(one, opened) for one in answer.items.all() if opened[one.body]),
        something_withheld=_withholds(answer, opened),
        recipients=tuple(_recipient(one) for one in answer.recipients.all()),
        receipts=tuple(receipt_view(one) for one in answer.receipts.all()),
        copies=tuple(_copy(one) for one in answer.copies.all()),
    )


def answer_views(answers: Iterable[Answer], opened: vault.Opened) -> tuple[AnswerView, ...]:
    """Several answers, in the order in which they came."""
    return tuple(answer_view(one, opened) for one in answers)


def receipt_view(receipt: Receipt) -> ReceiptView:
    reader = receipt.membership
    return ReceiptView(
        reader.user.full_name,
        reader.agency.short_name,
        receipt.first_opened_at,
        receipt.last_opened_at,
        receipt.in_emergency,
    )


def _copy(copy: Copy) -> CopyRow:
    taker = copy.taken_by
    form = CopyForm(copy.form).label
    return CopyRow(taker.user.full_name, taker.agency.short_name, form, copy.taken_at)


def _item(item: Item, opened: vault.Opened) -> ItemView:
    standing = Standing(item.standing)
    return ItemView(
        category=Category(item.category).label,
        tier=Tier(item.tier),
        standing=standing.label,
        standing_kind=standing.value.lower(),
        body=opened[item.body],
        source=opened[item.source],
        as_of_on=item.as_of_on,
        family_may_see=FamilyMaySee(item.family_may_see).label,
        **_mark(item, opened),
    )


def _mark(item: Item, opened: vault.Opened) -> dict[str, str]:
    """What was put right since, in words: nobody goes on relying on it unaware."""
    if made := getattr(item, "correction", None):
        text = f"Corrected on {moment(made.corrected_at)} by {made.corrected_by.user.full_name}. "
        text += "The corrected text stands after it."
        return {"mark": text, "mark_kind": "superseded", "mark_reason": opened[made.reason] or ""}
    if made := getattr(item, "withdrawal", None):
        text = f"Withdrawn on {moment(made.withdrawn_at)} by {made.withdrawn_by.user.full_name}. "
        text += f"{WithdrawalReason(made.why).label}. Do not rely on it."
        return {"mark": text, "mark_kind": "superseded", "mark_reason": opened[made.reason] or ""}
    if made := getattr(item, "corrects", None):
        text = f"Given on {moment(made.corrected_at)}, in the place of an earlier text."
        return {"mark": text, "mark_kind": "corrects"}
    return {}


def _withholds(answer: Answer, opened: vault.Opened) -> bool:
    words = [answer.reason, answer.searched, *(item.body for item in answer.items.all())]
    return any(isinstance(opened[one], vault.Withheld) for one in words)


def _recipient(recipient: Recipient) -> RecipientView:
    recall = getattr(recipient, "recall", None)
    at = recall.recalled_at if recall else None
    return RecipientView(recipient_name(recipient), Tier(recipient.tier), at)


def recipient_name(recipient: Recipient) -> str:
    """The person or the desk that something is addressed to."""
    if recipient.membership:
        return recipient.membership.user.full_name
    return desk_name(recipient.desk) if recipient.desk else ""
