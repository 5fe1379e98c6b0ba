"""Who takes a share back, and who says what became of copies."""

from __future__ import annotations

from django.db.models import Q

from kernel.actors import Actor, Role
from kernel.decisions import ALLOW, WRONG_STATE, Decision, deny
from sharing.models import Recall, Recipient
from sharing.policies.correcting import gave_to
from sharing.policies.scopes import not_kept_from

_LEADING = (Role.AGENCY_LEAD, Role.DPO)


def own_answers(actor: Actor) -> Q:
    """Answers that the actor, or the actor's desk, gave."""
    return gave_to(actor) & not_kept_from(actor, "safe__dossier")


def given_recipients(actor: Actor) -> Q:
    """Recipients of what the actor's own side gave."""
    return gave_to(actor, "answer") & not_kept_from(actor, "answer__safe__dossier")


def own_recipients(actor: Actor) -> Q:
    """The rows by which something is addressed to the actor in person or at a desk."""
    mine = Q(membership=actor.holder_id) | Q(desk__in=actor.desk_ids)
    return mine & Q(recall__isnull=True) & not_kept_from(actor, "answer__safe__dossier")


def can_recall(actor: Actor, recipient: Recipient) -> Decision:
    """The sender's side at any time, and whoever received it; once."""
    if hasattr(recipient, "recall"):
        return deny(WRONG_STATE, "This was recalled already.")
    return ALLOW


def visible_recalls(actor: Actor) -> Q:
    """Both ends, and those who answer for the sending agency."""
    sent = gave_to(actor, "recipient__answer")
    if actor.holds(*_LEADING):
        sent |= Q(recipient__answer__ask__desk__agency=actor.agency_id)
        sent |= Q(recipient__answer__share__from_agency=actor.agency_id)
    received = Q(recipient__membership=actor.holder_id) | Q(recipient__desk__in=actor.desk_ids)
    return (sent | received) & not_kept_from(actor, "recipient__answer__safe__dossier")


def can_see_recall(actor: Actor, recall: Recall) -> Decision:
    return ALLOW


def can_confirm_copies(actor: Actor, recall: Recall) -> Decision:
    """Whoever received it says what became of copies, once; nobody says it for them."""
    row = recall.recipient
    if row.membership_id != actor.membership_id and row.desk_id not in actor.desk_ids:
        return deny("not_recipient", "Only whoever received it can say what became of copies.")
    if recall.copies:
        return deny(WRONG_STATE, "This was confirmed already.")
    return ALLOW
