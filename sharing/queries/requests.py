"""Reading what somebody asked: the asker's side."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.utils import timezone

from kernel.actors import Actor
from sharing import policies
from sharing.models import (
    Ask,
    AskSubject,
    Draft,
    Request,
    Subject,
)
from sharing.queries.asks import with_subjects
from sharing.states import OPEN_ASK


def requests(actor: Actor) -> QuerySet[Request]:
    """Requests that the actor or the actor's desk sent."""
    found = Request.objects.filter(policies.visible_requests(actor))
    return found.select_related("purpose", "asked_by__user", "asking_agency", "family")


def requests_with_progress(actor: Actor) -> QuerySet[Request]:
    """Requests for a list: whom they are about and how far each desk is."""
    about = Subject.objects.select_related("snapshot").order_by("position")
    return requests(actor).prefetch_related(Prefetch("subjects", about), Prefetch("asks", _asked()))


def requests_in_full(actor: Actor) -> QuerySet[Request]:
    """Requests with protected addresses, and with whom each desk is asked about."""
    subjects = Subject.objects.select_related("snapshot__protected_address").order_by("position")
    about = AskSubject.objects.select_related("subject__snapshot").order_by("subject__position")
    asked = _asked().prefetch_related(Prefetch("about", about))
    return requests(actor).prefetch_related(Prefetch("subjects", subjects), Prefetch("asks", asked))


def _asked() -> QuerySet[Ask]:
    asked = Ask.objects.select_related(
        "desk__agency", "fallback__agency", "passed_from__desk__agency"
    )
    return asked.order_by("desk__agency__name", "pk")


def find_requests(
    found: QuerySet[Request], actor: Actor, *, status: str, whose: str, reference: str
) -> QuerySet[Request]:
    """Those that a filter leaves, each with its nearest limit; codes as RequestsFilter offers them."""
    open_asks = Ask.objects.filter(request=OuterRef("pk")).filter(status__in=OPEN_ASK)
    statuses = {
        "WAITING": Q(Exists(open_asks)),
        "OVERDUE": Q(Exists(open_asks.filter(due_at__lt=timezone.now()))),
        "ANSWERED": ~Q(Exists(open_asks)),
    }
    mine = Q(asked_by=actor.holder_id)
    found = found.filter(
        statuses.get(status, Q()),
        {"MINE": mine, "DESK": ~mine}.get(whose, Q()),
        Q(reference=reference) if reference else Q(),
    )
    # Nothing where every desk has answered: PostgreSQL puts that behind every date
    nearest = open_asks.order_by("due_at").values("due_at")[:1]
    return found.annotate(next_due=Subquery(nearest))


def sent_from(actor: Actor, draft: Draft) -> Request:
    """The request that a draft became."""
    return requests(actor).get(draft=draft)


def own_asks(actor: Actor) -> QuerySet[Ask]:
    """What the actor, or the actor's desk, asked of each desk."""
    found = Ask.objects.filter(request__in=requests(actor).order_by().values("pk"))
    return found.select_related(
        "request__purpose",
        "desk__agency",
        "answered_by__user",
        "fallback__agency",
        "passed_from__desk__agency",
    )


def own_waiting_asks(actor: Actor) -> QuerySet[Ask]:
    """Desks that still owe the actor an answer, the nearest limit first."""
    owed = Ask.objects.filter(
        policies.not_kept_from(actor, "request__dossier"), request__asked_by=actor.holder_id
    )
    waiting = owed.filter(status__in=OPEN_ASK).select_related("request", "desk__agency")
    return with_subjects(waiting).order_by("due_at", "pk")
