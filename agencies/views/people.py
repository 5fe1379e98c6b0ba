"""An agency's people, kept by its leads; every agency's leads, kept by the coordinator."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import stepped_up
from agencies import policies, presenters, queries, searching, services
from agencies.access import ActorRequest, guarded
from agencies.forms import AuthoriseForm, InviteForm, PeopleFilter, RolesForm
from agencies.models import Agency, Invitation, Membership
from kernel.listing import Listing, list_page


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(load=queries.agencies, policy=policies.can_see_people)
def people(request: ActorRequest, agency: Agency) -> HttpResponse:
    """Who belongs to the agency, what they may read, and who is invited; a search is posted."""
    search = searching.from_link(request.actor, request.GET.get("find", ""))
    form = PeopleFilter(request.POST or ({"search": search} if search else None))
    if request.method == "POST" and form.is_valid():
        return _found(request, agency, form.cleaned_data["search"])
    waiting = queries.waiting_invitations(request.actor, agency.pk)
    context = {
        "agency": agency,
        "form": form,
        "listing": _listing(request, agency, search),
        "invitations": presenters.invitation_rows(waiting),
        "leads_only": not policies.manages(request.actor, agency),
    }
    return render(request, "agencies/people.html", context)


def _found(request: ActorRequest, agency: Agency, search: str) -> HttpResponse:
    address = reverse("agencies:people", args=[agency.pk])
    link = searching.as_link(request.actor, search)
    return redirect(f"{address}?{urlencode({'find': link})}" if link else address)


def _listing(request: ActorRequest, agency: Agency, search: str) -> Listing[presenters.MemberRow]:
    return list_page(
        queries.search_people(queries.people(request.actor, agency.pk), search),
        request.GET,
        sorts={"name": ["in_order"], "joined": ["joined_at"]},
        default="name",
        present=lambda members: presenters.member_rows(request.actor, members),
    )


@require_http_methods(["GET", "POST"])
@stepped_up
@guarded(load=queries.agencies, policy=policies.can_invite)
def invite(request: ActorRequest, agency: Agency) -> HttpResponse:
    """Invite somebody: the invitation is the specific authorisation (D17)."""
    form = InviteForm(
        request.POST or None, agency=agency, actor=request.actor, own_email=request.user.email
    )
    if form.is_valid():
        email, offer = form.cleaned_data["email"], form.offer()
        services.invite(actor=request.actor, agency_id=agency.pk, email=email, offer=offer)
        messages.success(request, f"Invitation sent. It offers the tier {offer.tier.label}.")
        return redirect("agencies:people", agency.pk)
    return render(request, "agencies/invite.html", {"form": form, "agency": agency})


@require_safe
@guarded(load=queries.member, policy=policies.can_see_member)
def member(request: ActorRequest, membership: Membership) -> HttpResponse:
    """One member: roles, desks, clearance, and every authorisation so far."""
    past = queries.authorisations(request.actor, membership.pk)
    context = {
        "agency": membership.agency,
        "member": presenters.member_row(request.actor, membership),
        "history": presenters.history(past),
        "may_change": policies.can_change_member(request.actor, membership),
    }
    return render(request, "agencies/member.html", context)


@require_http_methods(["GET", "POST"])
@stepped_up
@guarded(load=queries.member, policy=policies.can_change_member)
def roles(request: ActorRequest, membership: Membership) -> HttpResponse:
    """Other roles and desks."""
    offered = policies.roles_to_give(request.actor, membership.agency)
    initial = {
        "job_title": membership.job_title,
        "roles": membership.roles,
        "desk_ids": [seat.desk_id for seat in membership.seats.all()],
    }
    form = RolesForm(
        request.POST or None, agency=membership.agency, offered=offered, initial=initial
    )
    if form.is_valid():
        services.change_roles(actor=request.actor, membership_id=membership.pk, **form.cleaned_data)
        messages.success(request, "Roles changed. They hold from the person’s next page on.")
        return redirect("agencies:member", membership.pk)
    return render(request, "agencies/roles.html", {"form": form, "membership": membership})


@require_http_methods(["GET", "POST"])
@stepped_up
@guarded(load=queries.member, policy=policies.can_change_member)
def authorise(request: ActorRequest, membership: Membership) -> HttpResponse:
    """A new authorisation in place of the one before."""
    form = AuthoriseForm(request.POST or None)
    if form.is_valid():
        services.authorise(actor=request.actor, membership_id=membership.pk, **form.cleaned_data)
        messages.success(request, "Authorisation given. It replaces the one before.")
        return redirect("agencies:member", membership.pk)
    return render(request, "agencies/authorise.html", {"form": form, "membership": membership})


@require_http_methods(["GET", "POST"])
@stepped_up
@guarded(load=queries.member, policy=policies.can_change_member)
def end(request: ActorRequest, membership: Membership) -> HttpResponse:
    """End a membership, after one page that says what that means."""
    if request.method == "POST":
        services.end_membership(actor=request.actor, membership_id=membership.pk)
        messages.success(request, "Membership ended.")
        return redirect("agencies:people", membership.agency_id)
    return render(request, "agencies/end.html", {"membership": membership})


@require_POST
@guarded(load=queries.invitations, policy=policies.can_change_invitation)
def cancel_invitation(request: ActorRequest, invitation: Invitation) -> HttpResponse:
    services.cancel_invitation(actor=request.actor, invitation_id=invitation.pk)
    messages.success(request, "Invitation cancelled. Its link no longer opens.")
    return redirect("agencies:people", invitation.agency_id)


@require_POST
@guarded(load=queries.invitations, policy=policies.can_change_invitation)
def send_again(request: ActorRequest, invitation: Invitation) -> HttpResponse:
    services.send_again(actor=request.actor, invitation_id=invitation.pk)
    messages.success(request, "Invitation sent again. Only the newest link opens.")
    return redirect("agencies:people", invitation.agency_id)
