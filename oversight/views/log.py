"""The log: what changed and who looked, for those who must prove it."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from agencies.access import ActorRequest, guarded, guarded_page
from audit.models import AccessEvent, AuditEvent
from kernel.actors import Actor
from oversight import export, paging, policies, queries, services
from oversight.forms.log import LogFilter
from oversight.presenters import log as presenters
from oversight.presenters import seals
from oversight.presenters.sections import sections
from oversight.search import Search

PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class LogPage:
    """A page of the log, and where the next one begins."""

    rows: list[presenters.EntryRow]
    older: str
    is_first: bool


@require_safe
@guarded_page(policies.can_see_log)
def log(request: ActorRequest) -> HttpResponse:
    """Both logs together, the newest first; looking is on record itself."""
    form = LogFilter(request.GET or None, actor=request.actor)
    is_asked = not form.is_bound or form.is_valid()
    context = {
        "form": form,
        "page": _page(request, form.search()) if is_asked else None,
        "sealing": seals.sealing_rows(queries.sealing(request.actor)),
        "incidents": presenters.incidents(queries.incidents(request.actor)),
        "filter": presenters.filter_fields(request.GET),
        "newest": presenters.newest_link(request.GET),
        "sees_everybody": policies.sees_everybody(request.actor),
        "oversight": sections(request.actor),
    }
    return render(request, "oversight/log.html", context)


def _page(request: ActorRequest, search: Search) -> LogPage:
    """A search is written down once; the links to its further pages prove that it was."""
    actor = request.actor
    after = paging.read(actor, search, request.GET.get("after", ""))
    if after is None:
        services.note_search(actor=actor, search=search)
    found = queries.page(actor, search, after=after, size=PER_PAGE + 1)
    shown = found[:PER_PAGE]
    names = queries.names_in(actor, shown)
    older = ""
    if len(found) > PER_PAGE:
        place = queries.Place(shown[-1].at, shown[-1].pk)
        older = presenters.older_link(request.GET, paging.link_to(actor, search, place))
    return LogPage(presenters.entry_rows(actor, shown, names), older, after is None)


@require_safe
@guarded(load=queries.changes, policy=policies.can_read_change)
def change(request: ActorRequest, event: AuditEvent) -> HttpResponse:
    """One change with its facts."""
    return _entry(request, request.actor, event)


@require_safe
@guarded(load=queries.looks, policy=policies.can_read_look)
def look(request: ActorRequest, event: AccessEvent) -> HttpResponse:
    """One look at what is sealed."""
    return _entry(request, request.actor, event)


def _entry(request: ActorRequest, actor: Actor, entry: queries.Entry) -> HttpResponse:
    names, seal = queries.names_in(actor, [entry]), queries.seal_of(actor, entry)
    context = {
        "page": presenters.entry_page(actor, entry, names),
        "seal": seals.seal_text(seal) if seal else "",
    }
    return render(request, "oversight/entry.html", context)


@require_POST
@guarded_page(policies.can_see_log)
def download(request: ActorRequest) -> HttpResponse | StreamingHttpResponse:
    """What a search finds as a file, sent as it is read; taking it away is on record."""
    form = LogFilter(request.POST, actor=request.actor)
    if not form.is_valid():
        return render(request, "errors/400.html", status=400)
    search = form.search()
    services.note_download(actor=request.actor, search=search)
    name = f"portal-log-{timezone.localdate():%Y-%m-%d}.csv"
    return StreamingHttpResponse(
        export.lines(request.actor, search),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
