"""Emergency opening: a record that one's agency holds, read by somebody without the right."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import stepped_up
from agencies.access import ActorRequest, guarded, guarded_page
from incidents import queries as incidents
from incidents.models import Incident
from kernel.actors import Actor
from kernel.listing import list_page
from sharing.forms.emergency import EmergencyForm, OpeningsFilter, ReviewForm
from sharing.models import EmergencyOpening
from sharing.policies import emergency as policies
from sharing.presenters import emergency as presenters
from sharing.queries import emergency as queries
from sharing.services import emergency as services
from sharing.states.emergency import EmergencyOutcome

_SORTS = {
    "opened": ["opened_at"],
    "due": ["review_due_at"],
    "reference": ["reference"],
}


@require_safe
@guarded_page(policies.can_list_openings)
def openings(request: ActorRequest) -> HttpResponse:
    """One's own openings, and those that one is told of or reviews."""
    actor = request.actor
    form = OpeningsFilter(request.GET or None)
    wanted = form.cleaned_data if form.is_valid() else {}
    listing = list_page(
        queries.narrow_openings(actor, **wanted),
        request.GET,
        sorts=_SORTS,
        default="-opened",
        present=presenters.opening_rows,
    )
    context = {"form": form, "listing": listing, "may_open": policies.can_open_in_emergency(actor)}
    context["to_review"] = queries.to_review(actor).count()
    return render(request, "sharing/emergency/openings.html", context)


@stepped_up
@require_http_methods(["GET", "POST"])
@guarded_page(policies.can_open_in_emergency)
def open_emergency(request: ActorRequest) -> HttpResponse:
    """A reference and why; what happens then is said before. Asks for a fresh code."""
    form = EmergencyForm(request.POST or None)
    if form.is_valid():
        tried = services.open_in_emergency(actor=request.actor, wanted=form.wanted())
        if tried.opening:
            return redirect("sharing:emergency_opening", tried.opening.pk)
        form.say(tried)
    context = {"form": form, "hours": settings.EMERGENCY_HOURS}
    return render(request, "sharing/emergency/open.html", context)


@require_safe
@guarded(load=queries.openings, policy=policies.can_read_opening)
def opening(request: ActorRequest, opening: EmergencyOpening) -> HttpResponse:
    """One opening: for whoever made it the ways in, for those who review it what was said."""
    actor = request.actor
    page = presenters.opening_page(
        actor,
        opening,
        services.open_words(actor=actor, opening=opening),
        records=_records(actor, opening),
        incident=_incident(actor, opening),
    )
    return render(request, "sharing/emergency/opening.html", {"page": page})


def _records(actor: Actor, opening: EmergencyOpening) -> list[queries.Opened]:
    is_own = opening.opened_by_id == actor.membership_id
    return queries.records_opened(actor, opening) if is_own else []


def _incident(actor: Actor, opening: EmergencyOpening) -> Incident | None:
    """The incident that the review opened, for those who may see it."""
    review = getattr(opening, "review", None)
    if review is None or review.incident_id is None:
        return None
    return incidents.incidents(actor).filter(pk=review.incident_id).first()


@require_POST
@guarded(load=queries.openings, policy=policies.can_read_opening)
def end(request: ActorRequest, opening: EmergencyOpening) -> HttpResponse:
    """Nobody needs it any longer, or nobody should have it."""
    services.end_emergency(actor=request.actor, opening_id=opening.pk)
    messages.success(request, "Ended. Nothing of it can be read in the emergency any more.")
    return redirect("sharing:emergency_opening", opening.pk)


@require_http_methods(["GET", "POST"])
@guarded(load=queries.openings, policy=policies.can_finish_review)
def review(request: ActorRequest, opening: EmergencyOpening) -> HttpResponse:
    """Whether it was justified."""
    actor, form = request.actor, ReviewForm(request.POST or None)
    if hasattr(opening, "review"):
        return redirect("sharing:emergency_opening", opening.pk)
    if form.is_valid():
        outcome = EmergencyOutcome(form.cleaned_data["outcome"])
        words = form.cleaned_data["words"]
        services.review_emergency(actor=actor, opening_id=opening.pk, outcome=outcome, words=words)
        messages.success(request, "Reviewed. Whoever opened it is told.")
        return redirect("sharing:emergency_opening", opening.pk)
    opened = services.open_words(actor=actor, opening=opening)
    page = presenters.opening_page(actor, opening, opened)
    return render(request, "sharing/emergency/review.html", {"form": form, "page": page})
