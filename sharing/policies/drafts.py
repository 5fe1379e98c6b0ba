"""Who may write, and go on with what was begun."""

from __future__ import annotations

from django.db.models import Q

from kernel.actors import Actor
from kernel.decisions import ALLOW, WRONG_STATE, Decision, deny
from sharing.models import Draft
from sharing.policies.asking import can_ask
from sharing.policies.scopes import not_kept_from
from sharing.states import DRAFT_WORKFLOW, DraftStatus


def visible_drafts(actor: Actor) -> Q:
    """A request's draft is its author's; an answer's draft is everybody's at its desk."""
    own = Q(ask__isnull=True, author=actor.holder_id)
    at_desk = Q(ask__desk__in=actor.desk_ids)
    return (own | at_desk) & not_kept_from(actor, "ask__request__dossier")


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
