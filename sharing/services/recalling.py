"""Taking back what went to the wrong place. At once; and if it was opened, an incident."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from audit import services as audit
from incidents.models import Incident
from incidents.services import open_incident
from incidents.states import Kind
from kernel import outbox
from kernel.actors import Actor
from kernel.tiers import Tier
from sharing import policies, queries
from sharing.models import Answer, Recall, Recipient
from sharing.states.righting import Copies, RecallReason
from vault import services as vault
from vault.models import Grant

BATCH = 100


@dataclass(frozen=True, slots=True, repr=False)
class RecallInput:
    """Why something is taken back. Holds plain text: never log or store it."""

    why: RecallReason
    account: str


@transaction.atomic
def recall_from(
    *, actor: Actor, recipient_ids: Iterable[UUID], wanted: RecallInput
) -> list[Recall]:
    """Take an answer back from these recipients, by the side that gave it."""
    found = queries.given_recipients(actor).filter(pk__in=list(recipient_ids)).order_by("pk")
    return [_recall(actor, one, wanted, _end_given) for one in _stopped(found)]


@transaction.atomic
def not_meant_for_me(*, actor: Actor, answer_id: UUID, account: str = "") -> list[Recall]:
    """A recipient gives back what was not for them: for oneself, and for the desk where one sits."""
    wanted = RecallInput(RecallReason.NOT_MEANT_FOR_ME, account)
    found = queries.own_recipients(actor).filter(answer=answer_id).order_by("pk")
    return [_recall(actor, one, wanted, _end_own) for one in _stopped(found)]


def _stopped(found: object) -> list[Recipient]:
    """The rows, read again once nobody reads: a look was committed before, or finds no grant."""
    rows = list(found)  # type: ignore[call-overload]
    vault.shut_gates({safe for one in rows for safe in _safes_of(one)})
    return list(found.all())  # type: ignore[attr-defined]


def _safes_of(recipient: Recipient) -> set[UUID]:
    """Everything that could tell the recipient something because of this answer."""
    answer = recipient.answer
    held = queries.grants_given_with(recipient, _beside(answer))
    return {answer.safe_id, *(one.safe_id for one in held)}


def _beside(answer: Answer) -> set[UUID]:
    """What else was given together with it."""
    return set(queries.safes_of_files(answer))


def _recall(
    actor: Actor,
    recipient: Recipient,
    wanted: RecallInput,
    end: Callable[[Actor, Recipient, Collection[Grant]], None],
) -> Recall:
    policies.can_recall(actor, recipient).require()
    safes = _safes_of(recipient)
    was_opened = end is _end_own or queries.was_looked_at(recipient, safes)
    end(actor, recipient, queries.grants_given_with(recipient, _beside(recipient.answer)))
    recall = Recall(
        recipient=recipient,
        why=wanted.why,
        recalled_by_id=actor.member.membership_id,
        was_opened=was_opened,
        incident=_incident(actor, recipient, wanted.account) if was_opened else None,
    )
    if end is _end_given:
        safe = recipient.answer.safe
        sealer = vault.Sealer(safe, actor=actor)
        sealer.seal(safe, recall, Tier.PERSONAL, account=wanted.account)
    recall.save(force_insert=True)
    audit.record(
        "sharing.answer.recalled", actor=actor, target=recipient, why=wanted.why, opened=was_opened
    )
    outbox.enqueue("sharing.recalled", actor=actor, key=str(recall.pk), recall_id=recall.pk)
    return recall


def _end_given(actor: Actor, recipient: Recipient, grants: Collection[Grant]) -> None:
    """What the author gave, by the author's desk; a file's, by whoever may write where it lies."""
    author = recipient.answer.decided_by_id
    given = [one for one in grants if one.granted_by == author]
    vault.revoke_beside(actor=actor, safe=recipient.answer.safe, grants=given)
    for one in grants:
        if one.granted_by != author:
            vault.revoke(actor=actor, grant=one)


def _end_own(actor: Actor, recipient: Recipient, grants: Collection[Grant]) -> None:
    for one in grants:
        vault.renounce(actor=actor, grant=one)


def _incident(actor: Actor, recipient: Recipient, account: str) -> Incident:
    """Both sides' officers are told at once, and the clock runs from now."""
    answer = recipient.answer
    receiving = recipient.membership or recipient.desk
    # Neither who sent it nor who got it deals with it, whatever they lead; who reports it follows it
    people = {answer.decided_by.user_id}
    people |= {recipient.membership.user_id} if recipient.membership else set()
    agencies = {answer.from_agency.pk, receiving.agency_id if receiving else answer.from_agency.pk}
    return open_incident(
        actor=actor,
        kind=Kind.MISDIRECTED,
        agency_ids=agencies,
        dossier=answer.safe.dossier,
        happened_at=answer.decided_at,
        account=account,
        records=[answer.pk, recipient.pk],
        people=people,
    )


@transaction.atomic
def confirm_copies(
    *, actor: Actor, recall_id: UUID, copies: Copies, gone_at: datetime | None = None
) -> Recall:
    """Whoever received it by mistake says what became of every copy, and when."""
    recall = queries.recalls(actor).select_for_update(of=("self",)).get(pk=recall_id)
    policies.can_confirm_copies(actor, recall).require()
    recall.copies, recall.copies_gone_at = copies, gone_at
    recall.confirmed_by_id, recall.confirmed_at = actor.member.membership_id, timezone.now()
    recall.save(update_fields=["copies", "copies_gone_at", "confirmed_by", "confirmed_at"])
    audit.record("sharing.recall.confirmed", actor=actor, target=recall, copies=copies)
    return recall


@transaction.atomic
def chase_recalls(*, actor: Actor) -> int:
    """Tell again whoever has not said what became of copies; returns how many were found."""
    now = timezone.now()
    late = queries.recalls_to_chase(now).select_for_update(skip_locked=True, of=("self",))
    rows = list(late[:BATCH])
    for row in rows:
        row.reminded_at = now
        row.save(update_fields=["reminded_at"])
        audit.record("sharing.recall.chased", actor=actor, target=row)
        outbox.enqueue(
            "sharing.recalled",
            actor=actor,
            key=f"{row.pk}:{int(now.timestamp())}",
            recall_id=row.pk,
            again=str(int(now.timestamp())),
        )
    return len(rows)


def read_recall(*, actor: Actor, recall: Recall) -> vault.Opened:
    """What the sender wrote of it, for their own side. Runs outside any transaction."""
    return vault.open(actor, vault.Why.FOLLOWING, recall.account)
