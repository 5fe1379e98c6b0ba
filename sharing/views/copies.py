"""Taking an answer into one's own case system."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_safe

from agencies.access import ActorRequest, guarded
from sharing import policies, queries, services
from sharing.forms.papers import TakeCopy
from sharing.models import Answer, Copy
from sharing.presenters import copies as presenters
from sharing.states.papers import CopyForm
from sharing.views.papers import posted
from vault.files.downloads import file_response
from vault.services import Why


@require_http_methods(["GET", "POST"])
@guarded(load=queries.answers_in_full, policy=policies.can_take_copy)
def take_copy(request: ActorRequest, answer: Answer) -> HttpResponse:
    """Text comes at once; a PDF is made by a worker, and fetched from its own page."""
    form = TakeCopy(posted(request))
    if not form.is_valid():
        context = {"form": form, "answer_id": answer.pk, "reference": answer.reference}
        return render(request, "sharing/copies/take.html", context)
    copy = services.take_copy(
        actor=request.actor,
        answer_id=answer.pk,
        form=CopyForm(form.cleaned_data["form"]),
        submission=form.cleaned_data["submission"],
    )
    if copy.form == CopyForm.PDF or copy.answer_id != answer.pk:
        return redirect("sharing:copy", copy.pk)
    return _text(request, answer, copy)


def _text(request: ActorRequest, answer: Answer, copy: Copy) -> HttpResponse:
    opened = services.open_for_copy(actor=request.actor, answer=answer)
    page = presenters.copy_page(answer, opened, holder=request.acting, taken_at=copy.taken_at)
    response = HttpResponse(presenters.as_text(page), content_type="text/plain; charset=utf-8")
    name = presenters.file_name(copy)
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    return response


@require_safe
@guarded(load=queries.copies, policy=policies.can_see_copy)
def copy(request: ActorRequest, copy: Copy) -> HttpResponse:
    """How far a PDF is, and where to fetch it."""
    made = services.require_still_open(actor=request.actor, copy=copy)
    page = presenters.copy_status(copy, may_fetch=policies.can_fetch_copy(request.actor, copy))
    return render(request, "sharing/copies/copy_made.html", {"page": page, "is_made": bool(made)})


@require_safe
@guarded(load=queries.copies, policy=policies.can_fetch_copy)
def copy_file(request: ActorRequest, copy: Copy) -> HttpResponseBase:
    """The PDF itself, for nobody but whoever asked for it."""
    made = services.require_still_open(actor=request.actor, copy=copy)
    return file_response(request, request.actor, Why.READING, made.file if made else None)
