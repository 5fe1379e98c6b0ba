"""Who may read what was answered."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q

from kernel.actors import Actor
from kernel.decisions import ALLOW, Decision
from sharing.models import Recall
from sharing.policies.scopes import in_emergency, not_kept_from


def visible_answers(actor: Actor) -> Q:
    """Either end of an answer, and everybody to whom it was addressed and is not recalled from."""
    still = Q(recipients__recall__isnull=True)
    taken_from = Recall.objects.filter(recipient__answer=OuterRef("pk"))
    me, desk = Q(recipient__membership=actor.holder_id), Q(recipient__desk__in=actor.desk_ids)
    ends = (
        Q(recipients__membership=actor.holder_id) & still
        | Q(recipients__desk__in=actor.desk_ids) & still
        | Q(ask__desk__in=actor.desk_ids)
        | Q(ask__request__asked_by=actor.holder_id) & ~Q(Exists(taken_from.filter(me)))
        | Q(ask__request__asking_desk__in=actor.desk_ids) & ~Q(Exists(taken_from.filter(desk)))
        | Q(share__shared_by=actor.holder_id)
        | Q(share__from_desk__in=actor.desk_ids)
    )
    return (ends | _in_emergency(actor)) & not_kept_from(actor, "safe__dossier")


def _in_emergency(actor: Actor) -> Q:
    """What one's own agency gave or was given, in cases that one opened in an emergency."""
    agency = actor.agency_id
    at_ours = Q(recipient__membership__agency=agency) | Q(recipient__desk__agency=agency)
    taken = Recall.objects.filter(at_ours, recipient__answer=OuterRef("pk"))
    given = Q(recipients__membership__agency=agency) | Q(recipients__desk__agency=agency)
    ours = (
        given & Q(recipients__recall__isnull=True)
        | Q(ask__desk__agency=agency)
        | Q(ask__request__asking_agency=agency) & ~Q(Exists(taken))
        | Q(share__from_agency=agency)
    )
    return in_emergency(actor, "safe__dossier", ours)


def can_read_answer(actor: Actor, answer: object) -> Decision:
    """Whoever sees an answer may open it; the vault gives each what they need to know."""
    return ALLOW
