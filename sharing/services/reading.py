"""Opening what was asked and answered. Each runs outside any transaction: the vault commits first."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.utils import timezone

from audit.models import AccessKind
from consent.models import FamilyPosition
from kernel.actors import Actor
from people import queries as people
from people.identity import Identity
from people.models import IdentitySnapshot
from people.services import make_findable
from sharing import queries
from sharing.models import Answer, Ask, Correction, Item, Receipt, Request, Share, Withdrawal
from vault import services as vault


def open_names(
    *, actor: Actor, snapshots: Iterable[IdentitySnapshot], why: vault.Why
) -> vault.Opened:
    """Names for a list. Looking at a list is on record, and is not a receipt."""
    sealed = [value for one in snapshots for value in people.sealed_of(one)]
    return vault.open(actor, why, *sealed, kind=AccessKind.LISTED)


def open_request(*, actor: Actor, info_request: Request) -> vault.Opened:
    """One's own request: whom it is about with protected addresses, why, what the family knows.

    The request is read by `queries.requests_in_full`.
    """
    snapshots = people.with_surroundings(one.snapshot for one in info_request.subjects.all())
    sealed = [value for one in snapshots for value in _person(one)]
    opened = vault.open(actor, vault.Why.FOLLOWING, *sealed, *_narrative(info_request))
    _find_again(actor, snapshots, opened)
    return opened


def _person(snapshot: IdentitySnapshot) -> list[vault.Sealed | None]:
    protected = getattr(snapshot, "protected_address", None)
    address = [protected.address] if protected else []
    return [*people.sealed_of(snapshot), *address]


def open_ask(*, actor: Actor, ask: Ask, snapshots: Iterable[IdentitySnapshot]) -> vault.Opened:
    """What a desk was asked: only the people it is asked about."""
    snapshots = people.with_surroundings(snapshots)
    sealed = [value for one in snapshots for value in people.sealed_of(one)]
    opened = vault.open(actor, vault.Why.ANSWERING, *sealed, *_narrative(ask.request))
    _find_again(actor, snapshots, opened)
    return opened


class _PutRight(Exception):
    """Something was corrected or withdrawn between reading the rows and opening them."""


def open_answers(
    *, actor: Actor, answers: Iterable[Answer], kind: AccessKind = AccessKind.OPENED
) -> vault.Opened:
    """What desks answered, and about whom; answers as `queries.with_contents` reads them.

    The look of an addressee is the receipt, committed with the access. An answer that says nothing
    but its outcome has nothing sealed: it is signed for beside the others.
    """
    answers = list(answers)
    people.with_surroundings(one.subject.snapshot for one in answers)
    sealed: list[vault.Sealed | None] = []
    bare = {one.pk for one in answers if not any(_words_of(one))}
    for answer in answers:
        sealed += people.sealed_of(answer.subject.snapshot)
        sealed += _words_of(answer)
        if answer.share:
            sealed += [answer.share.why, *_family(answer.share.family)]

    def receipt(opened: frozenset[UUID]) -> None:
        if queries.put_right_since(answers):
            raise _PutRight
        _sign_for(actor, [one for one in answers if one.safe_id in opened or one.pk in bare])

    try:
        opened = vault.open(actor, vault.Why.READING, *sealed, kind=kind, receipt=receipt)
    except _PutRight:
        queries.read_items_again(actor, answers)
        return open_answers(actor=actor, answers=answers, kind=kind)
    _find_again(actor, [one.subject.snapshot for one in answers], opened)
    return opened


def open_narrative(
    *,
    actor: Actor,
    asked: Request,
    kind: AccessKind = AccessKind.OPENED,
    with_people: bool = False,
) -> vault.Opened:
    """Why it was asked and what the family knows, for the reasoning of a decision.

    With names where wanted, and without protected addresses.
    """
    sealed = _narrative(asked)
    why = vault.Why.FOLLOWING if with_people else vault.Why.READING
    if with_people:
        snapshots = people.with_surroundings(one.snapshot for one in asked.subjects.all())
        sealed += [value for one in snapshots for value in people.sealed_of(one)]
    return vault.open(actor, why, *sealed, kind=kind)


def open_share(*, actor: Actor, share: Share, answers: Iterable[Answer]) -> vault.Opened:
    """What one's own side gave or logged: why, with whom, whom it was about, what was said.

    Answers as `queries.answers_given` reads them.
    """
    sealed: list[vault.Sealed | None] = [share.why, *_family(share.family)]
    if contact := getattr(share, "contact", None):
        sealed += [contact.who, contact.verification_note, contact.follow_up]
    for answer in answers:
        sealed += [*_person(answer.subject.snapshot), *_words_of(answer)]
    return vault.open(actor, vault.Why.FOLLOWING, *sealed)


def _find_again(actor: Actor, snapshots: Iterable[IdentitySnapshot], opened: vault.Opened) -> None:
    """Whom an agency was told of later, or before it had tokens, it finds once it has looked.

    The system opens nothing by itself to make tokens: the reader has the words already.
    """
    known = people.findable(actor, snapshots)
    missing = {one for one in snapshots if one.pk not in known}
    read = [(one, opened[one.identity]) for one in missing]
    make_findable(
        actor=actor,
        found_by=[
            (one, Identity.from_json(words), [actor.member.agency_id])
            for one, words in read
            if words and not isinstance(words, vault.Withheld)
        ],
    )


def _words_of(answer: Answer) -> list[vault.Sealed | None]:
    given = [value for item in answer.items.all() for value in (item.body, item.source)]
    why = [mark.reason for item in answer.items.all() for mark in _put_right_by(item)]
    return [answer.reason, answer.detriment, answer.searched, *given, *why]


def _put_right_by(item: Item) -> list[Correction | Withdrawal]:
    """What put an item right: nothing, a correction or a withdrawal."""
    marks = (getattr(item, name, None) for name in ("correction", "withdrawal"))
    return [mark for mark in marks if mark]


def _sign_for(actor: Actor, answers: Iterable[Answer]) -> None:
    """Only addressees give receipts, and who reads what their agency was sent in an emergency.

    A colleague at the answering desk does not.
    """
    if actor.membership_id is None:
        return
    now = timezone.now()
    Receipt.objects.bulk_create(
        [
            Receipt(
                answer=answer,
                membership_id=actor.membership_id,
                first_opened_at=now,
                last_opened_at=now,
                in_emergency=not _is_addressed(actor, answer),
            )
            for answer in answers
            if _is_addressed(actor, answer) or _is_emergency(actor, answer)
        ],
        update_conflicts=True,
        unique_fields=["answer", "membership"],
        update_fields=["last_opened_at"],
    )


def _is_emergency(actor: Actor, answer: Answer) -> bool:
    is_open = bool(actor.emergencies) and answer.case.dossier_id in actor.emergencies
    return is_open and answer.from_agency.pk != actor.agency_id


def _is_addressed(actor: Actor, answer: Answer) -> bool:
    return any(
        one.membership_id == actor.membership_id or one.desk_id in actor.desk_ids
        for one in answer.recipients.all()
    )


def _narrative(info_request: Request) -> list[vault.Sealed | None]:
    return [info_request.why, *_family(info_request.family)]


def _family(family: FamilyPosition | None) -> list[vault.Sealed | None]:
    if family is None:
        return []
    return [
        family.told_whom,
        family.not_told_why,
        family.consent_from,
        family.judgement,
    ]
