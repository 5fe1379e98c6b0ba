"""What stands beside a record on its page: copies, one's own notes, lines on what came of it."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpRequest, QueryDict

from kernel.actors import Actor
from sharing import queries, services
from sharing.models import Answer, Ask, Attachment, Request
from sharing.presenters import attachments as attachment_presenters
from sharing.presenters import papers as presenters
from vault.services import Why


def posted(request: HttpRequest) -> QueryDict | None:
    """What a form was sent, be it nothing at all."""
    return request.POST if request.method == "POST" else None


def records_of(actor: Actor, answer: Answer) -> presenters.Records:
    """For one's own records: beside one answer."""
    notes = list(queries.notes_on_answers(actor, [answer.pk]))
    return presenters.records(answer, notes, services.open_notes(actor=actor, notes=notes))


def notes_on(actor: Actor, asked: Request) -> tuple[presenters.NoteView, ...]:
    """What one's own side noted beside what it asked."""
    notes = list(queries.notes_on_request(actor, asked))
    return presenters.note_views(notes, services.open_notes(actor=actor, notes=notes))


def files_of(
    actor: Actor, found: Iterable[Attachment]
) -> tuple[attachment_presenters.AttachmentView, ...]:
    """The files of a list that the reader may open."""
    files = list(found)
    opened = services.open_attachments(actor=actor, attachments=files)
    return attachment_presenters.attachment_views(actor, files, opened)


def words_back_on(actor: Actor, asked: Request) -> tuple[presenters.WordBackView, ...]:
    """What those who asked told those who answered."""
    words = list(queries.words_back_on(actor, asked))
    opened = services.open_words_back(actor=actor, words=words, why=Why.FOLLOWING)
    return presenters.word_back_views(words, opened)


def words_back_to(actor: Actor, ask: Ask) -> tuple[presenters.WordBackView, ...]:
    """What a desk was told of what came of its answers."""
    words = list(queries.words_back_to(actor, ask))
    opened = services.open_words_back(actor=actor, words=words, why=Why.READING)
    return presenters.word_back_views(words, opened)
