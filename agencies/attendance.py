"""When somebody is at a desk, who is away, and who takes over where nobody is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from agencies import queries
from agencies.models import Absence, Desk, Fallback, Membership, Period, Terms
from kernel.actors import Actor
from kernel.clocks import Days, WorkingHours


def periods(desk: Desk | None) -> QuerySet[Period]:
    """The closed days and terms of a desk, or the county's terms; those that are over left out."""
    mine = Period.objects.filter(desk=desk, removed_at=None)
    return mine.filter(until_on__gte=timezone.localdate()).order_by("from_on", "pk")


def periods_seen(actor: Actor) -> QuerySet[Period]:
    """What stands in the calendars of desks that the actor sees, and in the county's."""
    of_desks = Q(desk__in=queries.desks(actor).order_by().values("pk"))
    county = Q(desk__isnull=True) if actor.is_person else Q(pk__in=[])
    found = Period.objects.filter(of_desks | county)
    return found.select_related("desk__agency")


def absences_seen(actor: Actor) -> QuerySet[Absence]:
    """Absences of members whom the actor may see."""
    members = queries.memberships(actor).order_by().values("pk")
    found = Absence.objects.filter(membership__in=members)
    return found.select_related("membership__agency", "membership__user")


def hours_of(desks: Collection[Desk]) -> dict[UUID, WorkingHours]:
    """What the clocks count for each desk: its week, closed days and terms. One query."""
    wanted = Q(desk__in=[one.pk for one in desks]) | Q(desk__isnull=True)
    found: dict[tuple[UUID | None, str], list[Days]] = defaultdict(list)
    for one in Period.objects.filter(wanted, removed_at=None).order_by("from_on"):
        found[one.desk_id, one.kind].append(one.days)
    return {desk.pk: _hours(desk, found) for desk in desks}


def _hours(desk: Desk, found: dict[tuple[UUID | None, str], list[Days]]) -> WorkingHours:
    terms: list[Days] = []
    if desk.terms != Terms.ALL_YEAR:
        keeper = desk.pk if desk.terms == Terms.OWN else None
        terms = found.get((keeper, Period.Kind.TERM), [])
    closed = found.get((desk.pk, Period.Kind.CLOSED), [])
    return replace(desk.hours, closed=tuple(closed), terms=tuple(terms))


def terms_known_until(desk: Desk, hours: WorkingHours) -> date | None:
    """The last day of the last known term of a desk that keeps terms."""
    if desk.terms == Terms.ALL_YEAR:
        return None
    return max((term.last for term in hours.terms), default=date.min)


def fallbacks() -> dict[UUID, Fallback]:
    """Every desk's genuine named fallback, by desk."""
    named = Fallback.objects.filter(to__isnull=False).select_related("to__agency")
    return {one.desk_id: one for one in named if one.is_genuine()}


def chain(desk_id: UUID, named: dict[UUID, Fallback]) -> list[Desk]:
    """The desks that take over one after the other. Ends even if rows were forged into a ring."""
    found: list[Desk] = []
    seen = {desk_id}
    while desk_id in named:
        to = named[desk_id].to
        if to is None or to.pk in seen:
            break
        found.append(to)
        seen.add(to.pk)
        desk_id = to.pk
    return found


def fallbacks_in_use(desks: Iterable[Desk]) -> dict[UUID, Desk]:
    """For each desk the first of its chain that takes requests and at which somebody is today."""
    named = fallbacks()
    chains = {one.pk: [to for to in chain(one.pk, named) if takes_requests(to)] for one in desks}
    empty = unattended({to.pk for chained in chains.values() for to in chained})
    return {
        desk_id: to
        for desk_id, chained in chains.items()
        if (to := next((one for one in chained if one.pk not in empty), None))
    }


def possible_fallbacks(actor: Actor, desk: Desk) -> list[Desk]:
    """The desks that could take over: open, and not themselves falling back on this one."""
    named = fallbacks()
    others = queries.open_desks(actor).exclude(pk=desk.pk)
    return [one for one in others if desk not in chain(one.pk, named)]


def takes_requests(desk: Desk) -> bool:
    """Whether something may be sent to it: open, of an agency that takes part, and genuine."""
    taking_part = desk.is_open and not desk.agency.has_ended(timezone.localdate())
    return taking_part and desk.is_genuine() and desk.agency.is_genuine()


def absences_today(membership_ids: Iterable[UUID]) -> dict[UUID, Absence]:
    """Who of these is away today; of several entries the one that lasts longest."""
    today = timezone.localdate()
    now = Absence.objects.filter(
        membership__in=list(membership_ids), ended_at=None, from_on__lte=today, until_on__gte=today
    )
    return {
        one.membership_id: one
        for one in now.select_related("stand_in__user", "membership__user").order_by("until_on")
    }


def absences_to_come(membership: Membership) -> QuerySet[Absence]:
    """A member's absences that are not over, the nearest first."""
    coming = Absence.objects.filter(membership=membership, ended_at=None)
    found = coming.filter(until_on__gte=timezone.localdate())
    return found.select_related("stand_in__user").order_by("from_on", "pk")


def unattended(desk_ids: Collection[UUID]) -> set[UUID]:
    """The desks at which nobody has a seat, or everybody who has one is away today."""
    seated = queries.desk_people(desk_ids) if desk_ids else {}
    away = absences_today(one.pk for members in seated.values() for one in members)
    return {
        desk_id for desk_id, members in seated.items() if all(one.pk in away for one in members)
    }


def colleagues(membership: Membership) -> list[Membership]:
    """Who sits at the same desks: one of them may stand in."""
    desk_ids = list(membership.seats.filter(ended_at=None).values_list("desk_id", flat=True))
    seated = queries.desk_people(desk_ids) if desk_ids else {}
    found = {one.pk: one for members in seated.values() for one in members}
    found.pop(membership.pk, None)
    return sorted(found.values(), key=lambda one: one.user.full_name)
