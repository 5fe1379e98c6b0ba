"""Finding a child or person in one's own agency's records."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from agencies.access import ActorRequest, guarded_page
from sharing import policies, services
from sharing.forms.finding import FindForm
from sharing.presenters import finding
from vault.services import Why


@require_http_methods(["GET", "HEAD", "POST"])
@guarded_page(policies.can_find)
def find(request: ActorRequest) -> HttpResponse:
    """The one form that shows its answer at once: what was typed is kept in no address or session."""
    form = FindForm(request.POST or None)
    page = _page(request, form) if form.is_valid() else None
    status = 429 if page and page.wait_until else 200
    context = {"form": form, "page": page}
    return render(request, "sharing/finding/find.html", context, status=status)


def _page(request: ActorRequest, form: FindForm) -> finding.FoundPage:
    actor = request.actor
    found = services.look_for(actor=actor, wanted=form.wanted)
    number = finding.page_number(request.POST.get("page", ""), found)
    snapshots = [record.subject.snapshot for _, record in finding.slice_of(found, number)]
    opened = services.open_names(actor=actor, snapshots=snapshots, why=Why.FINDING)
    desk = services.own_desk(actor) if found.wait_until else None
    return finding.found_page(found, number, opened, form.wanted, desk)
