"""What the nightly check compares of sharing: what a record promises, and who holds what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

from django.db.models import F, Model, Q, QuerySet

from audit.consistency import Finding, in_batches, register
from kernel.tiers import Tier
from people.around import AROUND_SAFE, RESTRICTED_SAFE
from people.models import AddressRelease, Surrounding
from sharing.models import (
    Answer,
    Ask,
    AskSubject,
    Draft,
    EmergencyOpening,
    EmergencyReview,
    Recipient,
    Request,
    Share,
    Subject,
)
from vault.consistency import explain, explain_emergencies
from vault.models import Grant

Row = TypeVar("Row", bound=Model)
Pairs = Iterator[tuple[UUID, UUID | None]]

# By whom, from where, a person was named
_AUTHORS = (
    "request__asked_by_id",
    "request__asking_desk_id",
    "share__shared_by_id",
    "share__from_desk_id",
)


class Promise(NamedTuple):
    """A record says that somebody may read a safe up to a tier."""

    record: Ask | AskSubject | Answer | Request | Share | Subject
    safe_id: UUID
    holder_id: UUID | None
    tier: Tier


def register_checks() -> None:
    """Promises are kept by genuine grants, and each grant keeps a promise."""
    register("sharing.recipients", recipients)
    register("sharing.promises", promises)
    register("sharing.shared_promises", shared_promises)
    for kind, explanation in {
        "DRAFT": _of_drafts,
        "NARRATIVE": _of_narratives,
        "IDENTITY": _of_identities,
        "ADDRESS": _of_addresses,
        AROUND_SAFE: _of_surroundings,
        RESTRICTED_SAFE: _of_surroundings,
        "ANSWER": _of_answers,
        "EMERGENCY": _of_emergency_words,
    }.items():
        explain(kind, explanation)
    explain_emergencies(_of_emergencies)


def recipients() -> Iterator[Finding]:
    """Each recipient's own grant is the portal's, says what the recipient's row says, and stands.

    Of whom an answer was recalled from, it must have ended.
    """
    living = Recipient.objects.filter(answer__safe__dossier__destroyed_at=None)
    rows = living.select_related("grant__revocation", "answer", "recall")
    for batch in in_batches(rows):
        for row in batch:
            grant, holder = row.grant, row.membership_id or row.desk_id
            agrees = (grant.safe_id, grant.holder_id, grant.tier) == (
                row.answer.safe_id, holder, row.tier,
            )  # fmt: skip
            ended = hasattr(grant, "revocation") == hasattr(row, "recall")
            if not agrees or not ended or not grant.is_genuine():
                yield Finding.of("recipient_without_grant", row)


def promises() -> Iterator[Finding]:
    """Desks that were asked, and those who asked and answered, can read what is theirs."""
    living = Request.objects.filter(dossier__destroyed_at=None)
    for batch in in_batches(living):
        yield from _unkept(
            Promise(row, row.safe_id, holder, Tier.SENSITIVE)
            for row in batch
            for holder in (row.asked_by_id, row.asking_desk_id)
        )
    for asks in in_batches(_living(Ask.objects.select_related("request"), "request")):
        yield from _unkept(
            Promise(row, row.request.safe_id, row.desk_id, Tier.SENSITIVE) for row in asks
        )
    about = AskSubject.objects.select_related("ask", "subject__snapshot")
    for rows in in_batches(_living(about, "ask__request")):
        yield from _unkept(
            Promise(row, row.subject.snapshot.safe_id, row.ask.desk_id, Tier.PERSONAL)
            for row in rows
        )
    own = Subject.objects.filter(request__isnull=False).select_related("request", "snapshot")
    for subjects in in_batches(_living(own, "request")):
        yield from _unkept(
            Promise(row, row.snapshot.safe_id, holder, Tier.PERSONAL)
            for row in subjects
            if row.request
            for holder in (row.request.asked_by_id, row.request.asking_desk_id)
        )
    answers = Answer.objects.filter(ask__isnull=False).select_related("ask")
    for given in in_batches(_living(answers, "ask__request")):
        yield from _unkept(
            Promise(row, row.safe_id, row.ask.desk_id, Tier.SENSITIVE) for row in given if row.ask
        )


def shared_promises() -> Iterator[Finding]:
    """Whoever gave something unasked or logged it, and their desk, can read what they wrote."""
    shares = Share.objects.filter(dossier__destroyed_at=None)
    for batch in in_batches(shares):
        yield from _unkept(
            Promise(row, row.safe_id, holder, Tier.SENSITIVE)
            for row in batch
            for holder in _givers(row)
        )
    own = Subject.objects.filter(share__isnull=False).select_related("share", "snapshot")
    for subjects in in_batches(_living(own, "share")):
        yield from _unkept(
            Promise(row, row.snapshot.safe_id, holder, Tier.PERSONAL)
            for row in subjects
            for holder in _givers(row.share)
        )
    answers = Answer.objects.filter(share__isnull=False).select_related("share")
    for given in in_batches(_living(answers, "share")):
        yield from _unkept(
            Promise(row, row.safe_id, holder, Tier.SENSITIVE)
            for row in given
            for holder in _givers(row.share)
        )


def _givers(share: Share | None) -> tuple[UUID | None, ...]:
    return (share.shared_by_id, share.from_desk_id) if share else ()


def _living(rows: QuerySet[Row], case: str) -> QuerySet[Row]:
    return rows.filter(**{f"{case}__dossier__destroyed_at": None})


def _unkept(made: Iterator[Promise]) -> Iterator[Finding]:
    """Records whose promise no genuine, unrevoked grant of that tier keeps."""
    wanted = [one for one in made if one.holder_id]
    grants = Grant.objects.filter(
        safe__in={one.safe_id for one in wanted},
        holder_id__in={one.holder_id for one in wanted},
        revocation=None,
    )
    held: dict[tuple[UUID, UUID], int] = {}
    for grant in grants:
        place = (grant.safe_id, grant.holder_id)
        if grant.is_genuine() and grant.tier > held.get(place, 0):
            held[place] = grant.tier
    for one in wanted:
        if one.holder_id and held.get((one.safe_id, one.holder_id), 0) < one.tier:
            yield Finding.of("promised_without_grant", one.record)


def _of_drafts(safes: Collection[UUID]) -> Pairs:
    """Its author and its desk."""
    found = Draft.objects.filter(safe__in=safes)
    yield from _pairs(found.values_list("safe_id", "author_id", "desk_id"))


def _of_narratives(safes: Collection[UUID]) -> Pairs:
    """Who asked, and every desk that is asked; who shared, and with whom."""
    found = Request.objects.filter(safe__in=safes)
    yield from _pairs(found.values_list("safe_id", "asked_by_id", "asking_desk_id"))
    yield from found.filter(asks__isnull=False).values_list("safe_id", "asks__desk_id")
    given = Share.objects.filter(safe__in=safes)
    yield from _pairs(given.values_list("safe_id", "shared_by_id", "from_desk_id"))
    readers = Recipient.objects.filter(answer__share__safe__in=safes, recall__isnull=True)
    safe = "answer__share__safe_id"
    yield from readers.filter(membership__isnull=False).values_list(safe, "membership_id")
    yield from readers.filter(desk__isnull=False).values_list(safe, "desk_id")


def _of_identities(safes: Collection[UUID]) -> Pairs:
    """Who asked or shared, the desks asked about this person, and who was given an answer about them."""
    found = Subject.objects.filter(snapshot__safe__in=safes).annotate(safe=F("snapshot__safe_id"))
    yield from _pairs(found.values_list("safe", *_AUTHORS))
    yield from found.filter(asked_of__isnull=False).values_list("safe", "asked_of__ask__desk_id")
    given = Recipient.objects.filter(answer__subject__snapshot__safe__in=safes, recall__isnull=True)
    safe = "answer__subject__snapshot__safe_id"
    yield from given.filter(membership__isnull=False).values_list(safe, "membership_id")
    yield from given.filter(desk__isnull=False).values_list(safe, "desk_id")


def _of_surroundings(safes: Collection[UUID]) -> Pairs:
    """Whoever is told of the person, and who said it."""
    said = Surrounding.objects.filter(safe__in=safes).order_by("pk")
    rows = set(said.values_list("safe_id", "snapshot__safe_id", "recorded_by_id"))
    told = defaultdict(set)
    for safe, holder in _of_identities({identity for _, identity, _ in rows}):
        told[safe].add(holder)
    for safe, identity, author in rows:
        yield safe, author
        yield from ((safe, holder) for holder in told[identity])


def _of_addresses(safes: Collection[UUID]) -> Pairs:
    """The author's own side, and those to whom it was released on purpose."""
    released = AddressRelease.objects.filter(address__safe__in=safes)
    yield from _pairs(released.values_list("address__safe_id", "membership_id", "desk_id"))
    found = Subject.objects.filter(snapshot__protected_address__safe__in=safes)
    yield from _pairs(
        found.values_list(
            "snapshot__protected_address__safe_id",
            *_AUTHORS,
        )
    )


