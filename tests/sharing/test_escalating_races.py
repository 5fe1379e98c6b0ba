"""A dispute and an answer at the same moment: whichever comes second knows of the first."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from django.db import connection

from kernel.actors import Actor
from kernel.decisions import Decision, Denied
from sharing import policies, services
from sharing.models import Ask, Escalation
from sharing.services import StepInput
from sharing.states import AskStatus, EscalationAbout, EscalationLevel
from tests.asks import answer_ask, send_ask
from tests.partnership import Partnership, Player

pytestmark = pytest.mark.django_db(transaction=True)

PAUSE = 20


class Held:
    """A policy that waits, once it has decided, until somebody lets it go."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
        self.reached, self.go = threading.Event(), threading.Event()
        decide = getattr(policies, name)

        def hold(*arguments: object) -> Decision:
            decision: Decision = decide(*arguments)
            self.reached.set()
            assert self.go.wait(PAUSE)
            return decision

        monkeypatch.setattr(policies, name, hold)


def dispute(actor: Actor, ask: Ask, seen: str) -> Escalation:
    return services.escalate(
        actor=actor,
        ask_id=ask.pk,
        about=EscalationAbout.NOT_ANSWERED,
        seen=seen,
        step=StepInput(EscalationLevel.PRACTITIONERS, in_danger=False, why="Silence"),
    )


def beside(act: Callable[[], object]) -> tuple[threading.Thread, list[object]]:
    """Somebody else acts meanwhile; what came of it is in the list afterwards."""
    came: list[object] = []

    def run() -> None:
        try:
            came.append(act())
        except Denied as denied:
            came.append(denied.decision.code)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread, came


def actors(partnership: Partnership) -> tuple[Player, Player]:
    return partnership.asker, partnership.decider


def test_a_dispute_waits_for_an_answer_that_is_being_sent_and_then_says_so(
    partnership: Partnership, monkeypatch: pytest.MonkeyPatch
) -> None:
    asker, decider = actors(partnership)
    ask, actor = send_ask(asker, partnership.police_desk), asker.actor
    held = Held(monkeypatch, "answers_everybody")

    answering, _ = beside(lambda: answer_ask(decider, ask))
    assert held.reached.wait(PAUSE)
    disputing, came = beside(lambda: dispute(actor, ask, AskStatus.WAITING))
    disputing.join(0.5)
    assert disputing.is_alive(), "it did not wait for the answer"
    held.go.set()
    answering.join(PAUSE)
    disputing.join(PAUSE)

    assert came == ["moved_meanwhile"]
    assert not Escalation.objects.exists()


def test_an_answer_waits_for_a_dispute_that_is_being_raised_and_stands_beside_it(
    partnership: Partnership, monkeypatch: pytest.MonkeyPatch
) -> None:
    asker, decider = actors(partnership)
    ask, actor = send_ask(asker, partnership.police_desk), asker.actor
    held = Held(monkeypatch, "can_escalate")

    disputing, came = beside(lambda: dispute(actor, ask, AskStatus.WAITING))
    assert held.reached.wait(PAUSE)
    answering, _ = beside(lambda: answer_ask(decider, ask))
    answering.join(0.5)
    held.go.set()
    disputing.join(PAUSE)
    answering.join(PAUSE)

    assert [type(one) for one in came] == [Escalation]
    ask.refresh_from_db()
    assert ask.status == AskStatus.ANSWERED
