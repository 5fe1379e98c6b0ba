"""Sessions end in time, and every page needs both factors unless it says otherwise."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse

from accounts import services
from accounts.access import EndedSession, Needs, is_verified, lacks_step_up, needs
from accounts.views.turned_away import turned_away
from kernel.actors import Actor


class SessionLimitsMiddleware:
    """Thirty idle minutes or twelve hours end a session. `request.ended_session` says so."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.ended_session = _note(request)  # type: ignore[attr-defined]  # ours, on the request
        return self.get_response(request)


class LoginRequiredMiddleware:
    """The first of three denials: who has not proven both factors gets no unmarked view."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: Any, view: Callable[..., Any], args: object, kwargs: object
    ) -> HttpResponse | None:
        """Let the request through, or ask for what is missing."""
        needed = needs(view)
        if needed is Needs.NOTHING:
            return None
        if not request.user.is_authenticated:
            return turned_away(request)
        if needed is Needs.FIRST_FACTOR:
            return None
        if not is_verified(request) or lacks_step_up(request, view):
            return turned_away(request)
        return None


def _note(request: Any) -> EndedSession | None:
    """Record that the session is in use, or that it has ended and why."""
    session = request.session
    session.get("_auth_user_id")  # reads the session, if the browser has one
    if session.row is None or session.row.user_id is None:
        return None
    if not session.over:
        services.see_session(actor=Actor(user_id=session.row.user_id), session=session.row)
        return None
    owner = session.row.user_id
    services.end_session(actor=Actor(user_id=owner), session=session.row, reason=session.over)
    return EndedSession(owner, session.over)
