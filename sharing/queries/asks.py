"""Reading what desks are asked: the desk's side."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet
from django.utils import timezone

from kernel.actors import Actor
from kernel.clocks import start_of_day
from sharing import policies
from sharing.models import (
    Ask,
    AskSubject,
)
from sharing.states import OPEN_ASK, AskStatus


def asks(actor: Actor) -> QuerySet[Ask]:
    """What was asked of the actor's desks."""
    found = Ask.objects.filter(policies.visible_asks(actor))
    return found.select_related(
        "request__purpose",
        "request__asked_by__user",
        "request__asking_agency",
        "request__asking_desk",
        "request__family",
        "desk__agency",
        "claimed_by__user",
        "answered_by__user",
    )


def asks_in_full(actor: Actor) -> QuerySet[Ask]:
    """Asks as a page about one of them needs them."""
    return with_subjects(asks(actor)).select_related("request__asking_desk__agency")


def queue(actor: Actor) -> QuerySet[Ask]:
    """What waits at the actor's desks, the nearest limit first, with whom it is about."""
    waiting = asks(actor).filter(desk__in=actor.desk_ids, status__in=OPEN_ASK)
    return with_subjects(waiting).order_by("due_at", "pk")


def narrow_queue(
    actor: Actor, *, who: str = "", urgency: str = "", due: str = "", desk: str = ""
) -> QuerySet[Ask]:
    """The part of the queue that somebody wants to see."""
    found = queue(actor)
    if who == "mine":
        found = found.filter(claimed_by=actor.holder_id)
    if who == "unclaimed":
        found = found.filter(status=AskStatus.WAITING)
    if due:
        found = found.filter(due_in(due))
    if urgency:
        found = found.filter(request__urgency=urgency)
    return found.filter(desk=UUID(desk)) if desk else found


def due_in(part: str) -> Q:
    """What is overdue, due later today in London, or due later than that."""
    now, tomorrow = timezone.now(), start_of_day(timezone.localdate() + timedelta(days=1))
    parts = {
        "overdue": Q(due_at__lt=now),
        "today": Q(due_at__gte=now, due_at__lt=tomorrow),
        "later": Q(due_at__gte=max(now, tomorrow)),
    }
    return parts[part]


def answered(actor: Actor) -> QuerySet[Ask]:
    """What the actor's desks have answered or passed on, with whom it was about."""
    at_desk = asks(actor).filter(desk__in=actor.desk_ids)
    return with_subjects(at_desk.exclude(status__in=OPEN_ASK))


def asks_to_hand_on(actor: Actor) -> QuerySet[Ask]:
    """What colleagues at the desk, or a lead of its agency, may give to somebody there."""
    found = Ask.objects.filter(policies.visible_to_hand_on(actor))
    return found.select_related("request__asked_by", "desk__agency", "claimed_by__user")


def agency_queue(actor: Actor) -> QuerySet[Ask]:
    """What waits at all desks of a lead's agency, the nearest limit first. Without whom it is about."""
    waiting = asks_to_hand_on(actor).filter(desk__agency=actor.agency_id, status__in=OPEN_ASK)
    return waiting.order_by("due_at", "pk")


def with_subjects(found: QuerySet[Ask]) -> QuerySet[Ask]:
    """Each ask with the people it is about, in the request's order."""
    about = AskSubject.objects.select_related("subject__snapshot").order_by("subject__position")
    return found.prefetch_related(Prefetch("about", about))
