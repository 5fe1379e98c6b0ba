"""What must not be shown to somebody who is kept from a case: its records, by their keys."""

from __future__ import annotations

from collections.abc import Collection
from itertools import chain
from uuid import UUID

from django.db.models import Q

from incidents.models import Incident
from people.models import AddressRelease, Surrounding
from sharing.models import Answer, Ask, Draft, EmergencyOpening, Escalation, Request, Share
from sharing.queries.righting import righted_in
from vault.models import Exclusion, Grant, Safe


def safes_in(dossiers: Collection[UUID]) -> list[UUID]:
    """Everything sealed in these dossiers, and in the drafts of what lies in them."""
    drafts = Draft.objects.filter(_drafts_in(dossiers))
    own = Safe.objects.filter(dossier__in=dossiers).values_list("pk", flat=True)
    return [*own, *drafts.values_list("safe_id", flat=True)]


def records_in(dossiers: Collection[UUID]) -> list[UUID]:
    """The keys by which the log may name a case: its dossier, its safes and rights, its records."""
    safes = safes_in(dossiers)
    found = (
        Request.objects.filter(dossier__in=dossiers),
        Ask.objects.filter(request__dossier__in=dossiers),
        Share.objects.filter(dossier__in=dossiers),
        Answer.objects.filter(safe__in=safes),
        Draft.objects.filter(_drafts_in(dossiers)),
        EmergencyOpening.objects.filter(dossier__in=dossiers),
        Grant.objects.filter(safe__in=safes),
        Surrounding.objects.filter(safe__in=safes),
        AddressRelease.objects.filter(address__safe__in=safes),
        Escalation.objects.filter(ask__request__dossier__in=dossiers),
        Exclusion.objects.filter(dossier__in=dossiers),
    )
    rows = chain.from_iterable(some.values_list("pk", flat=True) for some in found)
    incidents = Incident.objects.filter(Q(case__in=dossiers) | Q(dossier__in=dossiers))
    wrong = incidents.values_list("pk", flat=True)
    return [*dossiers, *safes, *rows, *righted_in(dossiers), *wrong]


def _drafts_in(dossiers: Collection[UUID]) -> Q:
    return (
        Q(request__dossier__in=dossiers)
        | Q(ask__request__dossier__in=dossiers)
        | Q(share__dossier__in=dossiers)
    )
