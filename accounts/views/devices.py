"""Authenticators and recovery codes: adding the first at first sign-in, and more later."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts import policies, presenters, queries, services
from accounts.access import (
    AccountRequest,
    first_factor_only,
    is_verified,
    landing,
    own_account,
    person,
)
from accounts.forms import (
    CodeForm,
    DeviceCodeForm,
    FirstDeviceForm,
    NextDeviceForm,
    posted,
    refuse_code,
)
from accounts.views.sign_in import CameFor


@first_factor_only
@require_http_methods(["GET", "POST"])
@sensitive_post_parameters("code", "proof")
def add_device(request: AccountRequest) -> HttpResponse:
    """Put the portal's seed into an authenticator, and prove that it is there."""
    actor, came_for = person(request), CameFor.of(request)
    in_use = queries.devices(actor).count()
    if in_use and not is_verified(request):
        return redirect(came_for.step("accounts:code"))
    policies.can_add_device(in_use).require()
    form = (NextDeviceForm if in_use else FirstDeviceForm)(posted(request))
    if form.is_valid():
        added, proven, codes = services.add_device(actor=actor, **form.cleaned_data)
        if proven.factor:
            services.trust_session(actor=actor, request=request, factor=proven.factor)
            return _added(request, codes, came_for)
        refuse_code(form, "proof" if added else "code", (proven if added else added).wait_until)
    return _offer(request, form, came_for)


@own_account
@require_http_methods(["GET", "POST"])
@sensitive_post_parameters("code")
def remove_device(request: AccountRequest, pk: UUID) -> HttpResponse:
    """Stop using a device, by a code from another."""
    actor = person(request)
    device = get_object_or_404(queries.devices(actor), pk=pk)
    policies.can_remove_device(queries.devices(actor).count()).require()
    form = DeviceCodeForm(posted(request))
    if form.is_valid():
        check = services.remove_device(actor=actor, device_id=pk, **form.cleaned_data)
        if check.factor:
            services.trust_session(actor=actor, request=request, factor=check.factor)
            messages.success(request, "The device was removed")
            return redirect("accounts:account")
        refuse_code(form, "code", check.wait_until)
    context = {"form": form, "name": device.name, "back_url": reverse("accounts:account")}
    return render(request, "accounts/remove_device.html", context)


@own_account
@require_http_methods(["GET", "POST"])
@sensitive_post_parameters("code")
def new_recovery_codes(request: AccountRequest) -> HttpResponse:
    """Ten new codes, shown once."""
    actor, form = person(request), CodeForm(posted(request))
    if form.is_valid():
        check, codes = services.make_recovery_codes(actor=actor, **form.cleaned_data)
        if check.factor:
            services.trust_session(actor=actor, request=request, factor=check.factor)
            return _codes_page(request, codes, reverse("accounts:account"))
        refuse_code(form, "code", check.wait_until)
    context = {"form": form, "back_url": reverse("accounts:account")}
    return render(request, "accounts/new_recovery_codes.html", context)


def _added(request: AccountRequest, codes: Sequence[str], came_for: CameFor) -> HttpResponse:
    if not codes:
        messages.success(request, "The device was added")
        return redirect("accounts:account")
    return _codes_page(request, codes, landing(request, came_for.next))


def _offer(request: AccountRequest, form: FirstDeviceForm, came_for: CameFor) -> HttpResponse:
    actor = person(request)
    enrolment = presenters.enrolment(request.user, services.offer_device(actor=actor))
    context = {"form": form, "enrolment": enrolment, "came_for": came_for}
    if is_verified(request):
        context["back_url"] = reverse("accounts:account")
    return render(request, "accounts/add_device.html", context)


def _codes_page(request: AccountRequest, codes: Sequence[str], next_url: str) -> HttpResponse:
    page = presenters.RecoveryCodes(codes)
    return render(request, "accounts/recovery_codes.html", {"page": page, "next_url": next_url})
