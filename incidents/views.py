"""Reporting that something went wrong, following it, and dealing with it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from agencies import queries as agencies
from agencies.access import ActorRequest, guarded, guarded_page
from incidents import policies, presenters, queries, services
from incidents.forms import (
    AssessForm,
    DecideForm,
    IncidentsFilter,
    LessonsForm,
    ReportForm,
    WordsForm,
)
from incidents.models import Incident
from kernel.forms import Form
from kernel.listing import list_page

_SORTS = {"due": ["is_settled", "due_at"], "noticed": ["aware_at"], "reference": ["reference"]}


@require_safe
@guarded_page(policies.can_report)
def incidents(request: ActorRequest) -> HttpResponse:
    """Those that one reported or answers for; whose clock runs stands first."""
    form = IncidentsFilter(request.GET or None)
    wanted = form.cleaned_data if form.is_valid() else {}
    listing = list_page(
        queries.listed(request.actor, **wanted),
        request.GET,
        sorts=_SORTS,
        default="due",
        present=presenters.incident_rows,
    )
    return render(request, "incidents/incidents.html", {"form": form, "listing": listing})


@require_http_methods(["GET", "POST"])
@guarded_page(policies.can_report)
def report(request: ActorRequest) -> HttpResponse:
    """Something went wrong. The form's own key makes pressing twice report it once."""
    others = agencies.agencies(request.actor).exclude(pk=request.actor.member.agency_id)
    form = ReportForm(request.POST or None, agencies=others.order_by("short_name", "pk"))
    if not form.is_valid():
        return render(request, "incidents/report.html", {"form": form})
    values = dict(form.cleaned_data)
    concerned = {request.actor.member.agency_id, *values.pop("others")}
    incident = services.open_incident(
        actor=request.actor, agency_ids=concerned, incident_id=values.pop("key"), **values
    )
    messages.success(
        request, f"Reported as {incident.reference}. Those who answer for it are told."
    )
    return redirect("incidents:incident", incident.pk)


@require_safe
@guarded(load=queries.incidents_in_full, policy=policies.can_read)
def incident(request: ActorRequest, incident: Incident) -> HttpResponse:
    """One incident: its clock, what is known, what was decided."""
    opened = services.read(actor=request.actor, incident=incident)
    page = presenters.incident_page(request.actor, incident, opened)
    return render(request, "incidents/incident.html", {"page": page})


@require_http_methods(["GET", "POST"])
@guarded(load=queries.incidents, policy=policies.can_assess)
def assess(request: ActorRequest, incident: Incident) -> HttpResponse:
    """The risk to people."""

    def save(form: AssessForm) -> None:
        services.assess(actor=request.actor, incident_id=incident.pk, assessment=form.assessment())

    return _step(request, incident, AssessForm, "assess", save)


@require_http_methods(["GET", "POST"])
@guarded(load=queries.incidents, policy=policies.can_decide)
def decide(request: ActorRequest, incident: Incident) -> HttpResponse:
    """Whether the regulator is told."""

    def save(form: DecideForm) -> None:
        services.decide(actor=request.actor, incident_id=incident.pk, decision=form.decision_made())

    unreported = policies.can_leave_unreported(request.actor, incident)
    return _step(request, incident, partial(DecideForm, unreported=unreported), "decide", save)


@require_http_methods(["GET", "POST"])
@guarded(load=queries.incidents, policy=policies.can_close)
def close(request: ActorRequest, incident: Incident) -> HttpResponse:
    """The lessons."""

    def save(form: LessonsForm) -> None:
        services.close(actor=request.actor, incident_id=incident.pk, **form.cleaned_data)

    return _step(request, incident, LessonsForm, "close", save)


@require_http_methods(["GET", "POST"])
@guarded(load=queries.incidents, policy=policies.can_add_note)
def add(request: ActorRequest, incident: Incident) -> HttpResponse:
    """What somebody has learnt since."""

    def save(form: WordsForm) -> None:
        services.add_note(actor=request.actor, incident_id=incident.pk, **form.cleaned_data)

    return _step(request, incident, WordsForm, "add", save)


def _step(
    request: ActorRequest,
    incident: Incident,
    form_class: Callable[..., Form],
    name: str,
    save: Callable[[Any], None],
) -> HttpResponse:
    """A page that asks about one incident."""
    form = form_class(request.POST or None)
    if form.is_valid():
        save(form)
        messages.success(request, "Saved.")
        return redirect("incidents:incident", incident.pk)
    return render(request, f"incidents/{name}.html", {"form": form, "incident": incident})
