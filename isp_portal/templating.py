"""The Jinja2 environment of all pages, and what every page knows."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import HttpRequest
from django.urls import reverse
from jinja2 import (
    ChainableUndefined,
    Environment,
    PackageLoader,
    PrefixLoader,
    StrictUndefined,
    Template,
)

from guidance import queries as guidance
from isp_portal import navigation
from kernel import presenting

_KIT = "govuk_frontend_jinja"
_FROM_DJANGO = {"messages", "csrf_input"}


class PortalEnvironment(Environment):
    """Ours is strict: a name that is missing is an error. The design system's macros, which ask
    for every parameter whether or not it was given, are loaded in a lenient environment."""

    kit: Environment | None = None

    def get_template(self, name: Any, *args: Any, **kwargs: Any) -> Template:
        if self.kit is not None and isinstance(name, str) and name.startswith(f"{_KIT}/"):
            return self.kit.get_template(name)
        return super().get_template(name, *args, **kwargs)


def environment(**options: Any) -> Environment:
    """Made once by Django from its TEMPLATES setting."""
    options |= {"undefined": StrictUndefined, "trim_blocks": True, "lstrip_blocks": True}
    ours = PortalEnvironment(**options)
    ours.kit = _kit()
    ours.globals.update(url=_url, static=_static, plural=presenting.plural)
    ours.globals.update(guidance_at_hand=guidance.at_hand)
    ours.filters.update(
        date_long=presenting.date_long,
        date_short=presenting.date_short,
        moment=presenting.moment,
        time_of_day=presenting.time_of_day,
        nhs_number=presenting.nhs_number,
    )
    return ours


def _kit() -> Environment:
    loader = PrefixLoader({_KIT: PackageLoader(_KIT)})
    kit = Environment(autoescape=True, loader=loader, undefined=ChainableUndefined)
    # The macros indent what they wrap for looks, which would put spaces into people's own text.
    kit.filters["indent"] = _leave_alone
    return kit


def _leave_alone(text: Any, *_: Any) -> Any:
    return text


def _url(name: str, *args: Any, **kwargs: Any) -> str:
    """The address of a named view: url("sharing:request", request.pk)."""
    return reverse(name, args=args, kwargs=kwargs)


def _static(name: str) -> str:
    # A file missing from the table of hashed names must not take a whole page down.
    try:
        return staticfiles_storage.url(name)
    except ValueError:
        return f"{settings.STATIC_URL}{name}"


def bare_context() -> dict[str, Any]:
    """What the layouts need at the least, from settings alone: error pages make do with it."""
    return {
        "partnership_name": settings.PARTNERSHIP_NAME,
        "is_demonstration": settings.DEMO,
        "out_of_hours_name": settings.OUT_OF_HOURS_NAME,
        "out_of_hours_phone": settings.OUT_OF_HOURS_PHONE,
        "navigation": [],
        "signed_in": None,
        "footer_links": [],
        "emergencies": [],
        "messages": [],
        "csrf_input": "",
    }


def page_context(request: HttpRequest) -> dict[str, Any]:
    """What every layout shows: the partnership, the out-of-hours line, who is signed in."""
    known = {
        "navigation": navigation.items(request),
        "signed_in": navigation.signed_in(request),
        "footer_links": navigation.footer(request),
        "emergencies": navigation.emergencies(request),
    }
    bare = bare_context()
    return {name: bare[name] for name in bare if name not in _FROM_DJANGO} | known
