"""People who keep agencies, and those whom they keep."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.hashers import PepperedArgon2Hasher
from agencies import services
from agencies.models import Invitation, Membership
from agencies.services import Offer
from kernel.actors import Role
from kernel.tiers import Tier
from tests.partnership import Partnership, Player, add_person, client_for, partnership

__all__ = ["client_for", "partnership"]


def in_days(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)


def an_offer(**terms: Any) -> Offer:
    """A practitioner's invitation, but for what a test says."""
    usual: dict[str, Any] = {
        "roles": [Role.PRACTITIONER],
        "tier": Tier.PERSONAL,
        "reason": "Works with families",
        "until_on": in_days(200),
        "desk_ids": [],
    }
    return Offer(**usual | terms)


def membership_of(player: Player) -> Membership:
    return Membership.objects.get(pk=player.membership_id)


@pytest.fixture(autouse=True)
def _quick_hashing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The real hasher with little work, for the tests' sake."""
    for name, value in {"time_cost": 1, "memory_cost": 64, "parallelism": 1}.items():
        monkeypatch.setattr(PepperedArgon2Hasher.argon2, name, value, raising=True)


@pytest.fixture
def second_lead(partnership: Partnership) -> Player:
    """Another lead of the police."""
    return add_person("Sec Lead", partnership.police, Role.AGENCY_LEAD, tier=Tier.SENSITIVE)


@pytest.fixture
def invitation(partnership: Partnership) -> Invitation:
    """The police's lead has invited a new practitioner."""
    return services.invite(
        actor=partnership.lead.actor,
        agency_id=partnership.police.pk,
        email="new.colleague@police.example",
        offer=an_offer(),
    )
