"""Reading what is half written."""

from __future__ import annotations

from django.db.models import Max, QuerySet

from kernel.actors import Actor
from sharing import policies
from sharing.models import (
    Ask,
    Draft,
    DraftVersion,
)
from sharing.states import DraftKind, DraftStatus


def drafts(actor: Actor) -> QuerySet[Draft]:
    """Drafts that the actor may go on with, and those that became something."""
    return Draft.objects.filter(policies.visible_drafts(actor))


def request_drafts(actor: Actor) -> QuerySet[Draft]:
    """Requests in the making, and those that were sent or given up."""
    return drafts(actor).filter(kind=DraftKind.REQUEST).select_related("safe", "desk__agency")


def open_request_drafts(actor: Actor) -> QuerySet[Draft]:
    """The actor's own requests in which something was written, the last saved first."""
    mine = request_drafts(actor).filter(status=DraftStatus.OPEN, versions__isnull=False)
    return mine.annotate(saved_at=Max("versions__saved_at")).order_by("-saved_at", "pk")


def own_open_drafts(actor: Actor) -> QuerySet[Draft]:
    """What the actor began to write and has not sent, the latest first."""
    mine = drafts(actor).filter(author=actor.holder_id, status=DraftStatus.OPEN)
    return mine.select_related("ask__request").order_by("-begun_at", "pk")


def answer_draft(actor: Actor, ask: Ask) -> Draft | None:
    """The answer that somebody at the desk is writing."""
    open_drafts = drafts(actor).filter(ask=ask, status=DraftStatus.OPEN)
    return open_drafts.select_related("author__user").first()


def latest_version(draft: Draft) -> DraftVersion | None:
    """The draft as last saved."""
    return draft.versions.order_by("-number").first()
