"""Files put to a request or to an answer: adding, fetching, taking back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from agencies.access import ActorRequest, guarded
from kernel.actors import Actor
from sharing import policies, queries, services
from sharing.forms.attachments import Attach
from sharing.models import Ask, Attachment, Request, Subject
from sharing.views.papers import files_of, posted
from vault.files.downloads import file_response
from vault.files.handlers import MEGABYTE
from vault.files.uploads import sealing
from vault.services import Destination, Why

_LARGEST = settings.ATTACHMENT_LARGEST_MB * MEGABYTE
_ADDED = "Your file has arrived and is being checked."


def _destination(actor: Actor, *_loaded: object) -> Destination:
    return services.upload_destination(actor=actor)


@require_http_methods(["GET", "POST"])
@guarded(load=queries.requests, policy=policies.can_attach_to_request)
@sealing(_destination, largest=_LARGEST, most=1)
def request_files(request: ActorRequest, asked: Request) -> HttpResponse:
    """Evidence for the desks that are asked."""

    def attach(**said: Any) -> Attachment:
        return services.attach_to_request(actor=request.actor, request_id=asked.pk, **said)

    context = {
        "files": files_of(request.actor, queries.attachments_to_request(request.actor, asked)),
        "reference": asked.reference,
        "back": reverse("sharing:request", args=[asked.pk]),
    }
    return _files(request, attach, context)


@require_http_methods(["GET", "POST"])
@guarded(load=queries.asks, policy=policies.can_attach_to_answer)
@sealing(_destination, largest=_LARGEST, most=1)
def answer_files(request: ActorRequest, ask: Ask, number: int) -> HttpResponse:
    """What goes with the answer about one person."""
    subject = _asked_about(ask, number)

    def attach(**said: Any) -> Attachment:
        return services.attach_to_answer(
            actor=request.actor, ask_id=ask.pk, subject_id=subject.pk, **said
        )

    found = queries.attachments_to_ask(request.actor, ask).filter(subject=subject)
    context = {
        "files": files_of(request.actor, found),
        "reference": ask.request.reference,
        "back": reverse("sharing:answer_outcome", args=[ask.pk, number]),
    }
    return _files(request, attach, context)


def _asked_about(ask: Ask, number: int) -> Subject:
    """The person by the number that the answer's pages give them."""
    about = ask.about.select_related("subject").order_by("subject__position")
    found = list(about)[number - 1 : number] if number else []
    if not found:
        raise Http404
    return found[0].subject


def _files(
    request: ActorRequest, attach: Callable[..., Attachment], context: dict[str, Any]
) -> HttpResponse:
    form = Attach(posted(request), request.FILES or None)
    if not form.is_valid():
        limit = settings.ATTACHMENT_LARGEST_MB
        context |= {"form": form, "limit": limit, "here": request.path}
        return render(request, "sharing/attachments/files.html", context)
    attach(upload=form.cleaned_data["file"], tier=form.cleaned_data["tier"])
    messages.success(request, _ADDED)
    return redirect(request.path)


@require_http_methods(["GET", "HEAD"])
@guarded(load=queries.attachments, policy=policies.can_fetch_attachment)
def attachment(request: ActorRequest, attachment: Attachment) -> HttpResponseBase:
    """The checked file, on record as opened."""
    return file_response(request, request.actor, Why.READING, services.file_of(attachment))


@require_POST
@guarded(load=queries.attachments, policy=policies.can_remove_attachment)
def remove_attachment(request: ActorRequest, attachment: Attachment) -> HttpResponse:
    """Take a file back before anybody was given it."""
    services.remove_attachment(actor=request.actor, attachment_id=attachment.pk)
    messages.success(request, "The file was taken back.")
    if attachment.request_id:
        return redirect("sharing:request_files", attachment.request_id)
    return redirect("sharing:ask", attachment.ask_id)
