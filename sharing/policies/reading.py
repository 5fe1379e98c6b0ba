"""Who may read what was answered."""

from __future__ import annotations

from django.db.models import Q

from kernel.actors import Actor
from kernel.decisions import ALLOW, Decision
from sharing.policies.scopes import not_kept_from


def visible_answers(actor: Actor) -> Q:
    """Either end of an answer, and everybody to whom it was addressed."""
    ends = (
        Q(recipients__membership=actor.holder_id)
        | Q(recipients__desk__in=actor.desk_ids)
        | Q(ask__desk__in=actor.desk_ids)
        | Q(ask__request__asked_by=actor.holder_id)
        | Q(ask__request__asking_desk__in=actor.desk_ids)
        | Q(share__shared_by=actor.holder_id)
        | Q(share__from_desk__in=actor.desk_ids)
    )
    return ends & not_kept_from(actor, "safe__dossier")


def can_read_answer(actor: Actor, answer: object) -> Decision:
    """Whoever sees an answer may open it; the vault gives each what they need to know."""
    return ALLOW
