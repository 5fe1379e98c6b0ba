"""Two agencies and the people who work for them, enough to ask, answer and read."""

from __future__ import annotations

from dataclasses import dataclass

from agencies.models import Desk
from kernel.actors import Actor, Role
from kernel.tiers import Tier
from tests.partnership import Player, add_agency, add_person


@dataclass(frozen=True)
class Partnership:
    """A practitioner who asks, and somebody at the desk that answers."""

    reader: Player
    answerer: Actor
    answering_desk: Desk

    @property
    def asker(self) -> Actor:
        return self.reader.actor


def build(name: str) -> Partnership:
    """Make it in the connected database, under a name of its own."""
    care, care_desk = add_agency(f"Care for the {name}")
    police, police_desk = add_agency(f"Police for the {name}")
    roles = (Role.PRACTITIONER, Role.DESK_MEMBER)
    reader = add_person("Reader", care, *roles, desk=care_desk, tier=Tier.SENSITIVE)
    answerer = add_person("Answerer", police, *roles, desk=police_desk, tier=Tier.SENSITIVE)
    return Partnership(reader, answerer.actor, police_desk)
