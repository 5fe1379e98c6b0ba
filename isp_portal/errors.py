"""Views for what went wrong. The words are in templates/errors: what happened, and what to do now."""

from __future__ import annotations

import sys
from typing import Any

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import get_template

from accounts.views.turned_away import out_of_date
from isp_portal.templating import bare_context


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """handler400: whatever was wrong with the request, its session is not trusted either."""
    return _bare(request, 400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """handler403: refusals of our own come from audit.middleware, with their reason."""
    return render(request, "errors/403.html", _reference(request), status=403)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """handler404: the same words whether a thing is not there or not for the reader to see."""
    return render(request, "errors/404.html", _reference(request), status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """handler500: uses nothing that may be what failed; 503 while the database cannot be reached."""
    lost_database = isinstance(sys.exc_info()[1], (OperationalError, InterfaceError))
    return _bare(request, 503 if lost_database else 500)


def csrf_failure(request: HttpRequest, reason: str = "", **_: Any) -> HttpResponse:
    """A form came back without its token. If it is one of our own pages', nothing typed is lost;
    what the token check found is of no use to a reader."""
    return out_of_date(request) or _bare(request, 403, template="csrf")


def _bare(request: HttpRequest, status: int, *, template: str = "") -> HttpResponse:
    """A page without database, session or context processors."""
    name = f"errors/{template or status}.html"
    html = get_template(name).render(bare_context() | _reference(request))
    response = HttpResponse(html, status=status)
    response["Cache-Control"] = "no-store, private"
    return response


def _reference(request: HttpRequest) -> dict[str, str]:
    return {"request_id": getattr(request, "request_id", "")}
