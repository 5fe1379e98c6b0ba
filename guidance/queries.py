"""Reading guidance as it held on a day, and advice in the actor's scope."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet
from django.utils import timezone

from agencies import queries as agencies
from agencies.models import Membership
from guidance import content, policies
from guidance.content import Version
from guidance.matters import Matter
from guidance.models import Addressee, Advice
from guidance.states import AdviceStatus, Topic
from kernel.actors import Actor, Role


def at_hand() -> list[Version]:
    """Each topic as it stands today, for reading beside a decision."""
    return in_force(timezone.localdate())


def in_force(on: date) -> list[Version]:
    """Each topic as it stood on a day."""
    return [found for topic in Topic if (found := content.in_force(topic, on))]


def advice(actor: Actor) -> QuerySet[Advice]:
    """Questions that the actor asked, and for a lead those of their agency."""
    return _in_full(Advice.objects.filter(policies.visible_advice(actor)))


def own_advice(actor: Actor) -> QuerySet[Advice]:
    """What the actor asked."""
    return advice(actor).filter(asker=actor.holder_id)


def advice_to_lead(actor: Actor) -> QuerySet[Advice]:
    """What was asked of the actor as a lead; nothing for everybody else."""
    if not actor.holds(Role.AGENCY_LEAD):
        return Advice.objects.none()
    return advice(actor).exclude(asker__user=actor.user_id)


def count_waiting(actor: Actor) -> int:
    """How many questions wait for the actor as a lead."""
    return advice_to_lead(actor).filter(status=AdviceStatus.WAITING).count()


def advice_behind(
    actor: Actor, about: Collection[UUID], references: Collection[str]
) -> QuerySet[Advice]:
    """Advice that the actor's own agency took over a decision, by its record or its reference."""
    beside = Q(about__in=about) | Q(about_reference__in=references)
    found = Advice.objects.filter(policies.advice_behind_decisions(actor), beside)
    return _in_full(found).order_by("asked_at", "pk")


def _in_full(found: QuerySet[Advice]) -> QuerySet[Advice]:
    leads = Addressee.objects.select_related("lead__user").order_by("lead__user__full_name", "pk")
    return found.select_related(
        "asker__user", "agency", "answered_by__user", "reply"
    ).prefetch_related(Prefetch("addressees", leads))


def leads_to_ask(actor: Actor, matter: Matter | None) -> list[Membership]:
    """The leads of one's own agency but oneself, and those who must not learn of the case."""
    kept_out = matter.kept_out if matter else frozenset()
    leads = agencies.leads_of(actor.member.agency_id)
    return [one for one in leads if one.user_id not in kept_out | {actor.user_id}]


def narrow_advice(actor: Actor, *, status: str = "", whose: str = "") -> QuerySet[Advice]:
    """The part of the list that somebody wants to see; codes as AdviceFilter offers them."""
    mine = Q(asker__user=actor.user_id)
    found = advice(actor).filter({"mine": mine, "others": ~mine}.get(whose, Q()))
    return found.filter(status=status) if status else found
