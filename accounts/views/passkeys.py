"""Passkeys and security keys, as the first device or as a further one; and beginning anew."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from accounts import passkeys, presenters, queries, services
from accounts.access import (
    AccountRequest,
    Visit,
    first_factor_only,
    is_verified,
    person,
    proven_lately,
    public,
)
from accounts.forms import PasskeyForm, posted
from accounts.models import Passkey
from accounts.views.devices import FRESH_LINK, added, before_adding, fresh_link
from accounts.views.proving import answer_of
from accounts.views.sign_in import CameFor


@first_factor_only
@require_http_methods(["GET", "POST"])
@sensitive_post_parameters("credential")
def add_passkey(request: AccountRequest) -> HttpResponse:
    """Have the browser make a key for this portal, and take it into use."""
    came_for = CameFor.of(request)
    if (first := before_adding(request, came_for)) is not None:
        return first
    if is_verified(request) and not proven_lately(request):
        return redirect(CameFor(next=request.path).step("accounts:code_again"))
    form = PasskeyForm(posted(request))
    if form.is_valid():
        passkey, codes = _take_into_use(request, form)
        if passkey:
            services.trust_session(actor=person(request), request=request, factor=passkey)
            return added(request, codes, came_for)
        form.add_error(None, form.refusal)
    return _page(request, form, came_for)


def _take_into_use(
    request: AccountRequest, form: PasskeyForm
) -> tuple[Passkey | None, Sequence[str]]:
    return services.add_passkey(
        actor=person(request),
        name=form.cleaned_data["name"],
        credential=answer_of(request),
        challenge=passkeys.take_challenge(request.session),
        link=fresh_link(request),
    )


@public
@require_safe
def begin_anew(request: Visit, user_id: UUID, link: str) -> HttpResponse:
    """The link of a reset: it is kept in the session until the password has been given."""
    if queries.user_by_fresh_start(user_id, link) is None:
        return render(request, "accounts/fresh_start_over.html", status=410)
    request.session[FRESH_LINK] = link
    return redirect("accounts:sign_in")


def _page(request: AccountRequest, form: PasskeyForm, came_for: CameFor) -> HttpResponse:
    options = presenters.passkey_creation(
        person(request), challenge=passkeys.give_challenge(request.session)
    )
    context = {"form": form, "passkey": options, "came_for": came_for}
    if is_verified(request):
        context["back_url"] = reverse("accounts:account")
    return render(request, "accounts/add_passkey.html", context)
