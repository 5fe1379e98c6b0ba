"""Where a person can go from any page, and as whom they are signed in."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from kernel.actors import Actor, Role
from oversight import policies as oversight
from sharing import policies as sharing
from sharing.queries.emergency import running_openings


@dataclass(frozen=True, slots=True)
class Link:
    """One link of the navigation. `current` marks the part of the portal that one is in."""

    text: str
    href: str
    current: bool = False


@dataclass(frozen=True, slots=True)
class Emergency:
    """A case that one reads in an emergency, and until when."""

    reference: str
    href: str
    until: datetime


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who is signed in, for which agency. `change_url` is set when they may act for another."""

    name: str
    agency: str = ""
    change_url: str = ""
    sign_out_url: str = ""


def items(request: HttpRequest) -> list[Link]:
    """The service navigation; somebody who has not signed in has none."""
    actor = getattr(request, "actor", None)
    if actor is None:
        return []
    return [
        *_links(request, ("Home", "home")),
        *_sharing_links(request, actor),
        *_agency_links(request, actor),
        *_links(request, ("Incidents", "incidents:incidents")),
        *_oversight_links(request, actor),
        *_links(request, ("Your account", "accounts:account")),
    ]


def _sharing_links(request: HttpRequest, actor: Actor) -> list[Link]:
    """A queue for who sits at a desk, own requests for who may ask, an inbox for everybody."""
    named = [("Your desk", "sharing:queue")] if actor.desk_ids else []
    if sharing.can_ask(actor):
        named.append(("Your requests", "sharing:requests"))
    if sharing.can_find(actor):
        named.append(("Find a child or person", "sharing:find"))
    named.append(("Shared with you", "sharing:shares"))
    return _links(request, *named, ("Emergency opening", "sharing:emergency"))


def emergencies(request: HttpRequest) -> list[Emergency]:
    """What the reader opened in an emergency and still may read: said on every page of theirs."""
    actor = getattr(request, "actor", None)
    if actor is None:
        return []
    return [
        Emergency(one.reference, reverse("sharing:emergency_opening", args=[one.pk]), one.until)
        for one in running_openings(actor)
    ]


def _agency_links(request: HttpRequest, actor: Actor) -> list[Link]:
    """The directory for everybody; their own people for those who keep them."""
    links = _links(
        request,
        ("Agencies", "agencies:directory"),
        ("Agreements", "agreements:agreements"),
        ("Guidance", "guidance:guidance"),
    )
    if not actor.holds(Role.AGENCY_LEAD):
        return links
    people = reverse("agencies:people", args=[actor.agency_id])
    if request.path == people:
        links = [replace(link, current=False) for link in links]
    return [*links, Link("Your people", people, request.path == people)]


def _oversight_links(request: HttpRequest, actor: Actor) -> list[Link]:
    """The log, and what could not be sent, for those who answer for them."""
    if not oversight.can_see_log(actor):
        return []
    href = reverse("oversight:log")
    return [Link("Oversight", href, request.path.startswith("/oversight/"))]


def signed_in(request: HttpRequest) -> SignedIn | None:
    """The person signed in, as the header shows them."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return None
    acting = getattr(request, "acting", None)
    return SignedIn(
        name=str(user.get_full_name()),
        agency=acting.agency.short_name if acting else "",
        change_url=_reverse("agencies:choose") if len(getattr(request, "hats", [])) > 1 else "",
        sign_out_url=_reverse("accounts:sign_out"),
    )


def footer(request: HttpRequest) -> list[Link]:
    """Accessibility, privacy and help, as far as these pages exist."""
    return _links(
        request, ("Help", "help"), ("Privacy", "privacy"), ("Accessibility", "accessibility")
    )


def _links(request: HttpRequest, *named: tuple[str, str]) -> list[Link]:
    return [
        Link(text, href, _is_within(request.path, href))
        for text, name in named
        if (href := _reverse(name))
    ]


def _is_within(path: str, href: str) -> bool:
    return path == href or (href != "/" and path.startswith(href))


def _reverse(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
