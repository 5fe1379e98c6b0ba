"""Tiers, actors, decisions and workflows."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from typing import Any

import pytest
from django.db import models

from kernel.actors import Actor, Role
from kernel.decisions import ALLOW, WRONG_STATE, Denied, deny
from kernel.ids import new_id
from kernel.tiers import Tier
from kernel.workflow import Transition, Workflow
from tests.matrix import assert_allows_exactly


class Status(models.TextChoices):
    SENT = "SENT", "Sent"
    ANSWERED = "ANSWERED", "Answered"
    CLOSED = "CLOSED", "Closed"


WORKFLOW = Workflow(
    Status,
    Transition("answer", {Status.SENT}, Status.ANSWERED),
    Transition("close", {Status.SENT, Status.ANSWERED}, Status.CLOSED),
)
MOVES = {
    ("SENT", "answer", "ANSWERED"),
    ("SENT", "close", "CLOSED"),
    ("ANSWERED", "close", "CLOSED"),
}


class Record:
    """As much of a model as a workflow needs."""

    def __init__(self, status: str) -> None:
        self.status = status
        self.reason = ""
        self.saved: list[str] = []

    def save(self, update_fields: list[str]) -> None:
        self.saved = update_fields


def test_a_tier_includes_every_tier_below_it() -> None:
    assert Tier.SENSITIVE.and_below() == [Tier.ANONYMISED, Tier.PERSONAL, Tier.SENSITIVE]
    assert Tier.ANONYMISED.and_below() == [Tier.ANONYMISED]
    assert Tier.ANONYMISED < Tier.PERSONAL < Tier.SENSITIVE


def test_every_tier_and_role_says_what_it_means() -> None:
    assert all(tier.means and tier.label for tier in Tier)
    assert all(role.label for role in Role)


def test_an_actor_stands_at_the_lowest_clearance_until_somebody_says_more() -> None:
    actor = Actor(user_id=new_id(), membership_id=new_id(), agency_id=new_id())

    assert actor.clearance is Tier.ANONYMISED
    assert not actor.holds(*Role)


def test_an_actor_cannot_be_given_more_afterwards() -> None:
    with pytest.raises(FrozenInstanceError):
        Actor().clearance = Tier.SENSITIVE  # type: ignore[misc]


def test_the_system_is_named_and_is_nobody() -> None:
    actor = Actor.system("purge")

    assert actor.via == "system:purge"
    assert not actor.is_person
    assert (actor.user_id, actor.membership_id, actor.agency_id) == (None, None, None)


def test_holding_one_of_several_roles_is_enough() -> None:
    actor = Actor(roles=frozenset({Role.DESK_MEMBER}))

    assert actor.holds(Role.AGENCY_LEAD, Role.DESK_MEMBER)
    assert not actor.holds(Role.AGENCY_LEAD)


def test_a_refusal_is_false_and_stops_who_requires_it() -> None:
    refusal = deny("not_lead", "Only an agency lead can do this")

    assert not refusal
    with pytest.raises(Denied) as denied:
        refusal.require()
    assert denied.value.decision is refusal


def test_the_text_of_a_refusal_is_its_code_because_texts_reach_logs() -> None:
    assert str(Denied(deny("not_lead", "Only Ann O'Brien can do this"))) == "not_lead"


def test_permission_is_true_and_stops_nobody() -> None:
    assert ALLOW
    ALLOW.require()


def test_a_workflow_allows_exactly_the_moves_in_its_table() -> None:
    assert_allows_exactly(WORKFLOW, MOVES)


@pytest.mark.parametrize("change", [("add", ("CLOSED", "answer", "ANSWERED")), ("drop", None)])
def test_the_matrix_notices_a_move_too_many_or_too_few(change: tuple[str, Any]) -> None:
    kind, move = change
    moves = MOVES | {move} if kind == "add" else MOVES - {("SENT", "close", "CLOSED")}

    with pytest.raises(AssertionError):
        assert_allows_exactly(WORKFLOW, moves)


def test_a_move_saves_only_what_it_changed() -> None:
    record: Any = Record("SENT")

    WORKFLOW.apply("answer", record, reason="x")

    assert (record.status, record.reason) == (Status.ANSWERED, "x")
    assert sorted(record.saved) == ["reason", "status"]


def test_a_move_that_came_too_late_changes_nothing_and_says_what_the_record_is() -> None:
    record: Any = Record("CLOSED")

    with pytest.raises(Denied) as denied:
        WORKFLOW.apply("answer", record, reason="x")

    assert denied.value.decision.code == WRONG_STATE
    assert denied.value.decision.reason == "This is already closed"
    assert (record.status, record.reason, record.saved) == ("CLOSED", "", [])


def test_a_move_that_does_not_exist_is_a_mistake_in_the_program() -> None:
    with pytest.raises(KeyError):
        WORKFLOW.allows("reopen", Record("CLOSED"))


def test_the_diagram_is_drawn_from_the_table() -> None:
    assert WORKFLOW.diagram() == (
        "stateDiagram-v2\n"
        "    SENT: Sent\n"
        "    ANSWERED: Answered\n"
        "    CLOSED: Closed\n"
        "    SENT --> ANSWERED: answer\n"
        "    ANSWERED --> CLOSED: close\n"
        "    SENT --> CLOSED: close\n"
    )
