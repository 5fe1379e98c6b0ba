"""What somebody sees who came to a page without being signed in to it.

A page is left for later; a form must not be lost. What was posted after the session had ended is
sealed for the owner of that session and carried through signing in.
"""

from __future__ import annotations

from typing import cast
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from accounts import queries, resubmission
from accounts.access import Visit, is_verified, local_path, person
from accounts.forms import CodeForm, SignInForm
from accounts.views.sign_in import CameFor, arrive, code_page, first_page


def turned_away(request: Visit) -> HttpResponse:
    """Ask for what is missing: both steps, the second, or the second once more."""
    if request.method in ("GET", "HEAD"):
        return _later(request, request.get_full_path())
    if request.resolver_match and request.resolver_match.app_name == "accounts":
        # Passwords and codes are typed again rather than kept.
        return _later(request, reverse("accounts:account"))
    owner = _owner(request)
    kept = resubmission.keep(request, owner) if owner else ""
    came_from = local_path(request, request.headers.get("Referer", ""))
    came_for = CameFor(came_from, kept, _why(request), is_lost=not kept)
    if request.user.is_authenticated:
        return code_page(request, CodeForm(), came_for, status=401)
    return first_page(request, SignInForm(), came_for, status=401)


def out_of_date(request: HttpRequest) -> HttpResponse | None:
    """Save a form that this portal's own page posted with an old token, as happens when somebody
    signs in in another tab. None where the form may come from elsewhere."""
    own_origin = f"{request.scheme}://{request.get_host()}"
    if request.method != "POST" or request.headers.get("Origin") != own_origin:
        return None
    request = cast("Visit", request)
    if not is_verified(request):
        return turned_away(request)
    owner = queries.user_id(person(request))
    kept = request.POST.get("kept") or resubmission.keep(request, owner)
    return arrive(request, CameFor(kept=kept))


def _later(request: Visit, next_url: str) -> HttpResponse:
    query = {"next": next_url}
    if request.user.is_authenticated:
        step = "accounts:code_again" if is_verified(request) else "accounts:code"
        return redirect(f"{reverse(step)}?{urlencode(query)}")
    if request.ended_session:
        query["why"] = request.ended_session.why.value
    return redirect(f"{reverse('accounts:sign_in')}?{urlencode(query)}")


def _owner(request: Visit) -> UUID | None:
    if request.user.is_authenticated:
        return queries.user_id(person(request))
    return request.ended_session.user_id if request.ended_session else None


def _why(request: Visit) -> str:
    if is_verified(request):
        return "Show that it is still you before this is done"
    if request.user.is_authenticated:
        return "Enter a code to finish signing in"
    return request.ended_session.why.label if request.ended_session else "You are not signed in"
