"""Putting an item right: a corrected text in its place, or nothing; and telling who has it."""

from __future__ import annotations

from collections.abc import Iterable
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
from sharing.models import Acknowledgement, Correction, Item, Recipient, Withdrawal
from sharing.states import FamilyMaySee, Standing
from sharing.states.righting import WithdrawalReason
from vault import services as vault

BATCH = 100


@dataclass(frozen=True, slots=True, repr=False)
class CorrectionInput:
    """The text that stands from now on. Holds plain text: never log or store it."""

    body: str
    standing: Standing
    family_may_see: FamilyMaySee
    reason: str
    source: str = ""
    as_of_on: date | None = None


@transaction.atomic
def correct_item(*, actor: Actor, item_id: UUID, wanted: CorrectionInput) -> Correction:
    """Put a corrected text in an item's place, at the same tier and for the same readers.

    The old one stays as it is: those who had opened it read it on, marked.
    """
    item = _held(actor, item_id)
    replacement = Item(
        answer=item.answer,
        position=queries.next_position(item.answer_id),
        category=item.category,
        tier=item.tier,
        standing=wanted.standing,
        as_of_on=wanted.as_of_on,
        family_may_see=wanted.family_may_see,
    )
    correction = Correction(
        item=item, replacement=replacement, corrected_by_id=actor.member.membership_id
    )
    safe, tier = item.answer.safe, Tier(item.tier)
    sealer = vault.Sealer(safe, actor=actor)
    sealer.seal(safe, replacement, tier, body=wanted.body, source=wanted.source)
    sealer.seal(safe, correction, tier, reason=wanted.reason)
    replacement.save(force_insert=True)
    correction.save(force_insert=True)
    _ask_to_acknowledge(actor, item, _able_to_read(item))
    audit.record("sharing.item.corrected", actor=actor, target=item, by=replacement.pk)
    return correction


@transaction.atomic
def withdraw_item(
    *, actor: Actor, item_id: UUID, why: WithdrawalReason, reason: str = ""
) -> Withdrawal:
    """Take an item out: who had opened it reads it on, marked; nobody else gets it any more."""
    item = _held(actor, item_id)
    withdrawal = Withdrawal(item=item, why=why, withdrawn_by_id=actor.member.membership_id)
    safe = item.answer.safe
    sealer = vault.Sealer(safe, actor=actor)
    sealer.seal(safe, withdrawal, Tier(item.tier), reason=reason)
    withdrawal.save(force_insert=True)
    # Whoever had not opened it never learns that it was there
    opened = [one for one in _able_to_read(item) if queries.has_relied_on(one)]
    _ask_to_acknowledge(actor, item, opened)
    audit.record("sharing.item.withdrawn", actor=actor, target=item, why=why)
    return withdrawal


def _held(actor: Actor, item_id: UUID) -> Item:
    """The item, while nobody reads it and nobody else puts it right."""
    vault.shut_gates(
        queries.own_items(actor).filter(pk=item_id).values_list("answer__safe", flat=True)
    )
    item = queries.own_items(actor).get(pk=item_id)
    policies.can_put_right(actor, item).require()
    return item


def _able_to_read(item: Item) -> list[Recipient]:
    """Whoever may not know of the item's tier is not told that there is something."""
    found = queries.current_recipients(item.answer)
    return [one for one in found if one.tier >= item.tier]


def _ask_to_acknowledge(actor: Actor, item: Item, recipients: Iterable[Recipient]) -> None:
    rows = [Acknowledgement(item=item, recipient=one) for one in recipients]
    Acknowledgement.objects.bulk_create(rows)
    for row in rows:
        _tell(actor, row, "first")


def _tell(actor: Actor, row: Acknowledgement, once: str) -> None:
    outbox.enqueue(
        "sharing.put_right", actor=actor, key=f"{row.pk}:{once}", acknowledgement_id=row.pk
    )


@transaction.atomic
def acknowledge(*, actor: Actor, acknowledgement_id: UUID) -> Acknowledgement:
    """Say for oneself, or for one's desk, that one knows. The first word stands."""
    found = queries.acknowledgements(actor).select_for_update(of=("self",))
    row = found.get(pk=acknowledgement_id)
    policies.can_acknowledge(actor, row).require()
    if row.acknowledged_at is None:
        row.acknowledged_by_id = actor.member.membership_id
        row.acknowledged_at = timezone.now()
        row.save(update_fields=["acknowledged_by", "acknowledged_at"])
        audit.record("sharing.correction.acknowledged", actor=actor, target=row)
    return row


@transaction.atomic
def chase_acknowledgements(*, actor: Actor) -> int:
    """Tell again whoever has not said that they know; returns how many were found."""
    now = timezone.now()
    late = queries.acknowledgements_to_chase(now).select_for_update(skip_locked=True, of=("self",))
    rows = list(late[:BATCH])
    for row in rows:
        row.reminded_at = now
        row.save(update_fields=["reminded_at"])
        audit.record("sharing.correction.chased", actor=actor, target=row)
        _tell(actor, row, str(int(now.timestamp())))
    return len(rows)


def read_item(*, actor: Actor, item: Item) -> tuple[str, str]:
    """An item's text and source for whoever puts it right; empty where they may not read it."""
    opened = vault.open(actor, vault.Why.CHECKING, item.body, item.source)
    body, source = (opened[one] or "" for one in (item.body, item.source))
    return str(body or ""), str(source or "")
