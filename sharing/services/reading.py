"""Opening what was asked and answered. Each runs outside any transaction: the vault commits first."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.utils import timezone

from audit.models import AccessKind
from kernel.actors import Actor
from people.models import IdentitySnapshot
from sharing.models import Answer, Ask, Receipt, Request
from vault import services as vault


def open_names(
    *, actor: Actor, snapshots: Iterable[IdentitySnapshot], why: vault.Why
) -> vault.Opened:
    """Names for a list. Looking at a list is on record, and is not a receipt."""
    sealed = [value for one in snapshots for value in (one.identity, one.outline)]
    return vault.open(actor, why, *sealed, kind=AccessKind.LISTED)


def open_request(*, actor: Actor, info_request: Request) -> vault.Opened:
    """One's own request: whom it is about, why, and what the family knows."""
    return vault.open(actor, vault.Why.FOLLOWING, *_narrative(info_request))


def open_ask(*, actor: Actor, ask: Ask, snapshots: Iterable[IdentitySnapshot]) -> vault.Opened:
    """What a desk was asked: only the people it is asked about."""
    sealed = [value for one in snapshots for value in (one.identity, one.outline)]
    return vault.open(actor, vault.Why.ANSWERING, *sealed, *_narrative(ask.request))


def open_answers(*, actor: Actor, answers: Iterable[Answer]) -> vault.Opened:
    """What desks answered. The look of an addressee is the receipt, committed with the access."""
    by_safe = {one.safe_id: one for one in answers}
    sealed = []
    for answer in by_safe.values():
        sealed += [answer.reason, answer.searched]
        sealed += [v for item in answer.items.all() for v in (item.body, item.source)]

    def receipt(opened: frozenset[UUID]) -> None:
        for safe_id in opened & by_safe.keys():
            _sign_for(actor, by_safe[safe_id])

    return vault.open(actor, vault.Why.READING, *sealed, receipt=receipt)


def _sign_for(actor: Actor, answer: Answer) -> None:
    """Only addressees give receipts: a colleague at the answering desk does not."""
    addressed = any(
        one.membership_id == actor.membership_id or one.desk_id in actor.desk_ids
        for one in answer.recipients.all()
    )
    if addressed:
        Receipt.objects.update_or_create(
            answer=answer,
            membership_id=actor.member.membership_id,
            defaults={"last_opened_at": timezone.now()},
        )


def _narrative(info_request: Request) -> list[vault.Sealed | None]:
    family = info_request.family
    return [
        info_request.why,
        family.told_whom,
        family.not_told_why,
        family.consent_from,
        family.judgement,
    ]
