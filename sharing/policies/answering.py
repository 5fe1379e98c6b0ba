"""Who may answer for a desk."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db.models import Q

from kernel.actors import Actor
from kernel.decisions import ALLOW, WRONG_STATE, Decision, deny
from sharing.models import Ask
from sharing.policies.scopes import in_emergency, not_kept_from
from sharing.states import ASK_WORKFLOW, AskStatus


def can_work_at_desk(actor: Actor) -> Decision:
    """Desk members have a queue."""
    if actor.desk_ids:
        return ALLOW
    return deny("not_at_desk", "You have no seat at an information-sharing desk.")


def visible_asks(actor: Actor) -> Q:
    """What was asked of one's desks; to read, what one opened in an emergency."""
    opened = in_emergency(actor, "request__dossier", Q(desk__agency=actor.agency_id))
    return (Q(desk__in=actor.desk_ids) | opened) & not_kept_from(actor, "request__dossier")


def can_read_ask(actor: Actor, ask: Ask) -> Decision:
    """Whoever sits at the desk may read what it was asked."""
    return ALLOW


def can_claim(actor: Actor, ask: Ask) -> Decision:
    """Somebody at the desk takes a waiting request on."""
    return _works_on(actor, ask) and ASK_WORKFLOW.allows("claim", ask)


def can_take_over(actor: Actor, ask: Ask) -> Decision:
    """A colleague goes on with what somebody else had claimed: nobody's absence stops an answer."""
    moved = _works_on(actor, ask) and ASK_WORKFLOW.allows("take over", ask)
    if moved and ask.claimed_by_id == actor.membership_id:
        return deny(WRONG_STATE, "You are already answering this")
    return moved


def can_put_back(actor: Actor, ask: Ask) -> Decision:
    """Whoever claimed it may give it back to the queue."""
    if ask.status == AskStatus.CLAIMED and ask.claimed_by_id != actor.membership_id:
        return deny(
            "not_claimant", "Somebody else at your desk is answering this. You can take it over."
        )
    return _works_on(actor, ask) and ASK_WORKFLOW.allows("put back", ask)


def can_answer(actor: Actor, ask: Ask) -> Decision:
    """Anybody at the desk but the asker; claiming first is a courtesy to colleagues, not a gate."""
    return _works_on(actor, ask) and ASK_WORKFLOW.allows("answer", ask)


def can_finish_answer(actor: Actor, ask: Ask) -> Decision:
    """The last page of answering: pressing twice shows what was sent, not a refusal."""
    return ALLOW if ask.status == AskStatus.ANSWERED else can_answer(actor, ask)


def answers_everybody(asked_about: Collection[UUID], answered: Collection[UUID]) -> Decision:
    """Each person asked about gets exactly one answer; nobody is passed over in silence."""
    if len(answered) == len(asked_about) and set(answered) == set(asked_about):
        return ALLOW
    return deny("incomplete", "Answer for each person that you were asked about.")


def _works_on(actor: Actor, ask: Ask) -> Decision:
    """Somebody with a seat; and who answers is not who asked, whichever agency they act for now."""
    if ask.desk_id not in actor.desk_ids:
        return deny(
            "not_at_desk",
            "You opened this in an emergency, and only to read it. Ring the desk or its lead. What "
            "you do or say by telephone yourself, you can log.",
        )
    if ask.request.asked_by.user_id == actor.user_id:
        return deny("asker", "You asked this. Somebody else at the desk answers it.")
    return ALLOW
