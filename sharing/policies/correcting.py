"""Who puts an item right, and who says that they know."""

from __future__ import annotations

from django.db.models import Q

from kernel.actors import Actor
from kernel.decisions import ALLOW, WRONG_STATE, Decision, deny
from sharing.models import Acknowledgement, Item
from sharing.policies.scopes import not_kept_from


def gave_to(actor: Actor, answer: str = "") -> Q:
    """What the actor or the actor's desk gave; `answer` is the way to the answer."""
    way = f"{answer}__" if answer else ""
    return (
        Q(**{f"{way}decided_by": actor.holder_id})
        | Q(**{f"{way}ask__desk__in": actor.desk_ids})
        | Q(**{f"{way}share__shared_by": actor.holder_id})
        | Q(**{f"{way}share__from_desk__in": actor.desk_ids})
    )


def gave_items(actor: Actor) -> Q:
    """Items in answers that the actor, or the actor's desk, gave."""
    return gave_to(actor, "answer") & not_kept_from(actor, "answer__safe__dossier")


def can_put_right(actor: Actor, item: Item) -> Decision:
    """Its author and the desk behind it, once: afterwards the text in its place can be put right."""
    if hasattr(item, "withdrawal"):
        return deny(WRONG_STATE, "This was withdrawn already.")
    if hasattr(item, "correction"):
        return deny(WRONG_STATE, "This was corrected already. Correct the text in its place.")
    return ALLOW


def visible_acknowledgements(actor: Actor) -> Q:
    """What was asked of the actor in person or of the actor's desks, while it is still theirs."""
    mine = Q(recipient__membership=actor.holder_id) | Q(recipient__desk__in=actor.desk_ids)
    return (
        mine
        & Q(recipient__recall__isnull=True)
        & not_kept_from(actor, "recipient__answer__safe__dossier")
    )


def can_acknowledge(actor: Actor, row: Acknowledgement) -> Decision:
    """Any addressee, for oneself or one's desk; a second press changes nothing."""
    return ALLOW
