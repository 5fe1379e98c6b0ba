"""Filling an inbox quickly: the same rows that the services write, many at a time."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from benchmarks.journey import request_input
from benchmarks.partnership import Partnership
from kernel.actors import Actor
from kernel.tiers import Tier
from people.identity import Identity, PersonKind
from people.models import IdentitySnapshot, Person
from sharing import services
from sharing.models import Answer, Ask, AskSubject, Recipient, Subject
from sharing.states import Outcome, RecipientKind
from vault import services as vault
from vault.models import Grant, GrantReason, HolderKind, Safe

CHUNK = 500


def fill(partnership: Partnership, count: int) -> None:
    """Give the asker that many more shares, about as many people."""
    for start in range(0, count, CHUNK):
        _add_chunk(partnership, min(CHUNK, count - start))


@transaction.atomic
def _add_chunk(partnership: Partnership, count: int) -> None:
    asker = partnership.asker
    draft = services.begin_request(actor=asker)
    wanted = request_input(partnership)
    sent = services.send_request(actor=asker, draft_id=draft.pk, wanted=wanted)
    ask = sent.asks.get()
    snapshots = _snapshots(asker, sent.dossier_id, count)
    subjects = Subject.objects.bulk_create(
        Subject(request=sent, snapshot=one, position=place)
        for place, one in enumerate(snapshots, 1)
    )
    AskSubject.objects.bulk_create(AskSubject(ask=ask, subject=one) for one in subjects)
    _answers(partnership, ask, subjects, sent.dossier_id)


def _snapshots(actor: Actor, dossier_id: UUID, count: int) -> list[IdentitySnapshot]:
    safes = Safe.objects.bulk_create(
        Safe(dossier_id=dossier_id, kind="IDENTITY") for _ in range(count)
    )
    people = Person.objects.bulk_create(Person() for _ in range(count))
    Grant.objects.bulk_create(_grant(actor, safe, GrantReason.AUTHOR) for safe in safes)
    sealer = vault.Sealer(*safes, actor=actor)
    sealer.prepare(Tier.ANONYMISED, Tier.PERSONAL)
    rows = []
    for number, (safe, person) in enumerate(zip(safes, people, strict=True)):
        identity = Identity(PersonKind.CHILD, f"Child {number}", "Benchmark")
        row = IdentitySnapshot(person=person, safe=safe, kind=identity.kind)
        outline = identity.outline(timezone.localdate())
        sealer.seal(safe, row, Tier.ANONYMISED, outline=outline)
        sealer.seal(safe, row, Tier.PERSONAL, identity=identity.to_json())
        rows.append(row)
    return IdentitySnapshot.objects.bulk_create(rows)


def _answers(partnership: Partnership, ask: Ask, subjects: list[Subject], dossier_id: UUID) -> None:
    asker, answerer = partnership.asker.member, partnership.answerer.member
    safes = Safe.objects.bulk_create(Safe(dossier_id=dossier_id, kind="ANSWER") for _ in subjects)
    now = timezone.now()
    answers = Answer.objects.bulk_create(
        Answer(
            ask=ask,
            subject=subject,
            safe=safe,
            outcome=Outcome.SHARED,
            decided_by_id=answerer.membership_id,
            decided_at=now - timedelta(seconds=place),
        )
        for place, (subject, safe) in enumerate(zip(subjects, safes, strict=True))
    )
    grants = Grant.objects.bulk_create(
        _grant(partnership.asker, safe, GrantReason.NAMED) for safe in safes
    )
    Recipient.objects.bulk_create(
        Recipient(
            answer=answer,
            kind=RecipientKind.PERSON,
            membership_id=asker.membership_id,
            tier=Tier.SENSITIVE,
            grant=grant,
        )
        for answer, grant in zip(answers, grants, strict=True)
    )


def _grant(holder: Actor, safe: Safe, reason: GrantReason) -> Grant:
    return Grant(
        safe=safe,
        holder_kind=HolderKind.MEMBERSHIP,
        holder_id=holder.member.membership_id,
        tier=Tier.SENSITIVE,
        reason=reason,
        granted_by=holder.member.membership_id,
    ).attest()
