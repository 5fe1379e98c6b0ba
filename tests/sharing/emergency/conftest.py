"""Somebody on duty at night at the police: no seat, no clearance."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from kernel.actors import Role
from kernel.ids import new_id
from sharing.models import Ask, EmergencyOpening
from sharing.services import emergency as services
from sharing.services.emergency import EmergencyInput, Tried
from sharing.states.emergency import EmergencyWhy
from tests.asks import send_ask
from tests.partnership import Partnership, Player, add_person, sign_in

WORDS = "Mother rings from the street, the desk does not answer"


@pytest.fixture
def night(partnership: Partnership) -> Player:
    return add_person("Nora Night", partnership.police, Role.PRACTITIONER)


@pytest.fixture
def ask(partnership: Partnership) -> Ask:
    return send_ask(partnership.asker, partnership.police_desk)


def rush(player: Player, reference: str, **changes: Any) -> Tried:
    """Open a case in an emergency, as the form does."""
    said: dict[str, Any] = {"submission": new_id(), "why": EmergencyWhy.DANGER, "words": WORDS}
    return services.open_in_emergency(
        actor=player.actor, wanted=EmergencyInput(reference=reference, **(said | changes))
    )


def opened(player: Player, ask: Ask) -> EmergencyOpening:
    """An opening that worked."""
    opening = rush(player, ask.request.reference).opening
    assert opening is not None
    return opening


def later(monkeypatch: pytest.MonkeyPatch, **time: int) -> None:
    """Let the clock of the portal go on."""
    moment = timezone.now() + timedelta(**time)
    monkeypatch.setattr(timezone, "now", lambda: moment)


@pytest.fixture
def at_night(night: Player) -> Client:
    return sign_in(night)
