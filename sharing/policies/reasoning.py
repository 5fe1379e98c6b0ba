"""How much of the reasoning of a decision somebody is shown."""

from __future__ import annotations

from kernel.actors import Actor
from kernel.decisions import ALLOW, Decision, deny
from sharing.models import Answer


def can_see_both_sides(actor: Actor, answer: Answer) -> Decision:
    """Why it was asked, and what the family knows, is for its two ends; others were sent the answer."""
    case = answer.case
    ends = {answer.from_desk.pk if answer.from_desk else None}
    ends.add(getattr(case, "asking_desk_id", None))
    people = {getattr(case, "asked_by_id", None), getattr(case, "shared_by_id", None)}
    if actor.membership_id in people or ends & actor.desk_ids:
        return ALLOW
    return deny(
        "not_an_end", "Why it was asked is known to those who asked and those who answered."
    )
