"""Who may let somebody in anew who lost their devices: two others, who both answer for it.

One asks, who has made sure who the person is; another agrees. Nobody takes part in their own. In
an agency of one the coordinator asks, and another coordinator agrees. Only where the partnership
has nobody else at all does the coordinator who asked also agree: a child's practitioner is not
shut out for want of a second officer, and the record shows one name twice.
"""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils import timezone

from agencies import policies, queries
from agencies.models import DeviceReset, Membership
from kernel.actors import Actor, Role
from kernel.attestation import FORGED
from kernel.decisions import ALLOW, WRONG_STATE, Decision, deny

_OWN = deny(
    "own_device",
    "You cannot reset your own devices. Ask another lead of your agency, or the coordinator.",
)


def resets(actor: Actor) -> QuerySet[DeviceReset]:
    """A lead sees those of their agency's people; a coordinator, who may be the second, sees all."""
    found = DeviceReset.objects.select_related(
        "membership__user",
        "membership__agency",
        "asked_by__user",
        "confirmed_by__user",
        "cancelled_by__user",
    )
    if actor.holds(Role.COORDINATOR):
        return found
    if actor.holds(Role.AGENCY_LEAD):
        return found.filter(membership__agency=actor.agency_id)
    return found.none()


def waiting(actor: Actor) -> QuerySet[DeviceReset]:
    """Those that somebody may still agree to, the newest first."""
    found = resets(actor).filter(confirmed_at=None, cancelled_at=None)
    return found.order_by("-asked_at", "pk")


def can_see(actor: Actor) -> Decision:
    """The list is for those who may be the second person."""
    if actor.holds(Role.COORDINATOR) or actor.holds(Role.AGENCY_LEAD):
        return ALLOW
    return deny("not_manager", "Only leads and the coordinator reset lost devices.")


def can_ask(actor: Actor, membership: Membership) -> Decision:
    """Who keeps somebody's membership may ask: a lead, or the coordinator for a lead."""
    if membership.user_id == actor.user_id:
        return _OWN
    return policies.can_change_member(actor, membership)


def can_confirm(actor: Actor, reset: DeviceReset) -> Decision:
    """Another lead of the agency, or a coordinator; never who asked, while there is anybody else."""
    may = _can_take_part(actor, reset)
    if not may:
        return may
    if reset.has_expired(timezone.now()):
        return deny(WRONG_STATE, "This was asked for more than a day ago. Ask for it again.")
    if not (reset.is_genuine() and reset.asked_by.is_genuine()):
        return FORGED
    if reset.asked_by.ended_at is not None:
        return deny(WRONG_STATE, "Whoever asked for this has left. Ask for it again.")
    if reset.asked_by.user_id == actor.user_id and not _is_alone(actor, reset):
        return deny("same_person", "You asked for this reset. Somebody else has to agree to it.")
    return ALLOW


def can_cancel(actor: Actor, reset: DeviceReset) -> Decision:
    """Whoever may take part may call it off, who asked for it included."""
    return _can_take_part(actor, reset)


def second_people(reset: DeviceReset) -> list[Membership]:
    """Who could agree: other leads of the agency, and coordinators."""
    involved = {reset.membership.user_id, reset.asked_by.user_id}
    able = [*queries.leads_of(reset.membership.agency_id), *queries.coordinators()]
    by_person = {one.user_id: one for one in able if one.user_id not in involved}
    return list(by_person.values())


def _can_take_part(actor: Actor, reset: DeviceReset) -> Decision:
    if reset.membership.user_id == actor.user_id:
        return _OWN
    agency = reset.membership.agency
    if not (actor.holds(Role.COORDINATOR) or policies.manages(actor, agency)):
        return deny(
            "not_manager", "Only a lead of this person's agency or a coordinator can do this."
        )
    if not reset.waits:
        return deny(WRONG_STATE, "This reset has been dealt with already.")
    return ALLOW


def _is_alone(actor: Actor, reset: DeviceReset) -> bool:
    return actor.holds(Role.COORDINATOR) and not second_people(reset)
