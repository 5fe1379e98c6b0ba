"""Logging what passed beside the portal, and the rules before it is sent there."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from agencies import queries as agencies
from agencies.access import ActorRequest, guarded_page
from sharing import channels, policies, queries, services
from sharing.forms.channel_words import BY_SLUG, WORDS
from sharing.forms.contact import LogForm
from sharing.forms.planning import PlanForm
from sharing.states.contact import Channel, Direction
from sharing.views.around import people_of_ask, warn_if_excluded

# More waits at no desk that somebody answers by telephone
OFFERED = 50


@require_safe
@guarded_page(policies.can_log)
def ways(request: ActorRequest) -> HttpResponse:
    """By which way it passed."""
    context = {"ways": list(WORDS.values()), "planned": [WORDS[one] for one in _PLANNED]}
    return render(request, "sharing/contacts/ways.html", context)


@require_http_methods(["GET", "POST"])
@guarded_page(policies.can_log)
def log(request: ActorRequest, way: str) -> HttpResponse:
    """One short page. What has happened is recorded, whatever is missing."""
    channel = _channel(way)
    form = _log_form(request, channel)
    if form.is_bound and form.is_valid():
        share = services.log_contact(actor=request.actor, log=form.log())
        messages.success(request, f"Logged. The reference is {share.reference}.")
        if form.lost_its_request and share.answered_ask is None:
            messages.warning(request, _NOT_TIED)
        warn_if_excluded(request, request.POST.get("ask"), request.POST.get("name", ""))
        return redirect("sharing:share", share.pk)
    people = people_of_ask(request.actor, request.POST.get("ask") or request.GET.get("ask"))
    context = {"form": form, "words": WORDS[channel], "people": people}
    return render(request, "sharing/contacts/log.html", context)


_NOT_TIED = "The request that you chose is not open any more, so this log stands by itself."
_PLANNED = (Channel.EMAIL, Channel.POST)


def _log_form(request: ActorRequest, channel: Channel) -> LogForm:
    return LogForm(
        request.POST if request.method == "POST" else None,
        channel=channel,
        agencies=agencies.agencies(request.actor).order_by("name", "pk"),
        asks=list(queries.queue(request.actor)[:OFFERED]),
        initial=_begun(request),
    )


def _begun(request: ActorRequest) -> dict[str, object]:
    """What an address may bring along: a request to answer, and what was seen to. Codes only."""
    begun: dict[str, object] = {}
    if ask := request.GET.get("ask"):
        begun["ask"] = ask
    if "checks" in request.GET:
        begun |= {"checks": request.GET.getlist("checks"), "direction": Direction.OUTGOING}
    return begun


@require_http_methods(["GET", "POST"])
@guarded_page(policies.can_log)
def plan(request: ActorRequest, way: str) -> HttpResponse:
    """The rules before an e-mail or a letter goes; then the page that logs it."""
    channel = _channel(way)
    if channel not in _PLANNED:
        raise Http404
    form = PlanForm(request.POST if request.method == "POST" else None, channel=channel)
    if form.is_bound and form.is_valid() and "done" in request.POST:
        return redirect(form.log_address)
    context = {"form": form, "words": WORDS[channel], "rules": channels.rules()}
    return render(request, "sharing/contacts/plan.html", context)


def _channel(way: str) -> Channel:
    if way not in BY_SLUG:
        raise Http404
    return BY_SLUG[way]
