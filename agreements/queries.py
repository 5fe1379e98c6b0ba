"""Reading agreements and who has signed them."""

from __future__ import annotations

from django.db.models import QuerySet

from agreements.models import Agreement, Signature
from kernel.actors import Actor


def agreements(actor: Actor) -> QuerySet[Agreement]:
    """Everybody who acts for an agency may read what the partnership has agreed."""
    if not actor.is_person:
        return Agreement.objects.none()
    known = Agreement.objects.prefetch_related("signatures")
    return known.order_by("-in_force_from", "title", "pk")


def signatures(actor: Actor, agreement: Agreement) -> QuerySet[Signature]:
    """Who signed, for which agency and sector, by agency."""
    found = Signature.objects.filter(agreement__in=agreements(actor), agreement=agreement)
    return found.select_related("agency").order_by("agency__name", "signatory_name", "pk")
