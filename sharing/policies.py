"""Who may see requests and answers, and who may do what with them.

Seeing a record shows its clear columns only; words come out of the vault, which asks for itself.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from uuid import UUID

from django.db.models import Q

from agencies.models import Desk
from kernel.actors import Actor, Role
from kernel.decisions import ALLOW, WRONG_STATE, Decision, deny
from sharing.models import Ask, Draft, Request
from sharing.states import ASK_WORKFLOW, DRAFT_WORKFLOW, AskStatus, DraftStatus

_WORKS_WITH_CASES = (Role.PRACTITIONER, Role.DESK_MEMBER, Role.AGENCY_LEAD)


def can_ask(actor: Actor) -> Decision:
    """Everybody who works with families may ask. No clearance is needed: asking protects children."""
    if actor.holds(*_WORKS_WITH_CASES):
        return ALLOW
    return deny(
        "not_practitioner", "Your role does not send requests. Ask a practitioner or your desk."
    )


def can_follow(actor: Actor) -> Decision:
    """Whoever once asked may follow it, whatever their role is now."""
    return ALLOW


def can_find(actor: Actor) -> Decision:
    """Everybody who works with families finds again what their agency was told, as far as they may."""
    if actor.holds(*_WORKS_WITH_CASES):
        return ALLOW
    return deny("not_practitioner", "Your role does not look for people. Ask your desk.")


def can_see_home(actor: Actor) -> Decision:
    """Everybody who acts for an agency has a home page."""
    return ALLOW


def can_work_at_desk(actor: Actor) -> Decision:
    """Desk members have a queue."""
    if actor.desk_ids:
        return ALLOW
    return deny("not_at_desk", "You have no seat at an information-sharing desk.")


def visible_drafts(actor: Actor) -> Q:
    """A request's draft is its author's; an answer's draft is everybody's at its desk."""
    own = Q(ask__isnull=True, author=actor.holder_id)
    return own | Q(ask__desk__in=actor.desk_ids)


def visible_requests(actor: Actor) -> Q:
    """One's own, and those that one's own desk stands behind."""
    return Q(asked_by=actor.holder_id) | Q(asking_desk__in=actor.desk_ids)


def visible_asks(actor: Actor) -> Q:
    """What was asked of one's desks."""
    return Q(desk__in=actor.desk_ids)


def visible_answers(actor: Actor) -> Q:
    """Either end of an answer, and everybody to whom it was addressed."""
    return (
        Q(recipients__membership=actor.holder_id)
        | Q(recipients__desk__in=actor.desk_ids)
        | Q(ask__desk__in=actor.desk_ids)
        | Q(ask__request__asked_by=actor.holder_id)
        | Q(ask__request__asking_desk__in=actor.desk_ids)
    )


def can_read_request(actor: Actor, info_request: Request) -> Decision:
    """Whoever sees a request may follow it."""
    return ALLOW


def can_read_own_ask(actor: Actor, ask: Ask) -> Decision:
    """Whoever sees a request may read what each desk answered, as far as the vault gives it."""
    return ALLOW


def can_read_ask(actor: Actor, ask: Ask) -> Decision:
    """Whoever sits at the desk may read what it was asked."""
    return ALLOW


def can_read_answer(actor: Actor, answer: object) -> Decision:
    """Whoever sees an answer may open it; the vault gives each what they need to know."""
    return ALLOW


def can_reach_draft(actor: Actor, draft: Draft) -> Decision:
    """A draft that was sent leads to what it became; only one that was given up leads nowhere."""
    if draft.status == DraftStatus.DISCARDED:
        return DRAFT_WORKFLOW.allows("use", draft)
    return can_ask(actor)


def can_edit_draft(actor: Actor, draft: Draft) -> Decision:
    """A draft is written until it is sent or discarded."""
    if draft.status != DraftStatus.OPEN:
        return DRAFT_WORKFLOW.allows("use", draft)
    return can_ask(actor) if draft.ask_id is None else ALLOW


def can_claim(actor: Actor, ask: Ask) -> Decision:
    """Somebody at the desk takes a waiting request on."""
    return _not_the_asker(actor, ask) and ASK_WORKFLOW.allows("claim", ask)


def can_take_over(actor: Actor, ask: Ask) -> Decision:
    """A colleague goes on with what somebody else had claimed: nobody's absence stops an answer."""
    moved = _not_the_asker(actor, ask) and ASK_WORKFLOW.allows("take over", ask)
    if moved and ask.claimed_by_id == actor.membership_id:
        return deny(WRONG_STATE, "You are already answering this")
    return moved


def can_put_back(actor: Actor, ask: Ask) -> Decision:
    """Whoever claimed it may give it back to the queue."""
    if ask.status == AskStatus.CLAIMED and ask.claimed_by_id != actor.membership_id:
        return deny(
            "not_claimant", "Somebody else at your desk is answering this. You can take it over."
        )
    return ASK_WORKFLOW.allows("put back", ask)


def can_answer(actor: Actor, ask: Ask) -> Decision:
    """Anybody at the desk but the asker; claiming first is a courtesy to colleagues, not a gate."""
    return _not_the_asker(actor, ask) and ASK_WORKFLOW.allows("answer", ask)


def can_finish_answer(actor: Actor, ask: Ask) -> Decision:
    """The last page of answering: pressing twice shows what was sent, not a refusal."""
    return ALLOW if ask.status == AskStatus.ANSWERED else can_answer(actor, ask)


def cannot_read_draft() -> Decision:
    """A draft that the vault does not open for this person."""
    return deny(
        "draft_withheld", "Your clearance does not let you read this draft. Ask its author."
    )


def draft_keeps_changing() -> Decision:
    """Others save the same draft again and again: rare, and trying once more helps."""
    return deny(
        WRONG_STATE, "Somebody else is changing this at the same moment. Go back and try again."
    )


def desks_are_open(all_open: bool) -> Decision:
    """A desk may close between writing and sending."""
    if all_open:
        return ALLOW
    return deny(WRONG_STATE, "A desk that you chose no longer takes requests. Choose another one.")


def desks_are_genuine(desks: Iterable[Desk]) -> Decision:
    """Under a name that somebody wrote into the database, words would go to the wrong people."""
    if all(desk.is_genuine() and desk.agency.is_genuine() for desk in desks):
        return ALLOW
    return deny(
        "forged_row",
        "The directory's entry of a desk that you chose was changed from outside the portal, so "
        "nothing can be sent there. What you wrote is kept. Ring the agency on a number that you "
        "know, and tell whoever looks after the portal.",
    )


def answers_everybody(asked_about: Collection[UUID], answered: Collection[UUID]) -> Decision:
    """Each person asked about gets exactly one answer; nobody is passed over in silence."""
    if len(answered) == len(asked_about) and set(answered) == set(asked_about):
        return ALLOW
    return deny("incomplete", "Answer for each person that you were asked about.")


def _not_the_asker(actor: Actor, ask: Ask) -> Decision:
    """Who answers is not who asked, whichever agency they act for now."""
    if ask.request.asked_by.user_id == actor.user_id:
        return deny("asker", "You asked this. Somebody else at the desk answers it.")
    return ALLOW
