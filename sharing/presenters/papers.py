"""What one's own side noted beside a record, and the lines that went back to those who answered."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from kernel.ids import new_id
from sharing.models import Answer, OwnNote, Subject, WordBack
from sharing.presenters.desks import desk_name
from sharing.presenters.people import person_view
from sharing.states.papers import CpisCheck
from vault import services as vault


@dataclass(frozen=True, slots=True, repr=False)
class NoteView:
    """Where something is filed, and whether CP-IS was checked."""

    reference: str
    cpis: str
    cpis_on: date | None
    cpis_found: str
    noted_by: str
    noted_at: datetime
    is_withheld: bool


@dataclass(frozen=True, slots=True, repr=False)
class Records:
    """What one may do with an answer for one's own records, and what was done."""

    answer_id: UUID
    # One mark for each button, so that pressing twice makes one copy
    text_mark: UUID
    pdf_mark: UUID
    notes: tuple[NoteView, ...]


@dataclass(frozen=True, slots=True, repr=False)
class WordBackView:
    """One line on what came of it."""

    person: str
    words: str
    desks: tuple[str, ...]
    sent_by: str
    sent_at: datetime


@dataclass(frozen=True, slots=True, repr=False)
class WordBackPage:
    """Whom a line is about, and which desks may be told."""

    request_id: UUID
    reference: str
    person: str
    has_answers: bool


def records(answer: Answer, notes: Iterable[OwnNote], opened: vault.Opened) -> Records:
    return Records(answer.pk, new_id(), new_id(), note_views(notes, opened))


def note_views(notes: Iterable[OwnNote], opened: vault.Opened) -> tuple[NoteView, ...]:
    """Notes read by queries.notes_on_…, from what services.open_notes gave out."""
    return tuple(_note(one, opened) for one in notes)


def _note(note: OwnNote, opened: vault.Opened) -> NoteView:
    return NoteView(
        reference=opened[note.reference] or "",
        cpis=CpisCheck(note.cpis).label if note.cpis else "",
        cpis_on=note.cpis_on,
        cpis_found=opened[note.cpis_found] or "",
        noted_by=note.noted_by.user.full_name,
        noted_at=note.noted_at,
        is_withheld=any(
            isinstance(opened[one], vault.Withheld) for one in (note.reference, note.cpis_found)
        ),
    )


def word_back_views(words: Iterable[WordBack], opened: vault.Opened) -> tuple[WordBackView, ...]:
    """Lines that the reader may read; one that is withheld is not hinted at."""
    return tuple(
        WordBackView(
            person=person_view(one.subject.snapshot, opened).name,
            words=opened[one.words],
            desks=tuple(desk_name(reader.ask.desk) for reader in one.readers.all()),
            sent_by=one.sent_by.user.full_name,
            sent_at=one.sent_at,
        )
        for one in words
        if opened[one.words]
    )


def word_back_page(
    subject: Subject, answers: Collection[Answer], opened: vault.Opened
) -> WordBackPage:
    name = person_view(subject.snapshot, opened).name
    asked = subject.request
    if asked is None:
        raise ValueError("only those who were asked are told what came of it")
    return WordBackPage(asked.pk, asked.reference, name, bool(answers))
