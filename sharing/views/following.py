"""Following what one asked: the list, one request, one desk's answers."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from agencies.access import ActorRequest, guarded, guarded_page
from kernel.actors import Actor
from kernel.listing import Listing, list_page
from sharing import policies, queries, services
from sharing.forms.following import RequestsFilter
from sharing.models import Ask, Request
from sharing.presenters import asking, following
from sharing.views.papers import files_of, notes_on, words_back_on
from vault import services as vault

_SORTS = {"sent": ["sent_at"], "due": ["next_due"], "reference": ["reference"]}


@require_safe
@guarded_page(policies.can_follow)
def requests(request: ActorRequest) -> HttpResponse:
    """What one asked, and what one's desk stands behind; what is unfinished stands first."""
    form = RequestsFilter(request.GET or None)
    context = {
        "form": form,
        "drafts": asking.draft_rows(queries.open_request_drafts(request.actor)),
        "listing": _listing(request, form),
        "may_ask": policies.can_ask(request.actor),
    }
    return render(request, "sharing/following/requests.html", context)


def _listing(request: ActorRequest, form: RequestsFilter) -> Listing[following.RequestRow]:
    actor = request.actor
    found = queries.requests_with_progress(actor)
    if form.is_valid():
        found = queries.find_requests(found, actor, **form.cleaned_data)
    else:
        found = queries.find_requests(found, actor, status="", whose="", reference="")

    def present(page: Sequence[Request]) -> list[following.RequestRow]:
        snapshots = following.snapshots_of(page)
        opened = services.open_names(actor=actor, snapshots=snapshots, why=vault.Why.FOLLOWING)
        return following.request_rows(actor, page, opened)

    return list_page(found, request.GET, sorts=_SORTS, default="-sent", present=present)


@require_safe
@guarded(load=queries.requests_in_full, policy=policies.can_read_request)
def request(request: ActorRequest, asked: Request) -> HttpResponse:
    """One request: what was asked, how far each desk is, and who has opened what came."""
    context = {
        "page": _page(request.actor, asked),
        "notes": notes_on(request.actor, asked),
        "files": files_of(request.actor, queries.attachments_to_request(request.actor, asked)),
        "words_back": words_back_on(request.actor, asked),
        "kept": queries.kept_from(asked.dossier_id),
    }
    return render(request, "sharing/following/request.html", context)


@require_safe
@guarded(load=queries.requests_in_full, policy=policies.can_read_request)
def sent(request: ActorRequest, asked: Request) -> HttpResponse:
    """Sent: its reference, by when each desk answers, and whom to ring."""
    return render(request, "sharing/asking/sent.html", {"page": _page(request.actor, asked)})


def _page(actor: Actor, asked: Request) -> following.RequestPage:
    opened = services.open_request(actor=actor, info_request=asked)
    answers = list(queries.answers_about(actor, asked))
    return following.request_page(actor, asked, opened, answers)


@require_safe
@guarded(load=queries.own_asks, policy=policies.can_read_own_ask)
def own_ask(request: ActorRequest, ask: Ask) -> HttpResponse:
    """What one desk answered. Opening it is the receipt."""
    answers = list(queries.answers_to(request.actor, ask))
    opened = services.open_answers(actor=request.actor, answers=answers)
    # Read again, because this look is among the receipts now
    page = following.own_ask_page(ask, queries.answers_to(request.actor, ask), opened)
    return render(request, "sharing/following/own_ask.html", {"page": page})
