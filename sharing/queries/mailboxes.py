"""Which role mailboxes may be told of a case."""

from __future__ import annotations

from uuid import UUID

from agencies import queries as agencies
from people.models import AddressRelease
from sharing.models import Answer, Ask, EmergencyOpening, Escalation, Recall
from vault import queries as vault_queries


def mailbox_for(desk_id: UUID, dossier_id: UUID) -> str:
    """A desk's role mailbox; empty where somebody sits there who must not learn of the case.

    Whoever sits at a desk reads its mailbox. Then its people are told, each at their own address.
    """
    kept_out = vault_queries.kept_from_case(dossier_id)
    if kept_out and kept_out & {one.user_id for one in agencies.desk_people([desk_id])[desk_id]}:
        return ""
    return agencies.mailbox_of(desk_id)


def dossier_of(about: str, target_id: UUID) -> UUID:
    """The dossier of what a notice points to; `about` as in sharing.notices."""
    dossiers = {
        "ask": Ask.objects.values_list("request__dossier_id", flat=True),
        "own_ask": Ask.objects.values_list("request__dossier_id", flat=True),
        "release": AddressRelease.objects.values_list("address__safe__dossier_id", flat=True),
        "escalation": Escalation.objects.values_list("ask__request__dossier_id", flat=True),
        "emergency": EmergencyOpening.objects.values_list("dossier_id", flat=True),
        "recall": Recall.objects.values_list("recipient__answer__safe__dossier_id", flat=True),
        "answer": Answer.objects.values_list("safe__dossier_id", flat=True),
    }
    found: UUID = dossiers[about].get(pk=target_id)
    return found
