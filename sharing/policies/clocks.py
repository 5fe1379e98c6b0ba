"""Who may hand a request to a colleague, and when one goes on to the desk's fallback."""

from __future__ import annotations

from django.db.models import Q

from kernel.actors import Actor, Role
from kernel.decisions import ALLOW, Decision, deny
from sharing.models import Ask
from sharing.policies.answering import visible_asks
from sharing.policies.scopes import not_kept_from
from sharing.states import ASK_WORKFLOW


def visible_to_hand_on(actor: Actor) -> Q:
    """What waits at one's desks; for a lead, by reference and clock alone, at all of the agency's."""
    if not actor.holds(Role.AGENCY_LEAD):
        return visible_asks(actor)
    own = Q(desk__agency=actor.agency_id) & not_kept_from(actor, "request__dossier")
    return visible_asks(actor) | own


def can_see_desks_work(actor: Actor) -> Decision:
    """A lead sees how far the agency's desks are, without whom it is about."""
    if actor.holds(Role.AGENCY_LEAD):
        return ALLOW
    return deny("not_lead", "Only a lead of the agency sees how far all of its desks are.")


def can_hand_on(actor: Actor, ask: Ask) -> Decision:
    """A colleague at the desk, or a lead of its agency, gives it to somebody who sits there."""
    leads = actor.holds(Role.AGENCY_LEAD) and ask.desk.agency_id == actor.agency_id
    if ask.desk_id not in actor.desk_ids and not leads:
        return deny("not_at_desk", "Somebody at the desk, or its lead, gives this to a colleague.")
    return ASK_WORKFLOW.allows("hand on", ask)


def can_take(taker: Actor | None, ask: Ask, *, sees_it: bool) -> Decision:
    """Whoever is given a request sits at its desk, may know of it, and did not ask it."""
    if taker is None or not sees_it:
        return deny("no_taker", "This person cannot answer at this desk. Choose somebody else.")
    if taker.user_id == ask.request.asked_by.user_id:
        return deny("asker", "This person asked it. Choose somebody else.")
    return ALLOW


def can_pass_on(ask: Ask, *, nobody_there: bool) -> Decision:
    """A request goes on to the fallback while nobody has taken it and nobody is there to."""
    if not nobody_there:
        return deny("attended", "Somebody is at the desk.")
    return ASK_WORKFLOW.allows("pass on", ask)
