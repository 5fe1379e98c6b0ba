"""Who may open a case in an emergency, who ends that early, and who reviews it afterwards.

What may be opened is the vault's rule (`vault.emergency`): what one's own agency holds of the case.
"""

from __future__ import annotations

from django.db.models import Q

from kernel.actors import Actor, Role
from kernel.decisions import ALLOW, WRONG_STATE, Decision, deny
from sharing.models import EmergencyOpening
from sharing.policies.scopes import not_kept_from
from sharing.states.emergency import EMERGENCY_WORKFLOW, EmergencyStatus

_WORKS_WITH_CASES = (Role.PRACTITIONER, Role.DESK_MEMBER, Role.AGENCY_LEAD)
REVIEWERS = (Role.AGENCY_LEAD, Role.COORDINATOR)
_ANSWERS_FOR_AGENCY = (Role.AGENCY_LEAD, Role.DPO)

# What the opening lets read. A protected address, restricted concerns and others' copies and drafts
# are left out, and so is every kind of safe that nobody thought of here.
KINDS = frozenset({"NARRATIVE", "IDENTITY", "AROUND", "ANSWER", "ATTACHMENT", "WORD_BACK"})


def can_open_in_emergency(actor: Actor) -> Decision:
    """Everybody who works with families, cleared or not: a child may be in danger (D17)."""
    if actor.holds(*_WORKS_WITH_CASES):
        return ALLOW
    return deny(
        "not_practitioner",
        "Your role does not open cases, in an emergency either. Ring a practitioner or your desk; "
        "if a child may be in danger, call 999.",
    )


def can_list_openings(actor: Actor) -> Decision:
    """Everybody sees their own openings and those they answer for."""
    return ALLOW


def visible_openings(actor: Actor) -> Q:
    """One's own; those of one's agency for leads and officers, of one's desk; all for coordinators."""
    scope = Q(opened_by=actor.holder_id) | Q(desks__overlap=list(actor.desk_ids))
    if actor.holds(*_ANSWERS_FOR_AGENCY):
        scope |= Q(agency=actor.agency_id)
    if actor.holds(Role.COORDINATOR):
        scope = Q()
    return scope & not_kept_from(actor, "dossier")


def can_read_opening(actor: Actor, opening: EmergencyOpening) -> Decision:
    """Whoever is told of an opening may look at it; the vault gives the words to whom they are for."""
    return ALLOW


def can_end(actor: Actor, opening: EmergencyOpening) -> Decision:
    """Whoever opened it, and whoever answers for the agency or the partnership."""
    leads = actor.holds(Role.AGENCY_LEAD) and opening.agency_id == actor.agency_id
    if opening.opened_by_id == actor.membership_id or leads or actor.holds(Role.COORDINATOR):
        return EMERGENCY_WORKFLOW.allows("end", opening)
    return deny("not_responsible", "Whoever opened it, their lead or the coordinator ends it.")


def can_review(actor: Actor, opening: EmergencyOpening) -> Decision:
    """A lead of the agency who did not open it; where there is none, or none did, the coordinator."""
    if opening.opened_by.user_id == actor.user_id:
        return deny("opener", "You opened this. Somebody else reviews it.")
    if not _reviews(actor, opening):
        return deny("not_reviewer", "A lead of the agency reviews this.")
    if opening.status == EmergencyStatus.REVIEWED:
        return deny(WRONG_STATE, "This was reviewed already.")
    return EMERGENCY_WORKFLOW.allows("review", opening)


def can_finish_review(actor: Actor, opening: EmergencyOpening) -> Decision:
    """The page of reviewing: pressing twice shows what was found, not a refusal."""
    review = getattr(opening, "review", None)
    if review and review.reviewed_by_id == actor.membership_id:
        return ALLOW
    return can_review(actor, opening)


def _reviews(actor: Actor, opening: EmergencyOpening) -> bool:
    if actor.holds(Role.AGENCY_LEAD) and opening.agency_id == actor.agency_id:
        return True
    return opening.by_partnership and actor.holds(Role.COORDINATOR)
