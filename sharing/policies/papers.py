"""Who may take copies, note what their own side did with them, and send a word back."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from kernel.actors import Actor
from kernel.decisions import ALLOW, WRONG_STATE, Decision, deny
from kernel.tiers import Tier
from sharing.models import Answer, Copy, Request, Subject
from sharing.policies.scopes import not_kept_from

# A copy that was made is fetched on the day, then taken anew: meanwhile things are put right
FETCHED_WITHIN = timedelta(hours=12)


def can_take_copy(actor: Actor, answer: Answer) -> Decision:
    """Whoever may read an answer may keep it where their agency keeps such records (D17)."""
    return ALLOW


def visible_copies(actor: Actor) -> Q:
    """A copy is for nobody but whoever took it."""
    return Q(taken_by=actor.holder_id) & not_kept_from(actor, "answer__safe__dossier")


def can_see_copy(actor: Actor, copy: Copy) -> Decision:
    """Whoever took it sees how far it is."""
    return ALLOW


def can_fetch_copy(actor: Actor, copy: Copy) -> Decision:
    """For a working day; after that what it was made from may have been put right."""
    if timezone.now() < copy.taken_at + FETCHED_WITHIN:
        return ALLOW
    return deny(WRONG_STATE, "This copy is too old. Open the answer and take a new one.")


def copy_still_holds(reach: Tier | None, tier: int) -> Decision:
    """What was taken back meanwhile is not read from a copy that still lies here."""
    if reach is not None and reach >= tier:
        return ALLOW
    return deny(
        "copy_outlived_its_answer",
        "What this copy was made from is no longer open to you. Ring whoever sent it.",
    )


def visible_notes(actor: Actor) -> Q:
    """What one noted oneself, and what one's own desk stands behind: nobody else's references."""
    own = Q(noted_by=actor.holder_id) | Q(desk__in=actor.desk_ids)
    return own & not_kept_from(actor, "safe__dossier")


def can_note_answer(actor: Actor, answer: Answer) -> Decision:
    """Whoever reads an answer may note where it was filed."""
    return ALLOW


def can_note_request(actor: Actor, asked: Request) -> Decision:
    """Whoever follows a request may note it."""
    return ALLOW


def can_send_word_back(actor: Actor, subject: Subject) -> Decision:
    """Whoever follows the request may tell those who answered what came of it."""
    return ALLOW


def word_back_goes_to_those_who_answered(allowed: bool) -> Decision:
    """A desk that knew nothing of a person learns nothing more about them."""
    if allowed:
        return ALLOW
    return deny("did_not_answer", "Choose desks that know this person and have answered.")
