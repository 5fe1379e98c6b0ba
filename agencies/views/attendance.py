"""When nobody is at a desk, who takes over, and who is away."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agencies import attendance, policies, queries, services
from agencies.access import ActorRequest, guarded, guarded_page
from agencies.forms import AwayForm, CountyTermForm, CoverForm, PeriodForm
from agencies.models import Absence, Desk, Membership, Period
from agencies.presenters import attendance as presenters


@require_safe
@guarded(load=queries.desks, policy=policies.anyone_sees)
def times(request: ActorRequest, desk: Desk) -> HttpResponse:
    """A desk's hours, closed days and terms, and its fallback: for whoever wants to reach it."""
    page = presenters.times_page(request.actor, desk)
    return render(request, "agencies/desk_times.html", {"page": page})


@require_http_methods(["GET", "POST"])
@guarded(load=queries.desks, policy=policies.can_edit_desk)
def cover(request: ActorRequest, desk: Desk) -> HttpResponse:
    """When in the year, and who takes over."""
    others = attendance.possible_fallbacks(request.actor, desk)
    initial = presenters.cover_of(desk)
    form = CoverForm(request.POST or None, desks=others, initial=initial)
    if form.is_valid():
        services.set_cover(actor=request.actor, desk_id=desk.pk, cover=form.cover())
        messages.success(request, "Saved. It holds for requests that are sent from now on.")
        return redirect("agencies:desk_times", desk.pk)
    return render(request, "agencies/desk_cover.html", {"form": form, "desk": desk})


@require_http_methods(["GET", "POST"])
@guarded(load=queries.desks, policy=policies.can_edit_desk)
def add_period(request: ActorRequest, desk: Desk) -> HttpResponse:
    form = PeriodForm(request.POST or None)
    if form.is_valid():
        services.add_period(actor=request.actor, desk_id=desk.pk, entry=form.entry())
        messages.success(request, "Saved. It holds for requests that are sent from now on.")
        return redirect("agencies:desk_times", desk.pk)
    return render(request, "agencies/desk_period.html", {"form": form, "desk": desk})


@require_POST
@guarded(load=attendance.periods_seen, policy=policies.can_keep_period)
def remove_period(request: ActorRequest, period: Period) -> HttpResponse:
    services.remove_period(actor=request.actor, period_id=period.pk)
    messages.success(request, "Taken out.")
    if period.desk_id is None:
        return redirect("agencies:county_terms")
    return redirect("agencies:desk_times", period.desk_id)


@require_safe
@guarded_page(policies.anyone)
def county_terms(request: ActorRequest) -> HttpResponse:
    """The county's school terms, which desks may follow."""
    page = presenters.county_page(request.actor)
    return render(request, "agencies/county_terms.html", {"page": page})


@require_http_methods(["GET", "POST"])
@guarded_page(policies.can_keep_directory)
def add_county_term(request: ActorRequest) -> HttpResponse:
    form = CountyTermForm(request.POST or None)
    if form.is_valid():
        services.add_county_term(actor=request.actor, entry=form.entry())
        messages.success(request, "Term added.")
        return redirect("agencies:county_terms")
    return render(request, "agencies/desk_period.html", {"form": form, "desk": None})


@require_http_methods(["GET", "POST"])
@guarded(load=queries.member, policy=policies.can_say_away)
def away(request: ActorRequest, membership: Membership) -> HttpResponse:
    """From when to when somebody is away, and who stands in."""
    form = AwayForm(request.POST or None, colleagues=attendance.colleagues(membership))
    if form.is_valid():
        plan = form.cleaned_data
        services.say_away(actor=request.actor, membership_id=membership.pk, **plan)
        messages.success(request, "Saved. The desk sees it, and reminders go to who stands in.")
        return redirect("agencies:away", membership.pk)
    page = presenters.away_page(request.actor, membership)
    return render(request, "agencies/away.html", {"form": form, "page": page})


@require_POST
@guarded(load=attendance.absences_seen, policy=policies.can_end_absence)
def end_absence(request: ActorRequest, absence: Absence) -> HttpResponse:
    services.end_absence(actor=request.actor, absence_id=absence.pk)
    messages.success(request, "Taken out. Reminders go the usual way again.")
    return redirect("agencies:away", absence.membership_id)
