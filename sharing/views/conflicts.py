"""Naming somebody at an agency who must not learn of a case: while asking, and later."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from agencies import queries as agencies
from agencies.access import ActorRequest, guarded
from agencies.models import Desk
from sharing import policies, queries, services
from sharing.forms.conflicts import ADD, REMOVE, ColleagueForm
from sharing.forms.draft import RequestForms, with_step
from sharing.models import Ask, Draft, Request
from sharing.presenters import conflicts as presenters
from sharing.queries.conflicts import (
    MOST_FOUND,
    chosen_colleagues,
    colleagues,
    desks_instead,
    kept_from,
    kept_users,
)
from sharing.views.steps import address, forms_of, save, step


@require_http_methods(["GET", "POST"])
@step
def draft_kept_from(request: ActorRequest, draft: Draft) -> HttpResponse:
    """Whether anybody who works at an agency is involved, before anything is sent."""
    forms = forms_of(request, draft)
    form = ColleagueForm(request.POST or None)
    form.offer(_search(request, form, {one.agency_id for one in _chosen_desks(forms)}))
    kept = _kept_now(form, [str(one) for one in forms.kept_from])
    if kept is not None:
        save(request, draft, forms, with_step("kept_from", list(dict.fromkeys(kept))))
        return redirect("sharing:draft_kept_from", draft.pk)
    context = _draft_context(request, forms) | {
        "form": form,
        "back_url": address(draft, "check"),
        "has_searched": form.is_bound,
    }
    return render(request, "sharing/around/keep_from.html", context)


def _draft_context(request: ActorRequest, forms: RequestForms) -> dict[str, Any]:
    return {
        "named": presenters.named(chosen_colleagues(request.actor, forms.kept_from)),
        "warnings": draft_warnings(request, forms),
        "can_undo": True,
        "no_desk": not _chosen_desks(forms),
    }


def _kept_now(form: ColleagueForm, kept: list[str]) -> list[str] | None:
    """Whom the draft names once somebody was added or taken out; None while one only searches."""
    if form.is_bound and form.do.startswith(REMOVE):
        gone = form.do.partition(":")[2]
        return [one for one in kept if one != gone]
    if form.is_valid() and form.do == ADD:
        return [*kept, str(form.cleaned_data["who"])]
    return None


def _chosen_desks(forms: RequestForms) -> list[Desk]:
    wanted = set(forms.written().desks)
    return [one for one in forms.offered.desks if one.pk in wanted]


def _search(request: ActorRequest, form: ColleagueForm, agency_ids: Collection[UUID]) -> Any:
    if not (form.is_bound and form.search):
        return []
    own = request.actor.member.agency_id
    return colleagues(request.actor, {own, *agency_ids}, form.search)[:MOST_FOUND]


def draft_warnings(request: ActorRequest, forms: RequestForms) -> list[str]:
    """What it would leave at the desks that are asked."""
    named = chosen_colleagues(request.actor, forms.kept_from)
    return _left_alone(request, _chosen_desks(forms), {one.user_id for one in named})


def draft_named(request: ActorRequest, forms: RequestForms) -> list[str]:
    """Those whom a draft keeps from the case, for the page before sending."""
    return [one.name for one in presenters.named(chosen_colleagues(request.actor, forms.kept_from))]


def _left_alone(request: ActorRequest, desks: list[Desk], kept: set[UUID]) -> list[str]:
    if not kept:
        return []
    book = presenters.Directory(
        seated=agencies.desk_people([one.pk for one in desks]),
        leads={one.agency_id: agencies.leads_of(one.agency_id) for one in desks},
        open_desks=list(agencies.open_desks(request.actor)),
        instead=desks_instead(request.actor),
    )
    return presenters.left_alone(desks, kept, book)


@require_http_methods(["GET", "POST"])
@guarded(load=queries.requests_in_full, policy=policies.can_keep_from)
def keep_from_request(request: ActorRequest, asked: Request) -> HttpResponse:
    """The asker's side, once it was sent."""
    desks = [one.desk for one in asked.asks.all()]
    form = ColleagueForm(request.POST or None)
    form.offer(_search(request, form, {one.agency_id for one in desks}))
    if form.is_valid() and form.do == ADD:
        services.keep_from_request(
            actor=request.actor, request_id=asked.pk, membership_id=form.cleaned_data["who"]
        )
        return _done(request, "sharing:keep_from_request", asked.pk)
    warnings = _left_alone(request, desks, kept_users(asked.dossier_id))
    return _page(request, form, asked, "sharing:request", asked.pk, warnings)


@require_http_methods(["GET", "POST"])
@guarded(load=queries.asks_in_full, policy=policies.can_read_ask)
def keep_from_ask(request: ActorRequest, ask: Ask) -> HttpResponse:
    """The desk that was asked: a colleague of its own agency."""
    form = ColleagueForm(request.POST or None)
    form.offer(_search(request, form, set()))
    if form.is_valid() and form.do == ADD:
        services.keep_from_ask(
            actor=request.actor, ask_id=ask.pk, membership_id=form.cleaned_data["who"]
        )
        return _done(request, "sharing:keep_from_ask", ask.pk)
    warnings = _left_alone(request, [ask.desk], kept_users(ask.request.dossier_id))
    return _page(request, form, ask.request, "sharing:ask", ask.pk, warnings)


def _done(request: ActorRequest, view: str, pk: UUID) -> HttpResponse:
    messages.success(request, "From now on they learn nothing more of this in the portal.")
    return redirect(view, pk)


def _page(
    request: ActorRequest,
    form: ColleagueForm,
    asked: Request,
    back: str,
    back_pk: UUID,
    warnings: list[str],
) -> HttpResponse:
    context = {
        "form": form,
        "kept": kept_from(asked.dossier_id),
        "reference": asked.reference,
        "back": (back, back_pk),
        "warnings": warnings,
        "has_searched": form.is_bound,
    }
    return render(request, "sharing/around/keep_from.html", context)
