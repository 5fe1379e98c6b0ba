"""What waits for me, and by when."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from agencies import queries as agencies
from agencies.access import ActorRequest, guarded_page
from kernel.actors import Actor
from sharing import policies, queries, services
from sharing.presenters import home as presenters
from vault.services import Why

TOP = 5


@require_safe
@guarded_page(policies.can_see_home)
def home(request: ActorRequest) -> HttpResponse:
    """The nearest of everything, with all names in one opening."""
    actor, waiting = request.actor, _waiting(request.actor)
    opened = services.open_names(actor=actor, snapshots=waiting.snapshots(), why=Why.QUEUE)
    page = presenters.home_page(actor, waiting, opened, _note(request))
    return render(request, "sharing/home/home.html", {"page": page})


def _waiting(actor: Actor) -> presenters.Waiting:
    return presenters.Waiting(
        asks=list(queries.queue(actor)[:TOP]),
        shares=list(queries.unread_shares(actor).order_by("-pk")[:TOP]),
        owed=list(queries.own_waiting_asks(actor)[:TOP]),
        drafts=list(queries.own_open_drafts(actor)[:TOP]),
        counts=queries.counts(actor),
    )


def _note(request: ActorRequest) -> presenters.AuthorisationNote | None:
    """Only for those who work with cases, for whom it matters."""
    text = presenters.authorisation_lapse(request.acting, timezone.localdate())
    if not text or not policies.can_ask(request.actor):
        return None
    leads = agencies.leads_of(request.acting.agency_id)
    names = tuple(one.user.full_name for one in leads if one.pk != request.acting.pk)
    return presenters.AuthorisationNote(text, names)
