"""Guessing at passwords is slowed down for one network address and one account together.

So a stranger slows down themselves, not the colleague whose address they try.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse

from accounts.access import Visit
from accounts.sealing import keyed_digest
from accounts.views.sign_in import refused_for_now


def username_digest(request: HttpRequest, credentials: Mapping[str, Any] | None) -> str:
    """What the throttle's table keeps in place of the address that was typed."""
    typed = (credentials or {}).get("email") or request.POST.get("email", "")
    return keyed_digest("throttle", str(typed).strip().lower())[0]


def locked_out(
    request: Visit, response: HttpResponse, credentials: Mapping[str, Any] | None = None
) -> HttpResponse:
    """The page in place of the sign-in page, the same whether or not the account exists."""
    return refused_for_now(request)
