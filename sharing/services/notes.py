"""What one's own side does with what it read: where it is filed, CP-IS, and a word back."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction

from audit import services as audit
from kernel import outbox
from kernel.actors import Actor
from kernel.tiers import Tier
from sharing import policies, queries
from sharing.models import OwnNote, WordBack, WordBackReader
from sharing.services.drafting import own_desk, own_readers
from sharing.states.papers import CpisCheck
from vault import services as vault
from vault.models import Dossier


@dataclass(frozen=True, slots=True, repr=False)
class NoteInput:
    """What somebody notes. Holds plain text: never log or store it."""

    submission: UUID
    reference: str = ""
    cpis: CpisCheck | None = None
    cpis_on: date | None = None
    cpis_found: str = ""


@transaction.atomic
def note_on_answer(*, actor: Actor, answer_id: UUID, said: NoteInput) -> OwnNote:
    """Note beside an answer where one's own side filed it, and whether CP-IS was checked."""
    answer = queries.answers(actor).select_related("safe__dossier").get(pk=answer_id)
    policies.can_note_answer(actor, answer).require()
    return _note(actor, answer.safe.dossier, said, answer=answer)


@transaction.atomic
def note_on_request(*, actor: Actor, request_id: UUID, said: NoteInput) -> OwnNote:
    """The same beside what one asked."""
    asked = queries.requests(actor).select_related("dossier").get(pk=request_id)
    policies.can_note_request(actor, asked).require()
    return _note(actor, asked.dossier, said, request=asked)


def _note(actor: Actor, dossier: Dossier, said: NoteInput, **beside: object) -> OwnNote:
    who = actor.member.membership_id
    before = OwnNote.objects.filter(noted_by=who, submission=said.submission).first()
    if before:
        return before
    desk = own_desk(actor)
    safe = vault.create_safe(
        actor=actor, dossier=dossier, kind="OWN_NOTE", readers=own_readers(desk)
    )
    note = OwnNote(
        safe=safe,
        noted_by_id=who,
        desk=desk,
        submission=said.submission,
        cpis=said.cpis or "",
        cpis_on=said.cpis_on,
        **beside,
    )
    vault.Sealer(safe, actor=actor).seal(
        safe, note, Tier.PERSONAL, reference=said.reference, cpis_found=said.cpis_found
    )
    note.save(force_insert=True)
    audit.record(
        "sharing.noted",
        actor=actor,
        target=note,
        filed=bool(said.reference),
        cpis=note.cpis or "NOT_SAID",
    )
    return note


def open_notes(*, actor: Actor, notes: Iterable[OwnNote]) -> vault.Opened:
    """One's own side's references and findings. Runs outside any transaction."""
    sealed = [value for one in notes for value in (one.reference, one.cpis_found)]
    return vault.open(actor, vault.Why.FOLLOWING, *sealed)


@transaction.atomic
def send_word_back(
    *, actor: Actor, subject_id: UUID, words: str, asks: Collection[UUID], submission: UUID
) -> WordBack:
    """Tell desks that answered about a person what came of it; each is told that a line waits.

    A desk that did not know the person is refused: it has no need to know more now.
    """
    subject = queries.own_subjects(actor).get(pk=subject_id)
    policies.can_send_word_back(actor, subject).require()
    who = actor.member.membership_id
    before = WordBack.objects.filter(sent_by=who, submission=submission).first()
    if before:
        return before
    answers = [one for one in queries.answered_about(subject) if one.ask_id in set(asks)]
    told = {one.ask_id for one in answers if one.ask_id}
    allowed = bool(asks) and told == set(asks)
    policies.word_back_goes_to_those_who_answered(allowed).require()

    own = own_desk(actor)
    desks = {one.from_desk.pk for one in answers if one.from_desk}
    readers = [vault.Reader.desk(pk, Tier.PERSONAL) for pk in desks]
    readers += [one for one in own_readers(own) if one.holder_id not in desks]
    safe = vault.create_safe(
        actor=actor, dossier=subject.snapshot.safe.dossier, kind="WORD_BACK", readers=readers
    )
    back = WordBack(subject=subject, safe=safe, sent_by_id=who, desk=own, submission=submission)
    vault.Sealer(safe, actor=actor).seal(safe, back, Tier.PERSONAL, words=words)
    back.save(force_insert=True)
    WordBackReader.objects.bulk_create(
        WordBackReader(word_back=back, ask_id=one) for one in sorted(told)
    )
    audit.record("sharing.word_back.sent", actor=actor, target=back, desks=sorted(desks, key=str))
    outbox.enqueue("sharing.word_back_sent", actor=actor, key=str(back.pk), word_back_id=back.pk)
    return back


def open_words_back(*, actor: Actor, words: Iterable[WordBack], why: vault.Why) -> vault.Opened:
    """Lines on what came of it, with the names of those they are about."""
    sealed = [
        value
        for one in words
        for value in (one.words, one.subject.snapshot.identity, one.subject.snapshot.outline)
    ]
    return vault.open(actor, why, *sealed)
