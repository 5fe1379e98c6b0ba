"""Taking a request on at a desk, and answering it person by person."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from audit import services as audit
from kernel import outbox
from kernel.actors import Actor
from kernel.tiers import Tier
from sharing import policies, queries
from sharing.models import Answer, Ask, Item, Recipient
from sharing.services.drafting import own_readers
from sharing.states import (
    ASK_WORKFLOW,
    DRAFT_WORKFLOW,
    Category,
    DraftStatus,
    FamilyMaySee,
    Outcome,
    RecipientKind,
    RefusalGround,
    Standing,
)
from vault import services as vault
from vault.models import Safe


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


@transaction.atomic
def claim(*, actor: Actor, ask_id: UUID) -> Ask:
    """Take a waiting request on, so that colleagues need not."""
    ask = _locked(actor, ask_id)
    policies.can_claim(actor, ask).require()
    _take(actor, ask, "claim")
    audit.record("sharing.ask.claimed", actor=actor, target=ask)
    return ask


@transaction.atomic
def take_over(*, actor: Actor, ask_id: UUID) -> Ask:
    """Go on with what a colleague had claimed."""
    ask = _locked(actor, ask_id)
    policies.can_take_over(actor, ask).require()
    before = ask.claimed_by_id
    _take(actor, ask, "take over")
    audit.record("sharing.ask.taken_over", actor=actor, target=ask, before=before)
    return ask


@transaction.atomic
def put_back(*, actor: Actor, ask_id: UUID) -> Ask:
    """Give a claimed request back to the desk's queue."""
    ask = _locked(actor, ask_id)
    policies.can_put_back(actor, ask).require()
    ASK_WORKFLOW.apply("put back", ask, claimed_by=None, claimed_at=None)
    audit.record("sharing.ask.put_back", actor=actor, target=ask)
    return ask


@transaction.atomic
def send_answers(
    *, actor: Actor, ask_id: UUID, draft_id: UUID, decisions: Sequence[PersonAnswer]
) -> Ask:
    """Answer for every person the desk was asked about; tells the asker and each recipient.

    A second press returns the ask as the first one left it.
    """
    ask = _locked(actor, ask_id)
    draft = queries.drafts(actor).select_for_update(of=("self",)).get(pk=draft_id, ask=ask)
    if draft.status == DraftStatus.USED:
        return ask
    policies.can_answer(actor, ask).require()
    asked_about = {row.subject_id for row in ask.about.all()}
    policies.answers_everybody(asked_about, [one.subject_id for one in decisions]).require()

    for decision in decisions:
        _record_answer(actor, ask, decision)
    ASK_WORKFLOW.apply(
        "answer", ask, answered_by_id=actor.member.membership_id, answered_at=timezone.now()
    )
    DRAFT_WORKFLOW.apply("use", draft, ended_at=ask.answered_at)
    audit.record(
        "sharing.ask.answered",
        actor=actor,
        target=ask,
        outcomes=[one.outcome.value for one in decisions],
    )
    outbox.enqueue("sharing.ask_answered", actor=actor, key=str(ask.pk), ask_id=ask.pk)
    return ask


def _locked(actor: Actor, ask_id: UUID) -> Ask:
    # Locked before the policy is asked: two colleagues may press at once.
    return queries.asks(actor).select_for_update(of=("self",)).get(pk=ask_id)


def _take(actor: Actor, ask: Ask, move: str) -> None:
    ASK_WORKFLOW.apply(
        move, ask, claimed_by_id=actor.member.membership_id, claimed_at=timezone.now()
    )


def _record_answer(actor: Actor, ask: Ask, decision: PersonAnswer) -> Answer:
    safe = _answer_safe(actor, ask)
    answer = Answer(
        ask=ask,
        subject_id=decision.subject_id,
        safe=safe,
        outcome=decision.outcome,
        decided_by_id=actor.member.membership_id,
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
    _address(actor, ask, answer, decision)
    return answer


def _answer_safe(actor: Actor, ask: Ask) -> Safe:
    """An answer is a safe of its own in the request's dossier: it is kept and goes with it."""
    return vault.create_safe(
        actor=actor,
        dossier=ask.request.dossier,
        kind="ANSWER",
        readers=own_readers(ask.desk),
    )


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


def _address(actor: Actor, ask: Ask, answer: Answer, decision: PersonAnswer) -> None:
    """Whoever asked always learns the outcome; others only what is given to them by name."""
    recipients = list(dict.fromkeys([*decision.recipients, *default_recipients(ask)]))
    named: dict[UUID, RecipientInput] = {}
    for one in recipients:  # the sender's own choice comes first and stands
        named.setdefault(one.holder_id, one)
    _introduce(actor, ask, answer, named.values())
    grants = vault.grant(
        actor=actor, safe=answer.safe, readers=[one.reader() for one in named.values()]
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
        for one, grant in zip(named.values(), grants, strict=True)
    )


def _introduce(
    actor: Actor, ask: Ask, answer: Answer, recipients: Iterable[RecipientInput]
) -> None:
    """Whoever is given an answer and did not ask may know whom it is about."""
    asking = {one.holder_id for one in default_recipients(ask)}
    safe = answer.subject.snapshot.safe
    reach = vault.reach_of(actor, safe) or Tier.ANONYMISED
    readers = [
        one.reader()._replace(tier=min(one.tier, reach, Tier.PERSONAL))
        for one in recipients
        if one.holder_id not in asking
    ]
    if readers:
        vault.grant(actor=actor, safe=safe, readers=readers)


def default_recipients(ask: Ask) -> list[RecipientInput]:
    """The asker at the tier that was asked for, and the asker's desk beside.

    Never below the tier of a refusal's reason: whoever asked may know why not.
    """
    tier = max(Tier(ask.request.tier), Tier.PERSONAL)
    recipients = [RecipientInput(RecipientKind.PERSON, ask.request.asked_by_id, tier)]
    if ask.request.asking_desk_id:
        recipients.append(RecipientInput(RecipientKind.DESK, ask.request.asking_desk_id, tier))
    return recipients
