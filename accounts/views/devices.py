"""Authenticators and recovery codes: adding the first at first sign-in, and more later."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
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
from accounts.models import Passkey, TotpDevice
from accounts.views.proving import passkey_request, proof_form
from accounts.views.sign_in import CameFor

# Where the session keeps the link of a reset until the password has been given
FRESH_LINK = "fresh_start"


@first_factor_only
@require_http_methods(["GET", "POST"])
@sensitive_post_parameters("code", "proof")
def add_device(request: AccountRequest) -> HttpResponse:
    """Put the portal's seed into an authenticator, and prove that it is there."""
    actor, came_for = person(request), CameFor.of(request)
    if (first := before_adding(request, came_for)) is not None:
        return first
    form = _device_form(request)
    if form.is_valid():
        new, proven, codes = services.add_device(
            actor=actor, link=fresh_link(request), **form.cleaned_data
        )
        if proven.factor:
            services.trust_session(actor=actor, request=request, factor=proven.factor)
            return added(request, codes, came_for)
        refuse_code(form, "proof" if new else "code", (proven if new else new).wait_until)
    return _offer(request, form, came_for)


@own_account
@require_http_methods(["GET", "POST"])
@sensitive_post_parameters("code")
def remove_device(request: AccountRequest, pk: UUID) -> HttpResponse:
    """Stop using a device, by a code from another."""
    actor = person(request)
    device = queries.factor_in_use(actor, pk)
    if device is None:
        raise Http404
    policies.can_remove_device(queries.factors_in_use(actor)).require()
    form = proof_form(request, DeviceCodeForm)
    if form.is_valid():
        check = services.remove_device(actor=actor, device_id=pk, **form.cleaned_data)
        if check.factor:
            services.trust_session(actor=actor, request=request, factor=check.factor)
            messages.success(request, "The device was removed")
            return redirect("accounts:account")
        refuse_code(form, "code", check.wait_until)
    return _removal_page(request, form, device)


@own_account
@require_http_methods(["GET", "POST"])
@sensitive_post_parameters("code")
def new_recovery_codes(request: AccountRequest) -> HttpResponse:
    """Ten new codes, shown once."""
    actor, form = person(request), proof_form(request, CodeForm)
    if form.is_valid():
        check, codes = services.make_recovery_codes(actor=actor, **form.cleaned_data)
        if check.factor:
            services.trust_session(actor=actor, request=request, factor=check.factor)
            return _codes_page(request, codes, reverse("accounts:account"))
        refuse_code(form, "code", check.wait_until)
    context = {
        "form": form,
        "passkey": passkey_request(request),
        "back_url": reverse("accounts:account"),
    }
    return render(request, "accounts/new_recovery_codes.html", context)


def before_adding(request: AccountRequest, came_for: CameFor) -> HttpResponse | None:
    """What comes before a new device: a code where there is one, else a first time or a reset."""
    actor = person(request)
    in_use = queries.factors_in_use(actor)
    if in_use and not is_verified(request):
        return redirect(came_for.step("accounts:code"))
    policies.can_add_device(in_use).require()
    begins = bool(in_use) or queries.may_begin(actor, fresh_link(request))
    policies.can_begin(may_begin=begins).require()
    return None


def fresh_link(request: AccountRequest) -> str:
    """The code of the link by which somebody came whose devices were reset."""
    link: str = request.session.get(FRESH_LINK, "")
    return link


def added(request: AccountRequest, codes: Sequence[str], came_for: CameFor) -> HttpResponse:
    """The new recovery codes after the first device, the account after a further one."""
    request.session.pop(FRESH_LINK, None)
    if not codes:
        messages.success(request, "The device was added")
        return redirect("accounts:account")
    return _codes_page(request, codes, landing(request, came_for.next))


def _removal_page(
    request: AccountRequest, form: DeviceCodeForm, device: TotpDevice | Passkey
) -> HttpResponse:
    context = {
        "form": form,
        "name": device.name,
        "passkey": passkey_request(request, left_out=device.pk),
        "back_url": reverse("accounts:account"),
    }
    return render(request, "accounts/remove_device.html", context)


def _device_form(request: AccountRequest) -> FirstDeviceForm:
    if is_verified(request):
        return proof_form(request, NextDeviceForm)
    return FirstDeviceForm(posted(request))


def _offer(request: AccountRequest, form: FirstDeviceForm, came_for: CameFor) -> HttpResponse:
    actor = person(request)
    enrolment = presenters.enrolment(request.user, services.offer_device(actor=actor))
    context: dict[str, Any] = {"form": form, "enrolment": enrolment, "came_for": came_for}
    if is_verified(request):
        context["back_url"] = reverse("accounts:account")
        context["passkey"] = passkey_request(request)
    return render(request, "accounts/add_device.html", context)


def _codes_page(request: AccountRequest, codes: Sequence[str], next_url: str) -> HttpResponse:
    page = presenters.RecoveryCodes(codes)
    return render(request, "accounts/recovery_codes.html", {"page": page, "next_url": next_url})
