"""What one gave unasked or logged, found again."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from agencies.access import ActorRequest, guarded, guarded_page
from kernel.actors import Actor
from kernel.listing import list_page
from sharing import policies, queries, services
from sharing.forms.given import GivenFilter
from sharing.models import Share
from sharing.presenters import given as presenters
from vault.services import Why


@require_safe
@guarded_page(policies.can_follow)
def given(request: ActorRequest) -> HttpResponse:
    """The newest first, with drafts on top."""
    form = GivenFilter(request.GET or None)
    wanted = form.cleaned_data if form.is_valid() else {}
    listing = list_page(
        queries.narrow_given(request.actor, **wanted),
        request.GET,
        sorts={"happened": ["happened_at", "pk"], "written": ["pk"]},
        default="-written",
        present=partial(_rows, request.actor),
    )
    context = {"form": form, "listing": listing} | _writing(request.actor)
    return render(request, "sharing/given/given.html", context)


def _writing(actor: Actor) -> dict[str, Any]:
    """What one has begun to give, and whether one may begin."""
    return {
        "drafts": queries.open_share_drafts(actor)[:20],
        "may_share": policies.can_share(actor),
    }


def _rows(actor: Actor, found: Sequence[Share]) -> list[presenters.GivenRow]:
    snapshots = presenters.snapshots_of(found)
    opened = services.open_names(actor=actor, snapshots=snapshots, why=Why.FOLLOWING)
    return presenters.given_rows(actor, found, opened)


@require_safe
@guarded(load=queries.given, policy=policies.can_read_share)
def share(request: ActorRequest, share: Share) -> HttpResponse:
    """One of them, with all that was said."""
    answers = list(queries.answers_given(request.actor, share))
    opened = services.open_share(actor=request.actor, share=share, answers=answers)
    incident = queries.incident_of(request.actor, share)
    page = presenters.given_page(request.actor, share, answers, opened, incident)
    return render(request, "sharing/given/share.html", {"page": page})
