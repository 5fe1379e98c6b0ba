"""Writing a disclosure down: what was decided about one person, what was given, and to whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils import timezone

from agencies.models import Desk
from kernel.actors import Actor
from kernel.tiers import Tier
from sharing.models import Answer, Ask, Item, Recipient, Share
from sharing.services.drafting import own_readers
from sharing.states import (
    Category,
    FamilyMaySee,
    Outcome,
    RecipientKind,
    RefusalGround,
    Standing,
)
from vault import services as vault
from vault.models import Dossier, Safe


@dataclass(frozen=True, slots=True, repr=False)
class ItemInput:
    """One piece of information to give. Holds plain text: never log or store it."""

    category: Category
    tier: Tier
    standing: Standing
    body: str
    source: str = ""
    as_of_on: date | None = None
    family_may_see: FamilyMaySee = FamilyMaySee.ASK


@dataclass(frozen=True, slots=True)
class RecipientInput:
    """Somebody who is to read what is given, up to a tier: a membership or a desk."""

    kind: RecipientKind
    holder_id: UUID
    tier: Tier

    def reader(self) -> vault.Reader:
        if self.kind is RecipientKind.PERSON:
            return vault.Reader.person(self.holder_id, self.tier)
        return vault.Reader.desk(self.holder_id, self.tier)


@dataclass(frozen=True, slots=True, repr=False)
class PersonAnswer:
    """The decision about one person. Holds plain text: never log or store it."""

    subject_id: UUID
    outcome: Outcome
    reason: str = ""
    detriment: str = ""
    ground: RefusalGround | None = None
    review_on: date | None = None
    searched: str = ""
    searched_on: date | None = None
    try_desk_id: UUID | None = None
    items: Sequence[ItemInput] = ()
    recipients: Sequence[RecipientInput] = ()


def record_disclosure(
    *,
    actor: Actor,
    dossier: Dossier,
    desk: Desk | None,
    decision: PersonAnswer,
    ask: Ask | None = None,
    share: Share | None = None,
    decided_at: datetime | None = None,
) -> Answer:
    """Seal the decision about one person in a safe of its own: it is kept and goes with the case."""
    safe = vault.create_safe(actor=actor, dossier=dossier, kind="ANSWER", readers=own_readers(desk))
    answer = Answer(
        ask=ask,
        share=share,
        subject_id=decision.subject_id,
        safe=safe,
        outcome=decision.outcome,
        decided_by_id=actor.member.membership_id,
        decided_at=decided_at or timezone.now(),
        ground=decision.ground or "",
        review_on=decision.review_on,
        searched_on=decision.searched_on,
        try_desk_id=decision.try_desk_id,
    )
    sealer = vault.Sealer(safe, actor=actor)
    sealer.seal(
        safe,
        answer,
        Tier.PERSONAL,
        reason=decision.reason,
        detriment=decision.detriment,
        searched=decision.searched,
    )
    answer.save(force_insert=True)
    _record_items(sealer, safe, answer, decision.items)
    return answer


def _record_items(
    sealer: vault.Sealer, safe: Safe, answer: Answer, items: Sequence[ItemInput]
) -> None:
    rows = []
    for position, one in enumerate(items):
        row = Item(
            answer=answer,
            position=position,
            category=one.category,
            tier=one.tier,
            standing=one.standing,
            as_of_on=one.as_of_on,
            family_may_see=one.family_may_see,
        )
        sealer.seal(safe, row, one.tier, body=one.body, source=one.source)
        rows.append(row)
    Item.objects.bulk_create(rows)


def address(*, actor: Actor, answer: Answer, recipients: Sequence[RecipientInput]) -> None:
    """Let each recipient open it up to their tier, and say so on record."""
    grants = vault.grant(
        actor=actor, safe=answer.safe, readers=[one.reader() for one in recipients]
    )
    Recipient.objects.bulk_create(
        Recipient(
            answer=answer,
            kind=one.kind,
            membership_id=one.holder_id if one.kind is RecipientKind.PERSON else None,
            desk_id=one.holder_id if one.kind is RecipientKind.DESK else None,
            tier=one.tier,
            grant=grant,
        )
        for one, grant in zip(recipients, grants, strict=True)
    )
