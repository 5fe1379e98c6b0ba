"""Reading what is disputed."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Prefetch, QuerySet, Subquery

from kernel.actors import Actor
from sharing import policies
from sharing.models import (
    Ask,
    Escalation,
    EscalationLimit,
    EscalationParty,
    EscalationStep,
)
from sharing.states import EscalationStatus


def either_side(actor: Actor) -> QuerySet[Ask]:
    """Asks that the actor's side sent or received."""
    found = Ask.objects.filter(policies.visible_either_side(actor))
    return found.select_related(
        "request__asked_by__user",
        "request__asking_agency",
        "request__asking_desk__agency",
        "desk__agency",
    )


def escalations(actor: Actor) -> QuerySet[Escalation]:
    """What is or was disputed, as far as the actor takes part in it."""
    mine = Escalation.objects.filter(policies.visible_escalations(actor), pk=OuterRef("pk"))
    newest = EscalationStep.objects.filter(escalation=OuterRef("pk")).order_by("-position")
    found = Escalation.objects.filter(Exists(mine)).annotate(
        due_at=Subquery(newest.values("due_at")[:1]), level=Subquery(newest.values("level")[:1])
    )
    return found.select_related(
        "agency",
        "raised_by__user",
        "ask__request__asking_agency",
        "ask__request__asking_desk__agency",
        "ask__request__asked_by__user",
        "ask__desk__agency",
        "ask__answered_by__user",
    )


def narrow_escalations(actor: Actor, *, show: str = "") -> QuerySet[Escalation]:
    """Open ones, or all."""
    found = escalations(actor)
    return found if show == "all" else found.filter(status=EscalationStatus.OPEN)


def escalations_in_full(actor: Actor) -> QuerySet[Escalation]:
    """Escalations as a page about one of them needs them."""
    steps = EscalationStep.objects.select_related(
        "opened_by__user", "opened_by__agency", "end__ended_by__user", "end__ended_by__agency"
    )
    parties = EscalationParty.objects.select_related("membership__user", "membership__agency")
    return escalations(actor).prefetch_related(
        Prefetch("steps", steps.order_by("position")),
        Prefetch("parties", parties.order_by("joined_at", "pk")),
        "ask__answers",
    )


def open_escalations(actor: Actor) -> QuerySet[Escalation]:
    """For counting what waits."""
    mine = Escalation.objects.filter(policies.visible_escalations(actor))
    return mine.filter(status=EscalationStatus.OPEN).distinct()


def escalation_limit(level: str, on: date) -> EscalationLimit:
    """The limit of a level on a day."""
    return EscalationLimit.objects.filter(level=level, valid_from__lte=on).latest("valid_from")


def late_steps(now: datetime) -> QuerySet[EscalationStep]:
    """Levels whose time ran out and that nobody was told of yet. For the system's own sweep."""
    late = EscalationStep.objects.filter(
        due_at__lt=now,
        overdue_noticed_at=None,
        end=None,
        escalation__status=EscalationStatus.OPEN,
    )
    return late.order_by("due_at", "pk")


def escalation_by_id(escalation_id: UUID) -> Escalation:
    """For a worker: each reader's own right is checked before anything is sent to them."""
    found = Escalation.objects.select_related("ask__request", "ask__desk")
    return found.prefetch_related("parties").get(pk=escalation_id)
