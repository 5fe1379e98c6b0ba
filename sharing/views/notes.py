"""What one's own side notes, and the word back to those who answered."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from agencies.access import ActorRequest, guarded
from sharing import policies, queries, services
from sharing.forms.papers import Note, SendWordBack
from sharing.models import Answer, Request, Subject
from sharing.presenters import papers as presenters
from sharing.services import NoteInput
from sharing.states.papers import CpisCheck
from sharing.views.papers import posted
from vault.services import Why

_NOTED = "Your note is kept. Only your side sees it."


@require_http_methods(["GET", "POST"])
@guarded(load=queries.answers, policy=policies.can_note_answer)
def note_answer(request: ActorRequest, answer: Answer) -> HttpResponse:
    """Filed, our reference …; and whether CP-IS was checked."""
    form = Note(posted(request))
    if not form.is_valid():
        return _note_page(request, form, answer.reference)
    services.note_on_answer(actor=request.actor, answer_id=answer.pk, said=_said(form))
    messages.success(request, _NOTED)
    return redirect("sharing:answer", answer.pk)


@require_http_methods(["GET", "POST"])
@guarded(load=queries.requests, policy=policies.can_note_request)
def note_request(request: ActorRequest, asked: Request) -> HttpResponse:
    """The same beside what one asked."""
    form = Note(posted(request))
    if not form.is_valid():
        return _note_page(request, form, asked.reference)
    services.note_on_request(actor=request.actor, request_id=asked.pk, said=_said(form))
    messages.success(request, _NOTED)
    return redirect("sharing:request", asked.pk)


def _note_page(request: ActorRequest, form: Note, reference: str) -> HttpResponse:
    return render(request, "sharing/copies/note.html", {"form": form, "reference": reference})


def _said(form: Note) -> NoteInput:
    said = form.cleaned_data
    return NoteInput(
        submission=said["submission"],
        reference=said["reference"],
        cpis=CpisCheck(said["cpis"]) if said["cpis"] else None,
        cpis_on=said["cpis_on"] or said["unavailable_on"],
        cpis_found=said["cpis_found"],
    )


@require_http_methods(["GET", "POST"])
@guarded(load=queries.own_subjects, policy=policies.can_send_word_back)
def word_back(request: ActorRequest, subject: Subject) -> HttpResponse:
    """What came of it, for the desks that answered about this person."""
    answers = list(queries.answered_about(subject))
    form = SendWordBack(posted(request), answers=answers)
    if not (answers and form.is_valid()):
        return _word_back_page(request, form, subject, answers)
    services.send_word_back(
        actor=request.actor,
        subject_id=subject.pk,
        words=form.cleaned_data["words"],
        asks=[UUID(one) for one in form.cleaned_data["desks"]],
        submission=form.cleaned_data["submission"],
    )
    messages.success(request, "Sent. The desks that you chose have been told that a line waits.")
    return redirect("sharing:request", subject.request_id)


def _word_back_page(
    request: ActorRequest, form: SendWordBack, subject: Subject, answers: list[Answer]
) -> HttpResponse:
    opened = services.open_names(
        actor=request.actor, snapshots=[subject.snapshot], why=Why.FOLLOWING
    )
    page = presenters.word_back_page(subject, answers, opened)
    return render(request, "sharing/copies/word_back.html", {"form": form, "page": page})
