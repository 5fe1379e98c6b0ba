"""What could not be sent: whom to ring, and another try."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib import messages as flash
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agencies.access import ActorRequest, guarded, guarded_page
from kernel import outbox
from kernel.listing import list_page
from kernel.models import OutboxMessage
from kernel.presenting import plural
from oversight import policies, queries, services
from oversight.forms.post import GiveUpForm
from oversight.presenters import post as presenters
from oversight.presenters.sections import sections


@require_safe
@guarded_page(policies.can_keep_post)
def post(request: ActorRequest) -> HttpResponse:
    """What every queue holds, and what waits for a person's word."""
    shows_given_up = request.GET.get("show") == "given_up"
    found = (queries.given_up if shows_given_up else queries.parked)(request.actor)
    column = "given_up_at" if shows_given_up else "parked_at"
    context = {
        "queues": presenters.queue_rows(outbox.depth()),
        "topics": presenters.topic_counts(queries.parked_topics(request.actor)),
        "listing": list_page(
            found, request.GET, sorts={"at": [column]}, default="-at", present=_rows
        ),
        "shows_given_up": shows_given_up,
        "oversight": sections(request.actor),
    }
    return render(request, "oversight/post.html", context)


def _rows(found: Sequence[OutboxMessage]) -> list[presenters.MessageRow]:
    return presenters.message_rows(found, queries.recipients(found))


@require_safe
@guarded(load=queries.messages, policy=policies.can_read_message)
def message(request: ActorRequest, message: OutboxMessage) -> HttpResponse:
    """One message: who was not told, and what to do."""
    (row,) = _rows([message])
    return render(request, "oversight/message.html", {"row": row})


@require_POST
@guarded(load=queries.messages, policy=policies.can_change_message)
def retry(request: ActorRequest, message: OutboxMessage) -> HttpResponse:
    services.retry(actor=request.actor, message_id=message.pk)
    flash.success(request, "Being tried again. Look again in a few minutes.")
    return redirect("oversight:message", message.pk)


@require_POST
@guarded_page(policies.can_keep_post)
def retry_all(request: ActorRequest) -> HttpResponse:
    """Everything of one kind: the mail server is back."""
    count = services.retry_all(actor=request.actor, topic=request.POST.get("topic", ""))
    flash.success(request, f"{plural(count, 'message')} being tried again.")
    return redirect("oversight:post")


@require_http_methods(["GET", "POST"])
@guarded(load=queries.messages, policy=policies.can_change_message)
def give_up(request: ActorRequest, message: OutboxMessage) -> HttpResponse:
    """Leave it undone, for a reason that stays on record."""
    form = GiveUpForm(request.POST or None)
    if form.is_valid():
        services.give_up(actor=request.actor, message_id=message.pk, why=form.cleaned_data["why"])
        flash.success(request, "Given up. It stays on record.")
        return redirect("oversight:post")
    (row,) = _rows([message])
    return render(request, "oversight/give_up.html", {"form": form, "row": row})
