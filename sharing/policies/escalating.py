"""Who may dispute what a desk did or did not do, and who takes part in settling it."""

from __future__ import annotations

from django.db.models import Q

from kernel.actors import Actor
from kernel.decisions import ALLOW, WRONG_STATE, Decision, deny
from sharing.models import Ask, Escalation
from sharing.policies.scopes import not_kept_from
from sharing.states import ESCALATION_WORKFLOW, EscalationLevel


def visible_either_side(actor: Actor) -> Q:
    """Asks at either end of which the actor stands."""
    ends = (
        Q(desk__in=actor.desk_ids)
        | Q(request__asked_by=actor.holder_id)
        | Q(request__asking_desk__in=actor.desk_ids)
    )
    return ends & not_kept_from(actor, "request__dossier")


def visible_escalations(actor: Actor) -> Q:
    """Those about asks at either end of which the actor stands, and those they were brought into."""
    part = (
        Q(parties__membership=actor.holder_id)
        | Q(raised_by=actor.holder_id)
        | Q(ask__desk__in=actor.desk_ids)
        | Q(ask__request__asked_by=actor.holder_id)
        | Q(ask__request__asking_desk__in=actor.desk_ids)
    )
    return part & not_kept_from(actor, "ask__request__dossier")


def can_list_escalations(actor: Actor) -> Decision:
    """Whoever takes part in none sees an empty list."""
    return ALLOW


def can_escalate(actor: Actor, ask: Ask) -> Decision:
    """Either side, at any time: nobody has to wait until a limit has passed, or until danger is proven."""
    return ALLOW


def can_see_escalation(actor: Actor, escalation: Escalation) -> Decision:
    return ALLOW


def can_go_on(actor: Actor, escalation: Escalation) -> Decision:
    """Whoever takes part writes down what came of a level, and takes it to the next."""
    return ESCALATION_WORKFLOW.allows("take further", escalation)


def can_withdraw(actor: Actor, escalation: Escalation) -> Decision:
    """The side that raised it takes it back."""
    if actor.agency_id != escalation.agency_id:
        return deny(
            "other_side",
            "The other side raised this. Write down what came of it, and they can take it back.",
        )
    return ESCALATION_WORKFLOW.allows("withdraw", escalation)


def has_not_moved(seen: str, now: str) -> Decision:
    """What somebody disputes may change while they write."""
    if seen == now:
        return ALLOW
    return deny(
        "moved_meanwhile",
        "The desk has moved this on while you wrote. Read what it did, then decide whether to go on.",
    )


def can_reach_level(at: EscalationLevel, to: EscalationLevel, in_danger: bool) -> Decision:
    """One level after the other; danger may pass over some."""
    if to not in at.above:
        return deny(WRONG_STATE, "Somebody has taken this further in the meantime.")
    if to == at.above[0] or in_danger:
        return ALLOW
    return deny(
        "passes_over",
        "Take it to the next level, or say that a child may be in danger: then levels may be "
        "passed over.",
    )
