"""What was put right or taken back, for either end."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kernel.actors import Actor
from sharing import policies
from sharing.models import Acknowledgement, Answer, Item, Recall, Recipient
from sharing.presenters.answers import AnswerView, answer_view, recipient_name
from sharing.states import Category
from sharing.states.righting import Copies, RecallReason
from vault import services as vault


@dataclass(frozen=True, slots=True)
class OwnItem:
    """An item that one's own side gave, and whether it can be put right."""

    id: UUID
    category: str
    number: int
    can_put_right: bool


@dataclass(frozen=True, slots=True)
class RecipientRow:
    """To whom it was given, whether they have opened it, whether it was taken back."""

    id: UUID
    name: str
    recall_id: UUID | None


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """Somebody who was asked to say something, and has or has not."""

    id: UUID
    who: str
    reference: str
    answer_id: UUID
    asked_at: datetime
    done_at: datetime | None = None
    done_by: str = ""


@dataclass(frozen=True, slots=True)
class ReaderPart:
    """What somebody who reads an answer can do about it: say that they know, give it back."""

    acknowledgements: tuple[WaitingRow, ...]
    can_give_back: bool
    gave_it: bool


@dataclass(frozen=True, slots=True, repr=False)
class PutRightPage:
    """One answer, for the side that gave it."""

    answer: AnswerView
    reference: str
    items: tuple[OwnItem, ...]
    recipients: tuple[RecipientRow, ...]
    acknowledgements: tuple[WaitingRow, ...]

    @property
    def can_recall(self) -> bool:
        return any(one.recall_id is None for one in self.recipients)


@dataclass(frozen=True, slots=True, repr=False)
class RecallPage:
    """One recall, for either end. It names no child: whoever received it must not read it again."""

    id: UUID
    reference: str
    sender: str
    phone: str
    who: str
    why: str
    at: datetime
    was_opened: bool
    incident_id: UUID | None
    incident: str
    copies: str
    copies_gone_at: datetime | None
    confirmed_by: str
    confirmed_at: datetime | None
    account: str
    may_confirm: bool


def put_right_page(
    actor: Actor, answer: Answer, opened: vault.Opened, asked: Iterable[Acknowledgement]
) -> PutRightPage:
    """One answer as queries.own_answers reads it."""
    return PutRightPage(
        answer=answer_view(answer, opened),
        reference=answer.reference,
        items=tuple(_items(actor, answer.items.all())),
        recipients=tuple(recipient_rows(answer.recipients.all())),
        acknowledgements=tuple(acknowledgement_rows(asked)),
    )


def _items(actor: Actor, items: Iterable[Item]) -> Iterable[OwnItem]:
    for number, one in enumerate(items, 1):
        allowed = bool(policies.can_put_right(actor, one))
        yield OwnItem(one.pk, Category(one.category).label, number, allowed)


def recipient_rows(recipients: Iterable[Recipient]) -> Iterable[RecipientRow]:
    for one in recipients:
        recall = getattr(one, "recall", None)
        yield RecipientRow(one.pk, recipient_name(one), recall.pk if recall else None)


def acknowledgement_rows(rows: Iterable[Acknowledgement]) -> Iterable[WaitingRow]:
    """Who was asked to acknowledge, and whether they have."""
    for one in rows:
        answer = one.recipient.answer
        by = one.acknowledged_by
        yield WaitingRow(
            id=one.pk,
            who=recipient_name(one.recipient),
            reference=answer.reference,
            answer_id=answer.pk,
            asked_at=one.asked_at,
            done_at=one.acknowledged_at,
            done_by=by.user.full_name if by and one.acknowledged_at else "",
        )


def recall_rows(rows: Iterable[Recall]) -> Iterable[WaitingRow]:
    """Recalls whose copies nobody has confirmed yet."""
    for one in rows:
        answer = one.recipient.answer
        who = recipient_name(one.recipient)
        yield WaitingRow(one.pk, who, answer.reference, answer.pk, one.recalled_at)


def recall_page(actor: Actor, recall: Recall, opened: vault.Opened, *, knows: bool) -> RecallPage:
    """One recall; `knows` says whether the reader sees the incident."""
    answer = recall.recipient.answer
    incident = recall.incident if knows else None
    account = opened[recall.account]
    return RecallPage(
        id=recall.pk,
        reference=answer.reference,
        sender=answer.from_agency.short_name,
        phone=answer.from_desk.phone if answer.from_desk else "",
        who=recipient_name(recall.recipient),
        why=RecallReason(recall.why).label,
        at=recall.recalled_at,
        was_opened=recall.was_opened,
        incident_id=incident.pk if incident else None,
        incident=incident.reference if incident else "",
        copies=Copies(recall.copies).label if recall.copies else "",
        copies_gone_at=recall.copies_gone_at,
        confirmed_by=recall.confirmed_by.user.full_name if recall.confirmed_by else "",
        confirmed_at=recall.confirmed_at,
        account="" if isinstance(account, vault.Withheld) else account,
        may_confirm=recall.was_opened and bool(policies.can_confirm_copies(actor, recall)),
    )
