"""Reading incidents, always in the actor's scope."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import BooleanField, ExpressionWrapper, Prefetch, Q, QuerySet
from django.utils import timezone

from agencies import queries as agencies
from agencies.models import Membership
from incidents import policies
from incidents.models import Entry, Incident, Party
from incidents.states import Status
from kernel.actors import Actor, Role

# Beforehand, and then daily for as long as nobody has decided
REMIND_BEFORE = timedelta(hours=24)
REMIND_EVERY = timedelta(hours=24)


def incidents(actor: Actor) -> QuerySet[Incident]:
    """Incidents that the actor may see, with the agencies concerned."""
    parties = Party.objects.select_related("agency").order_by("agency__name", "pk")
    found = Incident.objects.filter(policies.visible_incidents(actor))
    return found.select_related("dossier").prefetch_related(Prefetch("parties", parties))


def incidents_in_full(actor: Actor) -> QuerySet[Incident]:
    """Incidents as a page about one of them needs them."""
    entries = Entry.objects.select_related("written_by__user", "written_by__agency")
    return (
        incidents(actor)
        .select_related(
            "opened_by__user",
            "opened_by__agency",
            "assessed_by__user",
            "decided_by__user",
            "closed_by__user",
        )
        .prefetch_related(
            Prefetch("entries", entries.order_by("written_at", "pk")),
            "told__membership__user",
            "told__membership__agency",
        )
    )


def listed(actor: Actor, *, show: str = "") -> QuerySet[Incident]:
    """Incidents for a list, each with whether its clock still runs."""
    decided = ExpressionWrapper(~Q(decision=""), output_field=BooleanField())
    running = Q(decision="")
    wanted = {
        "running": running,
        "overdue": running & Q(due_at__lt=timezone.now()),
        "closed": Q(status=Status.CLOSED),
        "mine": Q(opened_by=actor.holder_id),
    }
    found = incidents(actor).annotate(is_settled=decided)  # type: ignore[no-redef]  # the model declares it
    return found.filter(wanted.get(show, Q()))


def waiting(actor: Actor) -> int:
    """How many clocks run that the actor answers for."""
    if not actor.holds(*policies.ANSWERS_FOR_AGENCY, Role.COORDINATOR):
        return 0
    return listed(actor, show="running").count()


def answerable(agency_ids: Collection[UUID]) -> list[Membership]:
    """Officers and leads of some agencies, and the partnership's coordinators, by genuine rows."""
    answers_for = [role.value for role in policies.ANSWERS_FOR_AGENCY]
    found = agencies.live_memberships().filter(
        Q(agency__in=list(agency_ids), roles__overlap=answers_for)
        | Q(agency__is_partnership=True, roles__contains=[Role.COORDINATOR.value])
    )
    rows = found.select_related("user", "agency").order_by("pk")
    return [one for one in rows if one.is_genuine() and one.agency.is_genuine()]


def by_id(incident_id: UUID) -> Incident:
    """For a worker: each reader's own right is checked before anything is sent to them."""
    return Incident.objects.get(pk=incident_id)


def opened_as(incident_id: UUID) -> Incident | None:
    """The incident that a form became, however often it was sent."""
    return Incident.objects.filter(pk=incident_id).first()


def to_remind(now: datetime) -> QuerySet[Incident]:
    """Undecided ones whose clock has nearly run out or has, and nobody was told of today."""
    near = Incident.objects.filter(decision="", due_at__lt=now + REMIND_BEFORE)
    return near.exclude(reminded_at__gt=now - REMIND_EVERY).order_by("due_at", "pk")
