"""Taking a request on at a desk, and answering it person by person."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from audit import services as audit
from kernel import outbox
from kernel.actors import Actor
from kernel.tiers import Tier
from people.services import introduce
from sharing import policies, queries
from sharing.models import Answer, Ask
from sharing.services.attachments import give_checked
from sharing.services.disclosing import (
    ItemInput,
    PersonAnswer,
    RecipientInput,
    address,
    record_disclosure,
)
from sharing.states import ASK_WORKFLOW, DRAFT_WORKFLOW, DraftStatus, RecipientKind

__all__ = [
    "ItemInput",
    "PersonAnswer",
    "RecipientInput",
    "answer_for",
    "claim",
    "default_recipients",
    "put_back",
    "send_answers",
    "take_over",
]


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

    answer_for(actor=actor, ask=ask, decisions=decisions)
    DRAFT_WORKFLOW.apply("use", draft, ended_at=ask.answered_at)
    return ask


def answer_for(
    *,
    actor: Actor,
    ask: Ask,
    decisions: Sequence[PersonAnswer],
    decided_at: datetime | None = None,
) -> None:
    """Record what was decided about each person, in the portal or beside it, and tell the asker."""
    for decision in decisions:
        answer = record_disclosure(
            actor=actor,
            dossier=ask.request.dossier,
            desk=ask.desk,
            decision=decision,
            ask=ask,
            decided_at=decided_at,
        )
        _address(actor, ask, answer, decision)
        give_checked(actor=actor, answer=answer)
    ASK_WORKFLOW.apply(
        "answer", ask, answered_by_id=actor.member.membership_id, answered_at=timezone.now()
    )
    audit.record(
        "sharing.ask.answered",
        actor=actor,
        target=ask,
        outcomes=[one.outcome.value for one in decisions],
    )
    outbox.enqueue("sharing.ask_answered", actor=actor, key=str(ask.pk), ask_id=ask.pk)


def _locked(actor: Actor, ask_id: UUID) -> Ask:
    # Locked before the policy is asked: two colleagues may press at once.
    return queries.asks(actor).select_for_update(of=("self",)).get(pk=ask_id)


def _take(actor: Actor, ask: Ask, move: str) -> None:
    ASK_WORKFLOW.apply(
        move, ask, claimed_by_id=actor.member.membership_id, claimed_at=timezone.now()
    )


def _address(actor: Actor, ask: Ask, answer: Answer, decision: PersonAnswer) -> None:
    """Whoever asked always learns the outcome; others only what is given to them by name."""
    recipients = list(dict.fromkeys([*decision.recipients, *default_recipients(ask)]))
    named: dict[UUID, RecipientInput] = {}
    for one in recipients:  # the sender's own choice comes first and stands
        named.setdefault(one.holder_id, one)
    _introduce(actor, ask, answer, named.values())
    address(actor=actor, answer=answer, recipients=list(named.values()))


def _introduce(
    actor: Actor, ask: Ask, answer: Answer, recipients: Iterable[RecipientInput]
) -> None:
    """Whoever is given an answer and did not ask may know whom it is about."""
    asking = {one.holder_id for one in default_recipients(ask)}
    readers = [one.reader() for one in recipients if one.holder_id not in asking]
    introduce(actor=actor, snapshot=answer.subject.snapshot, readers=readers)


def default_recipients(ask: Ask) -> list[RecipientInput]:
    """The asker at the tier that was asked for, and the asker's desk beside.

    Never below the tier of a refusal's reason: whoever asked may know why not.
    """
    tier = max(Tier(ask.request.tier), Tier.PERSONAL)
    recipients = [RecipientInput(RecipientKind.PERSON, ask.request.asked_by_id, tier)]
    if ask.request.asking_desk_id:
        recipients.append(RecipientInput(RecipientKind.DESK, ask.request.asking_desk_id, tier))
    return recipients
