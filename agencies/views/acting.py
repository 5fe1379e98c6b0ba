"""Whom somebody acts for: choosing, and having nobody to act for."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import landing, own_account
from agencies.access import ActorRequest
from agencies.forms import ChooseForm
from agencies.middleware import put_on


@own_account
@require_http_methods(["GET", "POST"])
def choose(request: ActorRequest) -> HttpResponse:
    """Somebody who belongs to several agencies says for which they act now."""
    if not request.hats:
        return redirect("agencies:no_agency")
    worn = request.acting.pk if request.acting else None
    form = ChooseForm(request.POST or None, hats=request.hats, initial={"hat": worn})
    if form.is_valid():
        put_on(request, form.cleaned_data["hat"])
        return redirect(landing(request, request.GET.get("next", "")))
    return render(request, "agencies/choose.html", {"form": form})


@own_account
@require_safe
def no_agency(request: ActorRequest) -> HttpResponse:
    """Signed in, but nobody's member: says what to do."""
    return redirect("home") if request.hats else render(request, "agencies/no_agency.html")
