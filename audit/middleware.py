"""Refusals reach the audit and the page after the refused work was rolled back."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from audit import services
from kernel.actors import Actor
from kernel.decisions import WRONG_STATE, Denied


class RefusalMiddleware:
    """Turns Denied into 403, or 409 when the request came too late, and records it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, Denied):
            return None
        match = request.resolver_match
        services.record_refusal(
            actor=getattr(request, "actor", None) or Actor(),
            decision=error.decision,
            view=match.view_name if match else "",
        )
        status = 409 if error.decision.code == WRONG_STATE else 403
        context = {"reason": error.decision.reason}
        return render(request, f"errors/{status}.html", context, status=status)
