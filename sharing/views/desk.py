"""What waits at a desk, and taking it on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agencies import queries as agencies
from agencies.access import ActorRequest, View, guarded, guarded_page
from kernel.actors import Actor
from kernel.listing import list_page
from sharing import policies, queries, services
from sharing.forms.desk import HandOnForm, QueueFilter
from sharing.models import Ask
from sharing.presenters import desk as presenters
from sharing.presenters import work
from sharing.presenters.answers import AnswerView, answer_views
from sharing.states import AskStatus
from sharing.views.papers import files_of, words_back_to
from sharing.views.releasing import released_to
from vault.services import Why

_SORTS = {
    "due": ["due_at"],
    "sent": ["request__sent_at"],
    "agency": ["request__asking_agency__short_name"],
    "reference": ["request__reference"],
}


@require_safe
@guarded_page(policies.can_work_at_desk)
def queue(request: ActorRequest) -> HttpResponse:
    """What waits at the actor's desks, by the clock."""
    desks = agencies.desks(request.actor).filter(pk__in=request.actor.desk_ids)
    form = QueueFilter(request.GET or None, desks=desks)
    wanted = form.cleaned_data if form.is_valid() else {}
    listing = list_page(
        queries.narrow_queue(request.actor, **wanted),
        request.GET,
        sorts=_SORTS,
        default="due",
        present=partial(_rows, request.actor),
    )
    context = {"form": form, "listing": listing, "own_membership": request.acting.pk}
    return render(request, "sharing/desk/queue.html", context)


@require_safe
@guarded_page(policies.can_work_at_desk)
def answered(request: ActorRequest) -> HttpResponse:
    """What the actor's desks have answered, the latest first."""
    listing = list_page(
        queries.answered(request.actor),
        request.GET,
        sorts=_SORTS | {"answered": ["answered_at"]},
        default="-answered",
        present=partial(_rows, request.actor),
    )
    return render(request, "sharing/desk/answered.html", {"listing": listing})


def _rows(actor: Actor, asks: Sequence[Ask]) -> list[presenters.AskRow]:
    snapshots = presenters.snapshots_of(asks)
    opened = services.open_names(actor=actor, snapshots=snapshots, why=Why.QUEUE)
    return presenters.ask_rows(actor, asks, opened)


@require_safe
@guarded(load=queries.asks_in_full, policy=policies.can_read_ask)
def ask(request: ActorRequest, ask: Ask) -> HttpResponse:
    """What one desk is asked; once answered, what it answered and who has opened that."""
    actor, snapshots = request.actor, presenters.snapshots_of([ask])
    opened = services.open_ask(actor=actor, ask=ask, snapshots=snapshots)
    page = presenters.ask_page(
        actor,
        ask,
        opened,
        draft=queries.answer_draft(actor, ask),
        seated=agencies.desk_people([ask.desk_id])[ask.desk_id],
    )
    released = released_to(actor, [one.pk for one in snapshots])
    context = {"page": page, "released": released} | _beside(actor, ask)
    return render(request, "sharing/desk/ask.html", context)


def _beside(actor: Actor, ask: Ask) -> dict[str, Any]:
    """What came of it, the files on both sides, and who is kept from it."""
    return {
        "answers": _answers(actor, ask),
        "words_back": words_back_to(actor, ask),
        "evidence": files_of(actor, queries.attachments_to_request(actor, ask.request)),
        "files": files_of(actor, queries.attachments_to_ask(actor, ask)),
        "kept": queries.kept_from(ask.request.dossier_id),
    }


def _answers(actor: Actor, ask: Ask) -> tuple[AnswerView, ...]:
    if ask.status != AskStatus.ANSWERED:
        return ()
    found = list(queries.answers_to(actor, ask))
    return answer_views(found, services.open_answers(actor=actor, answers=found))


@require_http_methods(["GET", "POST"])
@guarded(load=queries.asks_to_hand_on, policy=policies.can_hand_on)
def hand_on(request: ActorRequest, ask: Ask) -> HttpResponse:
    """Give it to somebody else at the desk. Shows no names: a lead may do it who reads none."""
    page = work.hand_on_page(ask, agencies.desk_people([ask.desk_id])[ask.desk_id])
    form = HandOnForm(request.POST or None, people=page.people)
    if form.is_valid():
        to = form.cleaned_data["to"]
        services.hand_on(actor=request.actor, ask_id=ask.pk, membership_id=to)
        messages.success(request, f"{page.reference} was given to a colleague, who is told.")
        at_desk = ask.desk_id in request.actor.desk_ids
        return redirect("sharing:queue" if at_desk else "sharing:desks_work")
    return render(request, "sharing/desk/hand_on.html", {"form": form, "page": page})


@require_safe
@guarded_page(policies.can_see_desks_work)
def desks_work(request: ActorRequest) -> HttpResponse:
    """For a lead: what waits at the agency's desks by clock and claimant, without whom it is about."""
    listing = list_page(
        queries.agency_queue(request.actor),
        request.GET,
        sorts={name: _SORTS[name] for name in ("due", "sent", "reference")},
        default="due",
        present=work.work_rows,
    )
    return render(request, "sharing/desk/work.html", {"listing": listing})


def _move(move: Callable[..., Ask], done: str) -> View:
    """A button on a request: the service asks the policy with the row locked, so a race ends in 409."""

    @require_POST
    @guarded(load=queries.asks, policy=policies.can_read_ask)
    def view(request: ActorRequest, ask: Ask) -> HttpResponse:
        move(actor=request.actor, ask_id=ask.pk)
        messages.success(request, done)
        return redirect("sharing:ask", ask.pk)

    return view


claim: Any = _move(services.claim, "You have taken this request on.")
take_over: Any = _move(services.take_over, "You have taken this request over.")
put_back: Any = _move(services.put_back, "The request is back in the desk’s queue.")
