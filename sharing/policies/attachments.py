"""Who may put a file to a request or an answer, and who gets it."""

from __future__ import annotations

from django.db.models import F, Q

from kernel.actors import Actor
from kernel.decisions import ALLOW, WRONG_STATE, Decision, deny
from sharing.models import Ask, Attachment, Request
from sharing.policies.answering import can_answer
from sharing.policies.scopes import not_kept_from
from sharing.states.papers import ATTACHMENT_WORKFLOW, AttachmentStatus

MOST_FILES = 20


def can_attach_to_request(actor: Actor, asked: Request) -> Decision:
    """Whoever follows a request may add what bears on it: for the desks that are asked."""
    return ALLOW


def can_attach_to_answer(actor: Actor, ask: Ask) -> Decision:
    """Whoever may answer adds files while the answer is written: they go when it is sent."""
    return can_answer(actor, ask)


def has_room_for_files(count: int) -> Decision:
    """Enough for a case; each is one more thing that somebody has to read."""
    if count < MOST_FILES:
        return ALLOW
    return deny(WRONG_STATE, f"{MOST_FILES} files are here already. Put several into one PDF.")


def visible_attachments(actor: Actor) -> Q:
    """One's own side's, as they stand; others' once they are checked, and only where they were given.

    Which of these somebody may open, the vault decides: a file is listed to whoever may open it.
    """
    own = Q(added_by=actor.holder_id) | Q(desk__in=actor.desk_ids)
    asked = Q(request__asks__desk__in=actor.desk_ids)
    mine = Q(ask__answers__recipients__membership=actor.holder_id)
    mine |= Q(ask__answers__recipients__desk__in=actor.desk_ids)
    given = mine & Q(ask__answers__subject=F("subject"))
    ready = Q(status=AttachmentStatus.READY)
    return (own | (ready & (asked | given))) & not_kept_from(actor, "safe__dossier")


def can_fetch_attachment(actor: Actor, attachment: Attachment) -> Decision:
    """Nothing comes out before it was checked, not even to whoever added it."""
    if attachment.status == AttachmentStatus.READY:
        return ALLOW
    return deny(WRONG_STATE, "This file is not there to be downloaded.")


def can_remove_attachment(actor: Actor, attachment: Attachment) -> Decision:
    """Until the answer is sent; evidence that desks may have read stays."""
    if not _is_own(actor, attachment):
        return deny("not_yours", "Only the side that added this file can take it back.")
    if attachment.ask is not None:
        return can_answer(actor, attachment.ask) and ATTACHMENT_WORKFLOW.allows(
            "remove", attachment
        )
    if attachment.status == AttachmentStatus.READY:
        return deny(WRONG_STATE, "The desks that are asked have this file already.")
    return ATTACHMENT_WORKFLOW.allows("remove", attachment)


def _is_own(actor: Actor, attachment: Attachment) -> bool:
    return attachment.added_by_id == actor.membership_id or attachment.desk_id in actor.desk_ids
