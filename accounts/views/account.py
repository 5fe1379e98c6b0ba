"""One's own account: what it holds, the password, the sessions."""

from __future__ import annotations

from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import presenters, queries, services
from accounts.access import AccountRequest, own_account, person, public
from accounts.forms import ChangePasswordForm, EmailForm, NewPasswordForm, posted
from accounts.models import EndReason
from accounts.services.sessions import SIGN_IN
from kernel.presenting import plural


@own_account
@require_safe
def account(request: AccountRequest) -> HttpResponse:
    """Who I am here, and by what I sign in."""
    page = presenters.account_page(person(request), this_session=request.session.row_id)
    return render(request, "accounts/account.html", {"page": page})


@own_account
@require_http_methods(["GET", "POST"])
@sensitive_post_parameters()
def change_password(request: AccountRequest) -> HttpResponse:
    """A new password, by somebody who knows the present one."""
    form = ChangePasswordForm(posted(request), person=request.user)
    if form.is_valid() and _knows_password(request, form):
        user = services.change_password(
            actor=person(request),
            password=form.cleaned_data["password"],
            keep_session=request.session.row_id,
        )
        update_session_auth_hash(request, user)
        messages.success(request, "Your password was changed")
        return redirect("accounts:account")
    context = {"form": form, "back_url": reverse("accounts:account")}
    return render(request, "accounts/change_password.html", context)


@own_account
@require_POST
def end_other_sessions(request: AccountRequest) -> HttpResponse:
    """Sign out everywhere else."""
    ended = services.end_other_sessions(
        actor=person(request), keep=request.session.row_id, reason=EndReason.ELSEWHERE
    )
    messages.success(request, f"You were signed out of {plural(ended, 'other session')}")
    return redirect("accounts:account")


@own_account
@require_POST
def end_session(request: AccountRequest, pk: UUID) -> HttpResponse:
    """Sign out of one other browser."""
    session = get_object_or_404(queries.sessions(person(request)), pk=pk)
    services.end_own_session(actor=person(request), session_id=session.pk)
    messages.success(request, "That browser was signed out")
    return redirect("accounts:account")


@own_account
@require_POST
def end_all_sessions(request: AccountRequest) -> HttpResponse:
    """Sign out everywhere, here too."""
    actor = person(request)
    services.end_other_sessions(
        actor=actor, keep=request.session.row_id, reason=EndReason.ELSEWHERE
    )
    services.sign_out(actor=actor, request=request)
    return redirect(f"{reverse('accounts:sign_in')}?{urlencode({'why': EndReason.SIGNED_OUT})}")


@public
@require_http_methods(["GET", "POST"])
def forgotten_password(request: HttpRequest) -> HttpResponse:
    """Ask for a link. The answer is the same whoever asks."""
    form = EmailForm(posted(request))
    if form.is_valid():
        services.ask_password_reset(actor=SIGN_IN, email=form.cleaned_data["email"])
        return redirect("accounts:link_sent")
    context = {"form": form, "back_url": reverse("accounts:sign_in")}
    return render(request, "accounts/forgotten_password.html", context)


@public
@require_safe
def link_sent(request: HttpRequest) -> HttpResponse:
    """What to expect."""
    return render(request, "accounts/link_sent.html")


@public
@require_http_methods(["GET", "POST"])
@sensitive_post_parameters()
def new_password(request: HttpRequest, user_id: UUID, token: str) -> HttpResponse:
    """Set a password by the link from the e-mail."""
    user = queries.user_by_reset_link(user_id, token)
    if user is None:
        return render(request, "accounts/link_over.html", status=410)
    form = NewPasswordForm(posted(request), person=user)
    if form.is_valid() and services.reset_password(
        actor=SIGN_IN, user_id=user_id, token=token, **form.cleaned_data
    ):
        messages.success(request, "Your password was changed. Sign in with it")
        return redirect("accounts:sign_in")
    return render(request, "accounts/new_password.html", {"form": form})


def _knows_password(request: AccountRequest, form: ChangePasswordForm) -> bool:
    """Asked in the same way as at sign-in, so that guessing here is slowed down as well."""
    known = services.check_password(
        actor=person(request),
        request=request,
        email=request.user.email,
        password=form.cleaned_data["current"],
    )
    if not known:
        form.add_error("current", form.refusal)
    return known is not None
