"""Who may keep what: every policy against every person."""

from __future__ import annotations

from typing import Any

import pytest

from agencies import policies
from kernel.actors import Role
from kernel.decisions import WRONG_STATE
from kernel.tiers import Tier
from tests.agencies.conftest import membership_of
from tests.partnership import Partnership, Player, add_person

EVERYBODY = [
    "asker", "asking_colleague", "decider", "colleague", "uncleared",
    "outsider", "lead", "coordinator", "dpo", "other_lead",
]  # fmt: skip
MAY = {
    "keep the directory": {"coordinator"},
    "edit the police's entry": {"coordinator"},
    "keep the police's desks": {"lead", "coordinator"},
    "see the police's people": {"lead", "coordinator"},
    "invite to the police": {"lead", "coordinator"},
    "invite a practitioner to the police": {"lead"},
    "invite a lead to the police": {"lead", "coordinator"},
    "make a coordinator at the police": set(),
    "see the decider's membership": {"lead", "decider"},
    "see the lead's membership": {"lead", "coordinator"},
    "change the decider": {"lead"},
    "change the lead": {"coordinator"},
}


def ask(question: str, person: Player, world: Partnership) -> Any:
    actor, police = person.actor, world.police
    decider, lead = membership_of(world.decider), membership_of(world.lead)
    return {
        "keep the directory": lambda: policies.can_keep_directory(actor),
        "edit the police's entry": lambda: policies.can_edit_agency(actor, police),
        "keep the police's desks": lambda: policies.can_keep_desks(actor, police),
        "see the police's people": lambda: policies.can_see_people(actor, police),
        "invite to the police": lambda: policies.can_invite(actor, police),
        "invite a practitioner to the police": lambda: (
            policies.can_invite(actor, police)
            and policies.can_offer(actor, police, [Role.PRACTITIONER])
        ),
        "invite a lead to the police": lambda: (
            policies.can_invite(actor, police)
            and policies.can_offer(actor, police, [Role.AGENCY_LEAD])
        ),
        "make a coordinator at the police": lambda: policies.can_give(
            actor, police, [Role.COORDINATOR]
        ),
        "see the decider's membership": lambda: policies.can_see_member(actor, decider),
        "see the lead's membership": lambda: policies.can_see_member(actor, lead),
        "change the decider": lambda: policies.can_change_member(actor, decider),
        "change the lead": lambda: policies.can_change_member(actor, lead),
    }[question]()


@pytest.mark.parametrize("question", MAY)
def test_only_those_named_may(partnership: Partnership, question: str) -> None:
    partnership.other_lead = add_person(
        "Other Lead", partnership.charity, Role.AGENCY_LEAD, tier=Tier.SENSITIVE
    )

    decisions = {who: ask(question, getattr(partnership, who), partnership) for who in EVERYBODY}

    assert {who for who, decision in decisions.items() if decision} == MAY[question]
    assert all(decision or decision.reason for decision in decisions.values())


def test_only_coordinators_make_coordinators_and_only_in_the_partnership(
    partnership: Partnership,
) -> None:
    board = membership_of(partnership.coordinator).agency
    lead_only = add_person("Board Lead", board, Role.AGENCY_LEAD)

    assert policies.can_give(partnership.coordinator.actor, board, [Role.COORDINATOR])
    assert not policies.can_give(lead_only.actor, board, [Role.COORDINATOR])


def test_nobody_changes_somebody_who_has_left(partnership: Partnership) -> None:
    member = membership_of(partnership.decider)
    member.ended_at = member.joined_at

    assert policies.can_change_member(partnership.lead.actor, member).code == WRONG_STATE
