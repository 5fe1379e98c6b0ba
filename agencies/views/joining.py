"""The link in an invitation: what it offers, and joining with a new account or an old one."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.access import own_account, person, public
from accounts.models import User
from agencies import policies, presenters, queries, services, tokens
from agencies.access import ActorRequest
from agencies.forms import NewPersonForm
from agencies.middleware import put_on
from agencies.models import Invitation
from agencies.tokens import Token
from kernel.actors import Actor
from kernel.decisions import Decision


@public
@require_http_methods(["GET", "POST"])
def join(request: HttpRequest, code: str) -> HttpResponse:
    """Open to whoever has the link. A new person joins here, others after they sign in."""
    invitation = _invitation(code)
    if invitation is None:
        return _closed(request, policies.OLD_LINK)
    allowed = policies.can_accept(invitation, invitation.email, timezone.now())
    if not allowed:
        return _closed(request, allowed)
    page = presenters.join_page(invitation)
    if queries.has_account(invitation.email):
        return render(request, "agencies/join_sign_in.html", {"page": page, "code": code})
    return _join_as_new(request, invitation)


def _join_as_new(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    form = NewPersonForm(request.POST or None, person=User(email=invitation.email))
    if form.is_valid():
        services.join_with_new_account(
            actor=Actor.system("invitation"), token=Token.of(invitation), **form.cleaned_data
        )
        messages.success(request, "You have joined. Sign in with your email address and password.")
        return redirect("accounts:sign_in")
    context = {"form": form, "page": presenters.join_page(invitation)}
    return render(request, "agencies/join_new.html", context)


@own_account
@require_http_methods(["GET", "POST"])
def confirm(request: ActorRequest, code: str) -> HttpResponse:
    """Somebody signed in already joins a further agency."""
    invitation = _invitation(code)
    if invitation is None:
        return _closed(request, policies.OLD_LINK)
    allowed = policies.can_accept(invitation, request.user.email, timezone.now())
    if not allowed:
        return _closed(request, allowed)
    if request.method == "POST":
        membership = services.join(actor=person(request), token=Token.of(invitation))
        put_on(request, membership.pk)
        messages.success(request, f"You have joined {membership.agency.name} and now act for it.")
        return redirect("home")
    context = {"page": presenters.join_page(invitation)}
    return render(request, "agencies/join_confirm.html", context)


def _invitation(code: str) -> Invitation | None:
    token = tokens.read(code)
    return queries.invitation_of(token).first() if token else None


def _closed(request: HttpRequest, refusal: Decision) -> HttpResponse:
    """A link that opens nothing says why, and what to do."""
    return render(request, "agencies/join_closed.html", {"reason": refusal.reason}, status=409)
