"""Blank forms and the contact sheet, to print before the portal is down."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from agencies import attendance
from agencies import queries as agencies
from agencies.access import ActorRequest, guarded_page
from sharing import policies, queries
from sharing.presenters import paper as presenters
from sharing.presenters.contacts import contact_lines


@require_safe
@guarded_page(policies.can_see_home)
def paper(request: ActorRequest) -> HttpResponse:
    """What to print, when, and what to do with it afterwards."""
    return render(request, "sharing/paper/paper.html", {"sheets": presenters.sheets(_lists())})


@require_safe
@guarded_page(policies.can_see_home)
def sheet(request: ActorRequest, sheet: str) -> HttpResponse:
    """One blank form."""
    by_slug = {one.slug: one for one in presenters.sheets(_lists())}
    if sheet not in by_slug:
        raise Http404
    context = {"sheet": by_slug[sheet], "now": timezone.now()}
    return render(request, "sharing/paper/sheet.html", context)


@require_safe
@guarded_page(policies.can_see_home)
def contacts(request: ActorRequest) -> HttpResponse:
    """Every desk of the partnership, on paper."""
    found = agencies.directory(request.actor).order_by("name", "pk")
    context = {"agencies": contact_lines(found, attendance.fallbacks()), "now": timezone.now()}
    return render(request, "sharing/paper/contacts.html", context)


def _lists() -> presenters.Lists:
    today = timezone.localdate()
    return presenters.Lists(tuple(queries.purposes(today)), queries.time_limits(today))
