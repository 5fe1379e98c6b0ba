"""Signing in: an e-mail address and a password, then a code; and back to where one was."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts import queries, resubmission, services
from accounts.access import (
    Visit,
    first_factor_only,
    is_verified,
    landing,
    local_path,
    own_account,
    person,
    proven_lately,
    public,
)
from accounts.forms import CodeForm, SignInForm, posted, refuse_code
from accounts.models import EndReason, RecoverySheet
from accounts.services.sessions import SIGN_IN
from accounts.views.proving import passkey_request, proof_form
from kernel.forms import Form

TOO_MANY = "You have tried too often. Wait 15 minutes, then try again or set a new password"
LOST_DEVICE = (
    "You signed in with a recovery code. If you have lost your device, open your account, "
    "add another device and remove the one that you lost."
)
NOT_KEPT = (
    "What you typed before you were signed out could not be kept. "
    "It was typed more than an hour ago, or by somebody else."
)


@dataclass(frozen=True, slots=True)
class CameFor:
    """What waits behind the sign-in: the page to go back to, and the form posted too late."""

    next: str = ""
    kept: str = ""
    why: str = ""
    is_lost: bool = False

    @classmethod
    def of(cls, request: Visit) -> CameFor:
        """As the sign-in pages carry it from one to the next."""
        asked = request.POST.get("next") or request.GET.get("next", "")
        why = request.GET.get("why", "")
        return cls(
            next=local_path(request, asked),
            kept=request.POST.get("kept", ""),
            why=EndReason(why).label if why in EndReason else "",
        )

    def step(self, view: str) -> str:
        """The address of a step of signing in, which remembers the page to go back to."""
        return f"{reverse(view)}?{urlencode({'next': self.next})}" if self.next else reverse(view)


@public
@require_http_methods(["GET", "POST"])
@sensitive_post_parameters("password", "kept")
def sign_in(request: Visit) -> HttpResponse:
    """The first step."""
    came_for, form = CameFor.of(request), SignInForm(posted(request))
    if not request.user.is_authenticated:
        if not form.is_valid():
            return first_page(request, form, came_for)
        if not services.sign_in(actor=SIGN_IN, request=request, **form.cleaned_data):
            form.add_error(None, form.refusal)
            return first_page(request, form, came_for)
    return next_step(request, came_for)


@first_factor_only
@require_http_methods(["GET", "POST"])
@sensitive_post_parameters("code", "kept")
def code(request: Visit) -> HttpResponse:
    """The second step."""
    came_for, form = CameFor.of(request), proof_form(request, CodeForm)
    if is_verified(request) or not queries.factors_in_use(person(request)):
        return next_step(request, came_for)
    return _by_code(request, form, came_for)


@own_account
@require_http_methods(["GET", "POST"])
@sensitive_post_parameters("code", "kept")
def code_again(request: Visit) -> HttpResponse:
    """The second factor once more, before what an unattended screen must not do."""
    came_for, form = CameFor.of(request), proof_form(request, CodeForm)
    if proven_lately(request):
        return arrive(request, came_for)
    return _by_code(request, form, came_for)


def _by_code(request: Visit, form: CodeForm, came_for: CameFor) -> HttpResponse:
    if form.is_valid():
        check = services.complete_sign_in(
            actor=person(request), request=request, **form.cleaned_data
        )
        if isinstance(check.factor, RecoverySheet):
            messages.warning(request, LOST_DEVICE)
        if check:
            return arrive(request, came_for)
        refuse_code(form, "code", check.wait_until)
    return code_page(request, form, came_for)


@public
@require_POST
def sign_out(request: Visit) -> HttpResponse:
    """End this session, even where it has ended already."""
    if request.user.is_authenticated:
        services.sign_out(actor=person(request), request=request)
    return redirect(f"{reverse('accounts:sign_in')}?{urlencode({'why': EndReason.SIGNED_OUT})}")


def refused_for_now(request: Visit) -> HttpResponse:
    """The sign-in page after too many wrong passwords; what was kept stays kept."""
    form = SignInForm(request.POST)
    form.add_error(None, TOO_MANY)
    return first_page(request, form, CameFor.of(request), status=429)


def next_step(request: Visit, came_for: CameFor) -> HttpResponse:
    """What is still to do before the person is where they wanted to be."""
    if is_verified(request):
        return arrive(request, came_for)
    if not queries.factors_in_use(person(request)):
        return redirect(came_for.step("accounts:add_device"))
    # A kept form is too long for an address, so the next page is the answer to this one.
    if came_for.kept:
        return code_page(request, CodeForm(), came_for)
    return redirect(came_for.step("accounts:code"))


def arrive(request: Visit, came_for: CameFor) -> HttpResponse:
    """Back to where the person was: the form that they posted too late, or the page."""
    kept = resubmission.reopen(came_for.kept, queries.user_id(person(request)))
    if kept:
        return render(request, "accounts/continue.html", {"kept": kept})
    if came_for.kept:
        messages.warning(request, NOT_KEPT)
    return redirect(landing(request, came_for.next))


def first_page(request: Visit, form: Form, came_for: CameFor, status: int = 200) -> HttpResponse:
    """Asks for the e-mail address and the password."""
    context: dict[str, Any] = {"form": form, "came_for": came_for}
    return render(request, "accounts/sign_in.html", context, status=status)


def code_page(request: Visit, form: Form, came_for: CameFor, status: int = 200) -> HttpResponse:
    """Asks for the code."""
    context: dict[str, Any] = {"form": form, "came_for": came_for, "again": is_verified(request)}
    context["passkey"] = passkey_request(request)
    return render(request, "accounts/code.html", context, status=status)
