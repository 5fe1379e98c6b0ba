"""What every scope of case records leaves out, and what an emergency opening lets in."""

from __future__ import annotations

from django.db.models import Q

from kernel.actors import Actor


def not_kept_from(actor: Actor, dossier: str) -> Q:
    """Records but those of cases that the actor must not learn of; `dossier` is the way there.

    Nearly nobody is kept from anything, and then nothing is asked of the database.
    """
    return ~Q(**{f"{dossier}__in": actor.kept_from}) if actor.kept_from else Q()


def in_emergency(actor: Actor, dossier: str, ours: Q) -> Q:
    """Records of one's own agency in cases that one opened in an emergency; `dossier` is the way there.

    `ours` says which are the agency's. Nearly nobody has opened anything: then it asks nothing.
    """
    return Q(**{f"{dossier}__in": actor.emergencies}) & ours if actor.emergencies else Q(pk__in=())
