"""Two presses at once: the pause between looking and changing is forced, so that they meet."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TypeVar

import pytest
from django.db import connection

from audit.models import AuditEvent
from kernel.actors import Actor
from kernel.decisions import Decision
from sharing import policies, services
from sharing.models import Ask, Draft, DraftVersion, Request
from tests.partnership import ClientFor, Partnership
from tests.sharing.journey import CHILD, Writing, reason

T = TypeVar("T")

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def slow_policy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hold the door open between the check and the change."""
    decide = policies.can_edit_draft

    def decide_slowly(actor: Actor, draft: Draft) -> Decision:
        decision = decide(actor, draft)
        time.sleep(0.5)
        return decision

    monkeypatch.setattr(policies, "can_edit_draft", decide_slowly)


def at_once(*presses: Callable[[], T]) -> list[T]:
    """Everybody presses at the same moment."""
    gate = threading.Barrier(len(presses))
    answers: list[T] = []

    def run(press: Callable[[], T]) -> None:
        gate.wait()
        try:
            answers.append(press())
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[press]) for press in presses]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def written(partnership: Partnership, client_for: ClientFor) -> Writing:
    writing = Writing(client_for(partnership.asker))
    writing.add(**CHILD)
    return writing.fill(partnership.police_desk)


def in_another_tab(writing: Writing, partnership: Partnership, client_for: ClientFor) -> Writing:
    other = Writing.__new__(Writing)
    other.client, other.draft_id = client_for(partnership.asker), writing.draft_id
    return other


def test_two_presses_at_once_send_one_request(
    partnership: Partnership, client_for: ClientFor, slow_policy: None
) -> None:
    writing = written(partnership, client_for)
    other = in_another_tab(writing, partnership, client_for)

    first, second = at_once(writing.send, other.send)

    assert first["Location"] == second["Location"]
    assert Request.objects.count() == Ask.objects.count() == 1
    assert AuditEvent.objects.filter(event="sharing.request.sent").count() == 1


def test_two_tabs_that_save_at_once_both_keep_what_was_typed(
    partnership: Partnership, client_for: ClientFor, slow_policy: None
) -> None:
    writing = written(partnership, client_for)
    other = in_another_tab(writing, partnership, client_for)
    before = DraftVersion.objects.count()

    at_once(
        lambda: writing.post("reason", reason(why="Typed in one tab")),
        lambda: other.add(kind="CHILD", first_names="Florence"),
    )

    page = services.read_draft(actor=partnership.asker.actor, draft=writing.draft)
    assert DraftVersion.objects.count() == before + 2
    assert page.content["reason"]["why"] == ["Typed in one tab"]
    assert len(page.content["people"]) == 2