def _of_answers(safes: Collection[UUID]) -> Pairs:
    """Who answered, their desk, and each recipient."""
    found = Answer.objects.filter(safe__in=safes)
    yield from _pairs(
        found.values_list("safe_id", "decided_by_id", "ask__desk_id", "share__from_desk_id")
    )
    for holder in ("membership_id", "desk_id"):
        given = found.filter(
            Q(**{f"recipients__{holder}__isnull": False}), recipients__recall__isnull=True
        )
        yield from given.values_list("safe_id", f"recipients__{holder}")


def _of_emergencies(safes: Collection[UUID]) -> Pairs:
    """Whoever opened a case in an emergency, all of it that the vault let them."""
    openings = EmergencyOpening.objects.filter(dossier__safes__in=safes)
    yield from openings.values_list("dossier__safes", "opened_by_id")


def _of_emergency_words(safes: Collection[UUID]) -> Pairs:
    """Who opened it and who reviewed it, those who were told, and the agency."""
    openings = EmergencyOpening.objects.filter(safe__in=safes)
    reviews = EmergencyReview.objects.filter(safe__in=safes).select_related("opening")
    for one in openings:
        yield from ((one.safe_id, by) for by in (one.opened_by_id, one.agency_id, *one.told))
    for found in reviews:
        holders = (found.reviewed_by_id, found.opening.agency_id, *found.told)
        yield from ((found.safe_id, by) for by in holders)


def _pairs(rows: Iterable[tuple[Any, ...]]) -> Pairs:
    for safe, *holders in rows:
        yield from ((safe, holder) for holder in holders)
