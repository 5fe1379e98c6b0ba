"""Who has signed which agreement."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from agencies.access import ActorRequest, guarded, guarded_page
from agencies.policies import anyone, anyone_sees
from agreements import presenters, queries
from agreements.models import Agreement, AgreementTier
from kernel.listing import list_page


@require_safe
@guarded_page(anyone)
def agreements(request: ActorRequest) -> HttpResponse:
    """What the partnership has agreed."""
    listing = list_page(
        queries.agreements(request.actor),
        request.GET,
        sorts={"from": ["in_force_from"], "title": ["title"]},
        default="-from",
        present=presenters.agreement_rows,
    )
    return render(request, "agreements/agreements.html", {"listing": listing})


@require_safe
@guarded(load=queries.agreements, policy=anyone_sees)
def agreement(request: ActorRequest, agreement: Agreement) -> HttpResponse:
    """One agreement: who signed it, and which sectors they stand for."""
    signatures = list(queries.signatures(request.actor, agreement))
    context = {
        "agreement": agreement,
        "tier": AgreementTier(agreement.tier).label,
        "signatures": presenters.signature_rows(signatures),
        "sectors": presenters.sector_rows(signatures),
    }
    return render(request, "agreements/agreement.html", context)
