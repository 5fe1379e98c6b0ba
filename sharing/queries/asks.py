"""Reading what desks are asked: the desk's side."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Prefetch, QuerySet

from kernel.actors import Actor
from sharing import policies
from sharing.models import (
    Ask,
    AskSubject,
)
from sharing.states import AskStatus


def asks(actor: Actor) -> QuerySet[Ask]:
    """What was asked of the actor's desks."""
    found = Ask.objects.filter(policies.visible_asks(actor))
    return found.select_related(
        "request__purpose",
        "request__asked_by__user",
        "request__asking_agency",
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
    waiting = asks(actor).exclude(status=AskStatus.ANSWERED)
    return with_subjects(waiting).order_by("due_at", "pk")


def narrow_queue(
    actor: Actor, *, who: str = "", urgency: str = "", desk: str = ""
) -> QuerySet[Ask]:
    """The part of the queue that somebody wants to see."""
    found = queue(actor)
    if who == "mine":
        found = found.filter(claimed_by=actor.holder_id)
    if who == "unclaimed":
        found = found.filter(status=AskStatus.WAITING)
    if urgency:
        found = found.filter(request__urgency=urgency)
    return found.filter(desk=UUID(desk)) if desk else found


def answered(actor: Actor) -> QuerySet[Ask]:
    """What the actor's desks have answered, with whom it was about."""
    return with_subjects(asks(actor).filter(status=AskStatus.ANSWERED))


def with_subjects(found: QuerySet[Ask]) -> QuerySet[Ask]:
    """Each ask with the people it is about, in the request's order."""
    about = AskSubject.objects.select_related("subject__snapshot").order_by("subject__position")
    return found.prefetch_related(Prefetch("about", about))
