"""Puts the actor on each request, from the database; the session only says which hat is on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse

from accounts.access import Needs, needs
from agencies.access import ActorRequest, Hat, hats_of, reading

ACTING = "acting_membership"


class ActorMiddleware:
    """Whoever belongs to one agency acts for it; whoever belongs to several has chosen one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: ActorRequest, view: Callable[..., Any], args: object, kwargs: object
    ) -> HttpResponse | None:
        """Find the hat that is on; send whoever has none to the page that says what to do."""
        request.actor = request.acting = None  # type: ignore[assignment]  # guarded views come later
        request.hats = []
        if needs(view) is not Needs.BOTH_FACTORS or not request.user.is_authenticated:
            return None
        request.hats = hats_of(request.user.pk)
        hat = _worn(request.hats, request.session.get(ACTING, ""))
        if hat is not None:
            looks = request.method in ("GET", "HEAD")
            request.acting, request.actor = hat.membership, reading(hat) if looks else hat.actor
            return None
        return None if getattr(view, "is_own_account", False) else _ask(request)


def put_on(request: HttpRequest, membership_id: UUID) -> None:
    """Act by this membership from the next page on, if it then confers anything."""
    request.session[ACTING] = str(membership_id)


def _worn(hats: list[Hat], chosen: str) -> Hat | None:
    if len(hats) == 1:
        return hats[0]
    return next((hat for hat in hats if str(hat.membership.pk) == chosen), None)


def _ask(request: ActorRequest) -> HttpResponseRedirect:
    if not request.hats:
        return redirect("agencies:no_agency")
    came_for = request.get_full_path() if request.method == "GET" else ""
    return redirect(f"{reverse('agencies:choose')}?{urlencode({'next': came_for})}")
