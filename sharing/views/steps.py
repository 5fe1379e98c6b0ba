"""What the pages of a request's draft share: reading it, saving it, and where to go next."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from agencies import queries as agencies
from agencies.access import ActorRequest, View, guarded
from kernel.forms import Form
from sharing import policies, queries, services
from sharing.forms.draft import Content, Offered, RequestForms
from sharing.models import Draft
from sharing.presenters import asking as presenters
from sharing.standing import standings
from sharing.states import DraftStatus

_AFTER = {"person": "reason", "reason": "family", "family": "desks"}
AnyForm = TypeVar("AnyForm", bound=Form)


def step(view: View) -> View:
    """A page of a draft. Whoever comes back to one that was sent is shown what it became."""

    @guarded(load=queries.request_drafts, policy=policies.can_reach_draft)
    @wraps(view)
    def wrapper(request: ActorRequest, draft: Draft, **rest: Any) -> HttpResponseBase:
        if draft.status == DraftStatus.USED:
            return redirect("sharing:sent", queries.sent_from(request.actor, draft).pk)
        return view(request, draft, **rest)

    return wrapper


def forms_of(request: ActorRequest, draft: Draft, *, warned: bool = False) -> RequestForms:
    """The draft as last saved; `warned` where desks are shown, with what to know of each."""
    content = services.read_draft(actor=request.actor, draft=draft).content
    return RequestForms(content, _offered(request, warned=warned))


def _offered(request: ActorRequest, *, warned: bool) -> Offered:
    today = timezone.localdate()
    desks = list(agencies.open_desks(request.actor))
    clearances = agencies.desk_clearances([one.pk for one in desks]) if warned else {}
    return Offered(
        purposes=list(queries.purposes(today)),
        desks=desks,
        limits=queries.time_limits(today),
        warnings=presenters.clearance_warnings(clearances),
        standings=standings(desks) if warned else {},
    )


def save(
    request: ActorRequest, draft: Draft, forms: RequestForms, change: Callable[[Content], Content]
) -> RequestForms:
    """Write a change into the draft as it now stands, and read all its steps anew."""
    content = services.edit_draft(actor=request.actor, draft=draft, change=change)
    return RequestForms(content, forms.offered)


def saved_for_later(request: ActorRequest) -> HttpResponse:
    messages.success(request, "Saved. You can go on whenever you like.")
    return redirect("sharing:requests")


def quietly(form: AnyForm) -> AnyForm:
    """What was typed, without errors: who comes back is told what is missing before sending."""
    form.errors.clear()
    return form


def address(draft: Draft, name: str, person: str = "") -> str:
    """Where one step of the draft is."""
    return reverse(f"sharing:{name}", args=[draft.pk, person] if person else [draft.pk])


def next_address(draft: Draft, forms: RequestForms, name: str) -> str:
    """On to the next question; back to the last page if nothing is missing any more."""
    if name == "desks" and forms.divides_people:
        return address(draft, "about")
    return address(draft, "check" if not forms.missing() else _AFTER.get(name, "check"))


def check_page(request: ActorRequest, forms: RequestForms) -> presenters.CheckPage:
    """The last page before sending, with the law that will be recorded for both sides."""
    today = timezone.localdate()
    law = presenters.Law(queries.footings(today), request.acting.agency, today)
    offered = forms.offered
    return presenters.check_page(
        forms.written(),
        purposes=offered.purposes,
        desks=offered.desks,
        limits=offered.limits,
        warnings=offered.warnings,
        standings=offered.standings,
        law=law,
    )
