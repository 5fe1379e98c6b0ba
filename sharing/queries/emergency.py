"""Reading emergency openings in the actor's scope, and finding the case that a reference names."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from agencies.models import Desk, Membership
from audit.models import AuditEvent
from incidents import queries as incidents
from kernel.actors import Actor, Role
from sharing.models import Answer, Ask, EmergencyOpening, Request, Share
from sharing.policies import emergency as policies
from sharing.policies import visible_shares
from sharing.queries.answers import answers
from sharing.queries.asks import asks
from sharing.queries.requests import requests
from sharing.states.emergency import EmergencyStatus
from vault import queries as vault_queries
from vault.models import Dossier, Grant, HolderKind

# What of an opened case has a page of its own
Opened = Request | Share | Ask | Answer

HOUR = timedelta(hours=1)
CHASE_EVERY = timedelta(hours=24)


def openings(actor: Actor) -> QuerySet[EmergencyOpening]:
    """Emergency openings that the actor made, is told of or answers for."""
    found = EmergencyOpening.objects.filter(policies.visible_openings(actor))
    return found.select_related(
        "agency",
        "opened_by__user",
        "opened_by__agency",
        "ended_by__user",
        "review__reviewed_by__user",
        "review__incident",
    )


def narrow_openings(actor: Actor, *, show: str = "") -> QuerySet[EmergencyOpening]:
    """The part of the list that somebody wants to see; codes as OpeningsFilter offers them."""
    waiting = ~Q(status=EmergencyStatus.REVIEWED)
    wanted = {
        "waiting": waiting,
        "overdue": waiting & Q(review_due_at__lt=timezone.now()),
        "reviewed": ~waiting,
        "mine": Q(opened_by=actor.holder_id),
    }
    return openings(actor).filter(wanted.get(show, Q()))


def to_review(actor: Actor) -> QuerySet[EmergencyOpening]:
    """What waits for the actor's own review; nothing for those who review nothing."""
    mine = Q(pk__in=())
    if actor.holds(Role.AGENCY_LEAD):
        mine |= Q(agency=actor.agency_id)
    if actor.holds(Role.COORDINATOR):
        mine |= Q(by_partnership=True)
    found = openings(actor).filter(mine).exclude(opened_by__user=actor.user_id)
    return found.exclude(status=EmergencyStatus.REVIEWED)


def running_openings(actor: Actor) -> list[EmergencyOpening]:
    """What the actor reads in an emergency now. Nothing is asked for those who opened nothing."""
    if not actor.emergencies:
        return []
    mine = openings(actor).filter(
        opened_by=actor.holder_id, dossier__in=actor.emergencies, until__gt=timezone.now()
    )
    return list(mine.order_by("until", "pk"))


def case_named(reference: str) -> Request | Share | None:
    """The case of a reference, in nobody's scope: the vault then says whether the agency holds it."""
    for table in (Request, Share):
        found = table.objects.filter(reference=reference, dossier__destroyed_at=None)
        if case := found.select_related("dossier").first():
            return case
    return None


def desks_holding(agency_id: UUID, dossier: Dossier) -> list[UUID]:
    """The agency's desks that hold something of a case: they are told."""
    grants = Grant.objects.filter(
        safe__dossier=dossier, holder_kind=HolderKind.DESK, revocation=None
    )
    found = Desk.objects.filter(agency=agency_id, pk__in=grants.values("holder_id"))
    return [one.pk for one in found.order_by("pk") if one.is_genuine()]


def answerable_for(agency_id: UUID, dossier_id: UUID) -> list[Membership]:
    """Leads and officers of an agency and the coordinators, but who must not learn of the case."""
    kept_out = vault_queries.kept_from_case(dossier_id)
    return [one for one in incidents.answerable([agency_id]) if one.user_id not in kept_out]


def has_other_lead(opener: Actor, people: Collection[Membership]) -> bool:
    """Whether somebody else leads the opener's agency."""
    return any(
        one.agency_id == opener.agency_id
        and Role.AGENCY_LEAD in one.role_set
        and one.user_id != opener.user_id
        for one in people
    )


def may_try_again_at(actor: Actor, limit: int) -> datetime | None:
    """When somebody who named too many references in vain may name one again; None if now."""
    missed = AuditEvent.objects.filter(
        event="sharing.emergency.missed", user_id=actor.user_id, at__gt=timezone.now() - HOUR
    )
    times = list(missed.order_by("-at").values_list("at", flat=True)[:limit])
    return times[-1] + HOUR if len(times) >= limit else None


def records_opened(actor: Actor, opening: EmergencyOpening) -> list[Opened]:
    """What of the case the actor may look at, on which pages."""
    case = opening.dossier_id
    sent = requests(actor).filter(dossier=case).order_by("pk")
    shared = Share.objects.filter(visible_shares(actor), dossier=case).order_by("pk")
    asked = asks(actor).filter(request__dossier=case).order_by("pk")
    given = answers(actor).filter(safe__dossier=case).order_by("pk")
    return [*sent, *shared, *asked, *given]


def to_chase(now: datetime) -> QuerySet[EmergencyOpening]:
    """Openings whose review is late, and nobody was told of today. For the system's own sweep."""
    late = EmergencyOpening.objects.filter(review_due_at__lt=now)
    late = late.exclude(status=EmergencyStatus.REVIEWED)
    return late.exclude(chased_at__gt=now - CHASE_EVERY).order_by("review_due_at", "pk")


def opening_by_id(opening_id: UUID) -> EmergencyOpening:
    """For a worker: each reader's own right is checked before anything is sent to them."""
    return EmergencyOpening.objects.select_related("opened_by").get(pk=opening_id)
