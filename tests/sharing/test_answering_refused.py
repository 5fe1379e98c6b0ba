"""Who may not answer, and what happens when two do so at once."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from agencies.models import Membership
from agencies.services.appointing import seat
from audit.models import AuditEvent
from kernel.actors import Role
from kernel.decisions import Denied
from sharing import policies, services
from sharing.models import Answer, Ask
from sharing.services import PersonAnswer
from sharing.states import Outcome
from tests.answer_pages import NOT_KNOWN, Desk, ask, desk
from tests.asks import send_ask
from tests.partnership import OPERATOR, ClientFor, Partnership, Player

__all__ = ["ask", "desk"]


PAGES: list[tuple[str, list[int]]] = [
    ("begin_answer", []),
    ("answer_outcome", [1]),
    ("answer_refusal", [1]),
    ("answer_items", [1]),
    ("answer_item_new", [1]),
    ("answer_recipients", []),
    ("answer_check", []),
    ("answer_discard", []),
]


@pytest.mark.parametrize(("name", "args"), PAGES)
@pytest.mark.parametrize("who", ["asker", "outsider", "lead", "coordinator", "dpo"])
def test_whoever_is_not_at_the_desk_finds_no_page_of_the_answer(
    client_for: ClientFor,
    partnership: Partnership,
    desk: Desk,
    name: str,
    args: list[int],
    who: str,
) -> None:
    client = client_for(getattr(partnership, who))

    assert client.post(desk.url(name, *args)).status_code == 404


@pytest.fixture
def second_hat(partnership: Partnership) -> Player:
    """The asker, who sits at the desk asked as well."""
    member = Membership(
        user=partnership.asker.user, agency=partnership.police, roles=[Role.DESK_MEMBER]
    )
    member.attest().save(force_insert=True)
    seat(member, [partnership.police_desk.pk], actor=OPERATOR)
    return Player(partnership.asker.user, member.pk)


@pytest.mark.parametrize(("name", "args"), PAGES)
def test_who_asked_answers_in_neither_hat(
    client_for: ClientFor, second_hat: Player, desk: Desk, name: str, args: list[int]
) -> None:
    desk.post("answer_outcome", 1, **NOT_KNOWN, for_all="on")
    client = client_for(second_hat)

    assert client.post(desk.url(name, *args)).status_code == 403
    assert client.post(desk.url("claim")).status_code == 403
    assert "You asked this" in client.get(desk.url("ask")).content.decode()
    assert desk.ask.answers.count() == 0


def test_the_service_itself_refuses_the_asker_and_an_incomplete_answer(
    partnership: Partnership, second_hat: Player, ask: Ask
) -> None:
    draft = services.begin_answer(actor=partnership.decider.actor, ask_id=ask.pk)
    subjects = ask.about.values_list("subject_id", flat=True)
    whole = [PersonAnswer(one, Outcome.NOTHING_RELEVANT) for one in subjects]
    common = {"ask_id": ask.pk, "draft_id": draft.pk}

    with pytest.raises(Denied) as asked:
        services.send_answers(actor=second_hat.actor, decisions=whole, **common)
    with pytest.raises(Denied) as half:
        services.send_answers(actor=partnership.decider.actor, decisions=whole[:1], **common)

    assert (asked.value.decision.code, half.value.decision.code) == ("asker", "incomplete")
    assert Answer.objects.count() == 0


# Races: the door is held open between the check and the change


def at_once(*presses: Callable[[], Any]) -> list[str]:
    """Press at the same moment in threads of their own; what came of each."""
    outcomes: list[str] = []
    gate = threading.Barrier(len(presses))

    def press(one: Callable[[], Any]) -> None:
        gate.wait()
        try:
            one()
            outcomes.append("ok")
        except Denied as denied:
            outcomes.append(denied.decision.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=press, args=[one]) for one in presses]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(outcomes)


def slow(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    decide = getattr(policies, name)

    def decide_slowly(*args: Any) -> Any:
        decision = decide(*args)
        time.sleep(0.4)
        return decision

    monkeypatch.setattr(policies, name, decide_slowly)


@pytest.mark.django_db(transaction=True)
def test_of_two_colleagues_who_claim_at_once_one_has_it(
    monkeypatch: pytest.MonkeyPatch, partnership: Partnership
) -> None:
    ask = send_ask(partnership.asker, partnership.police_desk)
    slow(monkeypatch, "can_claim")
    one, other = partnership.decider.actor, partnership.colleague.actor

    outcomes = at_once(
        lambda: services.claim(actor=one, ask_id=ask.pk),
        lambda: services.claim(actor=other, ask_id=ask.pk),
    )

    assert outcomes == ["ok", "wrong_state"]
    assert AuditEvent.objects.filter(event="sharing.ask.claimed").count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_colleagues_who_answer_at_once_one_answer_counts(
    monkeypatch: pytest.MonkeyPatch, partnership: Partnership
) -> None:
    ask = send_ask(partnership.asker, partnership.police_desk)
    draft = services.begin_answer(actor=partnership.decider.actor, ask_id=ask.pk)
    slow(monkeypatch, "can_answer")
    subject = ask.about.get().subject_id
    one, other = partnership.decider.actor, partnership.colleague.actor

    def send(actor: Any, outcome: Outcome) -> Callable[[], Any]:
        decisions = [PersonAnswer(subject, outcome)]
        return lambda: services.send_answers(
            actor=actor, ask_id=ask.pk, draft_id=draft.pk, decisions=decisions
        )

    at_once(send(one, Outcome.NOTHING_RELEVANT), send(other, Outcome.WRONG_SERVICE))

    answer = Answer.objects.get()
    assert answer.decided_by_id == Ask.objects.get().answered_by_id
    assert AuditEvent.objects.filter(event="sharing.ask.answered").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_tabs_that_save_at_once_both_keep_what_was_typed(
    monkeypatch: pytest.MonkeyPatch, partnership: Partnership
) -> None:
    ask = send_ask(partnership.asker, partnership.police_desk)
    actor = partnership.decider.actor
    draft = services.begin_answer(actor=actor, ask_id=ask.pk)

    def save(key: str) -> Callable[[], Any]:
        def change(content: dict[str, Any]) -> dict[str, Any]:
            time.sleep(0.3)
            return content | {key: "typed"}

        return lambda: services.edit_draft(actor=actor, draft=draft, change=change)

    assert at_once(save("left"), save("right")) == ["ok", "ok"]

    assert services.read_draft(actor=actor, draft=draft).content == {
        "left": "typed",
        "right": "typed",
    }
