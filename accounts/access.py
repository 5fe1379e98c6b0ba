"""Which pages open to whom: everybody, those half-way through signing in, or those signed in.

A view that says nothing needs both factors. The markers are read by LoginRequiredMiddleware and
by the test that walks every address.
"""

from __future__ import annotations

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
    """Whether a second factor was proven, also in the very request that checked the password."""
    return getattr(request.user, "otp_device", None) is not None


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
