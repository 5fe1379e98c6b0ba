"""What was shared with somebody, and opening it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from agencies import queries as agencies
from agencies.access import ActorRequest, guarded, guarded_page
from kernel.actors import Actor
from kernel.listing import list_page
from sharing import policies, queries, services
from sharing.forms.shares import SharesFilter
from sharing.models import Answer, Recipient
from sharing.presenters import shares as presenters
from sharing.views import righting
from sharing.views.papers import files_of, records_of
from sharing.views.releasing import released_to
from vault.services import Why


@require_safe
@guarded_page(policies.can_see_home)
def shares(request: ActorRequest) -> HttpResponse:
    """The inbox: addressed to the actor in person or at a desk, the newest first."""
    form = SharesFilter(
        request.GET or None, agencies=agencies.agencies(request.actor).order_by("short_name", "pk")
    )
    wanted = form.cleaned_data if form.is_valid() else {}
    listing = list_page(
        queries.narrow_shares(request.actor, **wanted),
        request.GET,
        sorts={"sent": ["pk"]},
        default="-sent",
        present=partial(_rows, request.actor),
    )
    return render(request, "sharing/shares/shares.html", {"form": form, "listing": listing})


def _rows(actor: Actor, found: Sequence[Recipient]) -> list[presenters.ShareRow]:
    snapshots = presenters.snapshots_of(found)
    opened = services.open_names(actor=actor, snapshots=snapshots, why=Why.QUEUE)
    return presenters.share_rows(found, opened)


@require_safe
@guarded(load=queries.answers_in_full, policy=policies.can_read_answer)
def answer(request: ActorRequest, answer: Answer) -> HttpResponse:
    """One answer. For whom it is addressed to, opening it is the receipt."""
    opened = services.open_answers(actor=request.actor, answers=[answer])
    context = {
        "page": presenters.share_page(answer, opened),
        "righting": righting.part_of(request.actor, answer),
        "records": records_of(request.actor, answer),
        "files": files_of(request.actor, queries.attachments_to_answer(request.actor, answer)),
        "released": released_to(request.actor, [answer.subject.snapshot_id]),
    }
    return render(request, "sharing/shares/answer.html", context)
