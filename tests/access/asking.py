"""A request, sent the way the services send it."""

from __future__ import annotations

from django.utils import timezone

from consent.services import FamilyAccount
from consent.states import Consent, Told
from kernel.tiers import Tier
from people.identity import Identity, PersonKind
from sharing import queries, services
from sharing.models import Request
from sharing.services import RequestInput
from sharing.states import Category, Urgency
from tests.partnership import Partnership


def request_about(partnership: Partnership, *first_names: str) -> Request:
    """The asker asks the police desk about children."""
    actor = partnership.asker.actor
    purpose = queries.purposes(timezone.localdate()).first()
    assert purpose is not None
    draft = services.begin_request(actor=actor)
    wanted = RequestInput(
        people=[Identity(PersonKind.CHILD, name, "Roundabout") for name in first_names],
        desks={partnership.police_desk.pk: list(range(len(first_names)))},
        purpose_id=purpose.pk,
        tier=Tier.SENSITIVE,
        categories=[Category.CONCERNS],
        urgency=Urgency.AMBER,
        why="A worry in words",
        family=FamilyAccount(Told.TOLD, Consent.NOT_RELIED_ON),
    )
    return services.send_request(actor=actor, draft_id=draft.pk, wanted=wanted)
