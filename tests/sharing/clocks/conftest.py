"""A duty team that takes over from the police desk, and ways to empty or close a desk."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from agencies import services as agencies
from agencies.models import Desk, Terms
from agencies.services import Cover
from kernel.actors import Role
from kernel.clocks import LONDON
from kernel.tiers import Tier
from tests.partnership import (
    Partnership,
    Player,
    add_agency,
    add_desk,
    add_person,
    client_for,
    partnership,
)

__all__ = ["client_for", "partnership"]

# A Wednesday in term at noon, and that night
OPEN = datetime(2026, 11, 25, 12, tzinfo=LONDON)
NIGHT = datetime(2026, 11, 25, 23, tzinfo=LONDON)


@pytest.fixture
def duty(partnership: Partnership) -> Player:
    """Somebody of the emergency duty team, whose desk takes over from the police desk."""
    county, _ = add_agency("Night County")
    desk = add_desk(county, "Emergency duty team", always=True, mailbox="edt@county.example")
    player = add_person("Eddie Tee", county, Role.DESK_MEMBER, desk=desk, tier=Tier.SENSITIVE)
    cover = Cover(always=False, terms=Terms.ALL_YEAR, fallback_id=desk.pk)
    agencies.set_cover(
        actor=partnership.lead.actor, desk_id=partnership.police_desk.pk, cover=cover
    )
    return player


@pytest.fixture
def duty_desk(duty: Player) -> Desk:
    return Desk.objects.get(name="Emergency duty team")


Clock = Callable[[datetime], None]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Sets the portal's clock."""

    def set_to(moment: datetime) -> None:
        monkeypatch.setattr(timezone, "now", lambda: moment.astimezone(UTC))

    return set_to


def away(*players: Player, stand_in: Player | None = None) -> None:
    """They say that they are away from today on."""
    today = timezone.localdate()
    for player in players:
        agencies.say_away(
            actor=player.actor,
            membership_id=player.membership_id,
            from_on=today,
            until_on=today + timedelta(days=3),
            stand_in_id=stand_in.membership_id if stand_in else None,
        )
