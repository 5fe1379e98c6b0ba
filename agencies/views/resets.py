"""Lost devices: asked for on the member's page, agreed to by a second person."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import stepped_up
from agencies import policies, presenters, queries, resetting, services
from agencies.access import ActorRequest, guarded, guarded_page
from agencies.forms.resets import ResetForm
from agencies.models import DeviceReset, Membership


@require_safe
@guarded_page(resetting.can_see)
def resets(request: ActorRequest) -> HttpResponse:
    """What waits for a second person."""
    rows = presenters.reset_rows(resetting.waiting(request.actor))
    return render(request, "agencies/resets.html", {"rows": rows})


@require_http_methods(["GET", "POST"])
@stepped_up
@guarded(load=queries.member, policy=resetting.can_ask)
def ask_reset(request: ActorRequest, membership: Membership) -> HttpResponse:
    """Ask for a reset, having made sure who the person is."""
    form = ResetForm(request.POST or None)
    if form.is_valid():
        reset = services.ask_reset(
            actor=request.actor, membership_id=membership.pk, **form.cleaned_data
        )
        messages.success(request, "Asked. Nothing changes until a second person agrees.")
        return redirect("agencies:reset", reset.pk)
    return render(request, "agencies/ask_reset.html", {"form": form, "membership": membership})


@require_safe
@guarded(load=resetting.resets, policy=policies.anyone_sees)
def reset(request: ActorRequest, reset: DeviceReset) -> HttpResponse:
    """Where a reset stands, and whose turn it is."""
    page = presenters.reset_page(request.actor, reset)
    return render(request, "agencies/reset.html", {"page": page})


@require_POST
@stepped_up
@guarded(load=resetting.resets, policy=resetting.can_confirm)
def confirm_reset(request: ActorRequest, reset: DeviceReset) -> HttpResponse:
    services.confirm_reset(actor=request.actor, reset_id=reset.pk)
    messages.success(request, "Reset. The person was sent a link to set up a new device.")
    return redirect("agencies:reset", reset.pk)


@require_POST
@guarded(load=resetting.resets, policy=resetting.can_cancel)
def cancel_reset(request: ActorRequest, reset: DeviceReset) -> HttpResponse:
    services.cancel_reset(actor=request.actor, reset_id=reset.pk)
    messages.success(request, "Called off. Nothing has changed for the person.")
    return redirect("agencies:reset", reset.pk)
