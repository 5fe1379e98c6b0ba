"""Who may read guidance, ask a designated lead, and answer for one."""

from __future__ import annotations

from django.db.models import Q

from guidance.models import Advice
from guidance.states import ADVICE_WORKFLOW
from kernel.actors import Actor, Role
from kernel.decisions import ALLOW, Decision, deny


def can_read_guidance(actor: Actor) -> Decision:
    """Guidance is for everybody who acts for an agency, at any time."""
    return ALLOW


def can_ask_lead(actor: Actor) -> Decision:
    """Everybody who works with cases may be unsure. A lead asks another lead."""
    if actor.holds(Role.PRACTITIONER, Role.DESK_MEMBER, Role.AGENCY_LEAD):
        return ALLOW
    return deny("not_practitioner", "Your role does not decide about cases. Ask your manager.")


def can_see_advice(actor: Actor) -> Decision:
    """Whoever once asked may read the advice, whatever their role is now."""
    return ALLOW


def visible_advice(actor: Actor) -> Q:
    """One's own questions, and for a lead those to the agency's leads."""
    scope = Q(asker=actor.holder_id)
    if actor.holds(Role.AGENCY_LEAD):
        scope |= Q(agency=actor.agency_id)
    return scope & _not_kept_from(actor)


def advice_behind_decisions(actor: Actor) -> Q:
    """An agency's own: whoever there may read a decision may see what advice it rests on."""
    return Q(agency=actor.agency_id) & _not_kept_from(actor)


def _not_kept_from(actor: Actor) -> Q:
    return ~Q(dossier__in=actor.kept_from) if actor.kept_from else Q()


def can_read_advice(actor: Actor, advice: Advice) -> Decision:
    """Whoever sees a question may open it; the vault gives each what they need to know."""
    return ALLOW


def can_answer(actor: Actor, advice: Advice) -> Decision:
    """A designated lead, and not the one who asks."""
    if not actor.holds(Role.AGENCY_LEAD):
        return deny("not_lead", "Only a designated lead of your agency answers this.")
    if advice.asker.user_id == actor.user_id:
        return deny("asker", "You asked this. Another lead of your agency answers it.")
    return ADVICE_WORKFLOW.allows("answer", advice)


def can_finish_answer(actor: Actor, advice: Advice) -> Decision:
    """The page of answering: pressing twice shows what was said, not a refusal."""
    return ALLOW if advice.answered_by_id == actor.holder_id else can_answer(actor, advice)


def has_somebody_to_ask(chosen: bool) -> Decision:
    """A question goes to at least one lead by name; which ones are left may have changed."""
    if chosen:
        return ALLOW
    return deny(
        "no_lead",
        "None of the leads that you chose acts for your agency any more. Choose again, or ring "
        "your manager.",
    )
