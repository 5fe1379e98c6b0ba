"""Which pages open to whom: everybody, those half-way through signing in, or those signed in.

A view that says nothing needs both factors. The markers are read by LoginRequiredMiddleware and
by the test that walks every address.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from django.shortcuts import resolve_url
from django.utils.http import url_has_allowed_host_and_scheme

from accounts.models import EndReason, User
from accounts.session_store import SessionStore
from kernel.actors import Actor

View = TypeVar("View", bound=Callable[..., Any])
_PROVEN_AT = "proven_at"


class Needs(StrEnum):
    """What a view asks of whoever opens it."""

    NOTHING = "NOTHING"
    FIRST_FACTOR = "FIRST_FACTOR"
    BOTH_FACTORS = "BOTH_FACTORS"


@dataclass(frozen=True, slots=True)
class EndedSession:
    """Whose session the browser's cookie was, and why it is one no more."""

    user_id: UUID
    why: EndReason


class Visit(HttpRequest):
    """A request as the middleware of this package leaves it, by anybody."""

    session: SessionStore
    ended_session: EndedSession | None


class AccountRequest(Visit):
    """A request by somebody whose password, at least, was right."""

    user: User


def public(view: View) -> View:
    """Open to everybody, signed in or not."""
    view.is_public = True  # type: ignore[attr-defined]  # a mark on the function
    return view


def first_factor_only(view: View) -> View:
    """Open to those whose password was right and whose code is still to come."""
    view.is_first_factor_only = True  # type: ignore[attr-defined]  # a mark on the function
    return view


def stepped_up(view: View) -> View:
    """Open to those who proved a second factor in this session within STEP_UP_SECONDS.

    For what an unattended screen must not do: protected addresses, emergency opening, clearances.
    Whoever proved it longer ago is asked for a code or a passkey first and then goes on: to the
    page, or with the form as it was posted. Written above or below `guarded` alike; it marks the
    view, and LoginRequiredMiddleware asks before the view is called.
    """
    view.is_stepped_up = True  # type: ignore[attr-defined]  # a mark on the function
    return view


def own_account(view: View) -> View:
    """Open to everybody signed in, and about nobody but themselves."""
    view.is_own_account = True  # type: ignore[attr-defined]  # a mark on the function
    return view


def needs(view: Callable[..., Any]) -> Needs:
    """What the view is marked with; both factors where it is not marked."""
    if getattr(view, "is_public", False):
        return Needs.NOTHING
    if getattr(view, "is_first_factor_only", False):
        return Needs.FIRST_FACTOR
    return Needs.BOTH_FACTORS


def person(request: HttpRequest) -> Actor:
    """Whoever is signed in, acting on their own account and for no agency."""
    return Actor(user_id=request.user.pk)


def is_verified(request: HttpRequest) -> bool:
    """Whether a second factor was proven that the portal itself still vouches for."""
    factor = getattr(request.user, "otp_device", None)
    return factor is not None and factor.is_genuine()


def note_proof(request: HttpRequest) -> None:
    """Keep the moment of a proof in the session's signed data, where SQL cannot make it later."""
    request.session[_PROVEN_AT] = int(time.time())


def proven_lately(request: HttpRequest) -> bool:
    """Whether this session proved a second factor within the last minutes."""
    age = time.time() - request.session.get(_PROVEN_AT, 0)
    return is_verified(request) and age < settings.STEP_UP_SECONDS


def lacks_step_up(request: HttpRequest, view: Callable[..., Any]) -> bool:
    """Whether the view asks for a fresh proof and the session has none."""
    return getattr(view, "is_stepped_up", False) and not proven_lately(request)


def local_path(request: HttpRequest, url: str) -> str:
    """The address if it is one of this portal's own, else nothing."""
    own = url_has_allowed_host_and_scheme(
        url, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    parts = urlsplit(url) if own else None
    if not parts or not parts.path.startswith("/"):
        return ""
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def landing(request: HttpRequest, url: str) -> str:
    """Where to go after signing in: back to where the person was, or home."""
    return local_path(request, url) or resolve_url(settings.LOGIN_REDIRECT_URL)
