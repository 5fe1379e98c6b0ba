"""The directory: every agency with its desks, and keeping it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from agencies import policies, presenters, queries, services
from agencies.access import ActorRequest, guarded, guarded_page
from agencies.forms import AgencyEditForm, AgencyForm, DeskForm, DirectoryFilter
from agencies.models import Agency, Desk
from agencies.services import DeskEntry
from kernel.listing import list_page


@require_safe
@guarded_page(policies.anyone)
def directory(request: ActorRequest) -> HttpResponse:
    """Everybody finds every agency's desk here."""
    form = DirectoryFilter(request.GET or None)
    wanted = form.cleaned_data if form.is_valid() else {}
    listing = list_page(
        queries.directory(request.actor, **wanted),
        request.GET,
        sorts={"name": ["in_order"]},
        default="name",
        present=presenters.directory_rows,
    )
    may_add = policies.can_keep_directory(request.actor)
    context = {"form": form, "listing": listing, "may_add": may_add}
    return render(request, "agencies/directory.html", context)


@require_safe
@guarded(load=queries.agencies, policy=policies.anyone_sees)
def agency(request: ActorRequest, agency: Agency) -> HttpResponse:
    """One agency's entry."""
    desks = queries.desks_of(agency)
    page = presenters.agency_page(request.actor, agency, desks)
    return render(request, "agencies/agency.html", {"page": page})


@require_http_methods(["GET", "POST"])
@guarded_page(policies.can_keep_directory)
def add_agency(request: ActorRequest) -> HttpResponse:
    form = AgencyForm(request.POST or None)
    if form.is_valid():
        agency = services.add_agency(actor=request.actor, entry=form.entry())
        messages.success(request, "Agency added. Now invite its first lead.")
        return redirect("agencies:invite", agency.pk)
    return render(request, "agencies/agency_form.html", {"form": form, "agency": None})


@require_http_methods(["GET", "POST"])
@guarded(load=queries.agencies, policy=policies.can_edit_agency)
def edit_agency(request: ActorRequest, agency: Agency) -> HttpResponse:
    initial = {name: getattr(agency, name) for name in AgencyEditForm.base_fields}
    form = AgencyEditForm(request.POST or None, agency=agency, initial=initial)
    if form.is_valid():
        services.edit_agency(actor=request.actor, agency_id=agency.pk, entry=form.entry())
        messages.success(request, "The agency’s entry was changed.")
        return redirect("agencies:agency", agency.pk)
    return render(request, "agencies/agency_form.html", {"form": form, "agency": agency})


@require_http_methods(["GET", "POST"])
@guarded(load=queries.agencies, policy=policies.can_keep_desks)
def add_desk(request: ActorRequest, agency: Agency) -> HttpResponse:
    entry = DeskEntry(name="")
    initial = {name: getattr(entry, name) for name in DeskForm.base_fields}
    form = DeskForm(request.POST or None, agency=agency, initial=initial)
    if form.is_valid():
        services.add_desk(actor=request.actor, agency_id=agency.pk, entry=form.entry())
        messages.success(request, "Desk added.")
        return redirect("agencies:agency", agency.pk)
    return render(
        request, "agencies/desk_form.html", {"form": form, "agency": agency, "desk": None}
    )


@require_http_methods(["GET", "POST"])
@guarded(load=queries.desks, policy=policies.can_edit_desk)
def edit_desk(request: ActorRequest, desk: Desk) -> HttpResponse:
    initial = {name: getattr(desk, name) for name in DeskForm.base_fields}
    form = DeskForm(request.POST or None, agency=desk.agency, desk=desk, initial=initial)
    if form.is_valid():
        services.edit_desk(actor=request.actor, desk_id=desk.pk, entry=form.entry())
        messages.success(request, "The desk’s entry was changed.")
        return redirect("agencies:agency", desk.agency_id)
    context = {"form": form, "agency": desk.agency, "desk": desk}
    return render(request, "agencies/desk_form.html", context)
