"""Help, privacy and accessibility: pages for everybody, signed in or not."""

from __future__ import annotations

from typing import NamedTuple

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import public
from kernel.actors import Actor
from kernel.presenting import plural
from retention import queries as retention

# The classes of the schedule that hold something about the people who use the portal, or families
CLASSES = ("ACCOUNT", "STAFF", "SESSION", "AUDIT", "CASE_DATA")


class Kept(NamedTuple):
    """One class of record, as the privacy page tells of it."""

    what: str
    why: str
    period: str
    trigger: str


@public
@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    """Whom to ring, how to sign in, and how asking and answering work."""
    idle = plural(settings.SESSION_IDLE_SECONDS // 60, "minute")
    longest = plural(settings.SESSION_ABSOLUTE_SECONDS // 3600, "hour")
    return render(request, "information/help.html", {"idle": idle, "longest": longest})


@public
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """What the portal holds about people, why, and for how long."""
    cookies = [settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME]
    return render(request, "information/privacy.html", {"kept": _kept(), "cookies": cookies})


@public
@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """How far everybody can use the portal, and what to do where somebody cannot."""
    return render(request, "information/accessibility.html")


def _kept() -> list[Kept]:
    """The published schedule, as loaded, in the order of CLASSES."""
    schedule = {row.code: row for row in retention.schedule(Actor())}
    rows = [schedule[code] for code in CLASSES if code in schedule]
    return [Kept(row.data_held, row.purpose, row.period, row.trigger) for row in rows]
