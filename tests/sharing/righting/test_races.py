"""Putting right while somebody opens: the pause is forced, so that the two meet, in both orders."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import pytest
from django.db import connection

from incidents.models import Incident
from sharing import queries, services
from sharing.models import Answer, Recall, Receipt
from sharing.states.righting import WithdrawalReason
from tests.asks import BODY
from tests.partnership import Partnership, Player
from tests.sharing.righting.given import RIGHT, correct, give, give_wrongly, read, recall
from vault.services import WITHHELD, Why

pytestmark = pytest.mark.django_db(transaction=True)
SECONDS = 10
# Long enough for somebody who does not wait to have gone on
MOMENT = 0.6


class Beside:
    """Work on a thread and a connection of its own."""

    def __init__(self, work: Callable[[], Any]) -> None:
        self.result: Any = None
        self.error: BaseException | None = None
        self._work = work
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        try:
            self.result = self._work()
        except BaseException as error:  # noqa: BLE001 - kept for the test to judge
            self.error = error
        finally:
            connection.close()

    def waits(self) -> bool:
        self._thread.join(MOMENT)
        return self._thread.is_alive()

    def done(self) -> Beside:
        self._thread.join(SECONDS)
        assert not self._thread.is_alive()
        return self


@contextmanager
def paused(monkeypatch: pytest.MonkeyPatch, place: str) -> Iterator[tuple[Any, Any]]:
    """Whoever calls what lies at a place stops there: gives the word that they are, and the way on."""
    reached, go_on = threading.Event(), threading.Event()
    module, _, name = place.rpartition(".")
    __import__(module)
    home: Any = __import__(module, fromlist=[name])
    real = getattr(home, name)

    def slow(*args: Any, **options: Any) -> Any:
        if threading.current_thread() is not threading.main_thread() and not reached.is_set():
            reached.set()
            assert go_on.wait(SECONDS)
        return real(*args, **options)

    monkeypatch.setattr(home, name, slow)
    yield reached, go_on
    go_on.set()


def loaded(player: Player, answer: Answer) -> Answer:
    return queries.answers_in_full(player.actor).get(pk=answer.pk)


def words(player: Player, found: Answer) -> list[object]:
    opened = services.open_answers(actor=player.actor, answers=[found])
    return [opened[one.body] for one in found.items.all() if opened[one.body]]


def test_a_recall_waits_for_whoever_is_opening_and_finds_that_it_was_opened(
    partnership: Partnership, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer, wrong = give_wrongly(partnership)

    # The reader has passed the gate and has its grants; nothing is committed yet
    with paused(monkeypatch, "sharing.services.reading._sign_for") as (reached, go_on):
        reader = Beside(lambda: read(partnership.outsider, answer))
        assert reached.wait(SECONDS)
        recaller = Beside(lambda: recall(partnership.decider, wrong))
        assert recaller.waits()
        go_on.set()

    assert reader.done().result == [BODY]
    (made,) = recaller.done().result
    assert made.was_opened
    assert Incident.objects.count() == 1


def test_whoever_opens_during_a_recall_waits_and_gets_nothing(
    partnership: Partnership, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer, wrong = give_wrongly(partnership)
    found = loaded(partnership.outsider, answer)  # the page was asked for before the recall

    # The gates are shut and nobody had opened; the grants have still to end
    with paused(monkeypatch, "vault.granting.end_grant") as (reached, go_on):
        recaller = Beside(lambda: recall(partnership.decider, wrong))
        assert reached.wait(SECONDS)
        reader = Beside(lambda: words(partnership.outsider, found))
        assert reader.waits()
        go_on.set()

    (made,) = recaller.done().result
    assert reader.done().result == []
    assert not made.was_opened
    assert not Incident.objects.exists()
    assert not Receipt.objects.filter(membership=partnership.outsider.membership_id).exists()


def test_a_name_is_not_listed_during_a_recall_either(
    partnership: Partnership, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer, wrong = give_wrongly(partnership)
    snapshot = answer.subject.snapshot

    with paused(monkeypatch, "vault.granting.end_grant") as (reached, go_on):
        recaller = Beside(lambda: recall(partnership.decider, wrong))
        assert reached.wait(SECONDS)
        listed = Beside(
            lambda: services.open_names(
                actor=partnership.outsider.actor, snapshots=[snapshot], why=Why.QUEUE
            )
        )
        assert listed.waits()
        go_on.set()

    (made,) = recaller.done().result
    assert not made.was_opened
    assert listed.done().result[snapshot.identity] is WITHHELD


def test_a_correction_between_asking_for_the_page_and_opening_it_is_not_missed(
    partnership: Partnership,
) -> None:
    answer = give(partnership, partnership.charity_desk.pk)
    found = loaded(partnership.outsider, answer)

    correct(partnership.decider, answer.items.get())

    assert words(partnership.outsider, found) == [RIGHT]


def test_a_withdrawal_waits_for_whoever_is_opening_who_then_keeps_it_marked(
    partnership: Partnership, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = give(partnership, partnership.charity_desk.pk)
    row = answer.items.get()

    def withdraw() -> Any:
        return services.withdraw_item(
            actor=partnership.decider.actor, item_id=row.pk, why=WithdrawalReason.WRONG
        )

    with paused(monkeypatch, "sharing.services.reading._sign_for") as (reached, go_on):
        reader = Beside(lambda: read(partnership.outsider, answer))
        assert reached.wait(SECONDS)
        withdrawing = Beside(withdraw)
        assert withdrawing.waits()
        go_on.set()

    assert reader.done().result == [BODY]
    withdrawal = withdrawing.done().result
    assert Receipt.objects.get().first_opened_at < withdrawal.withdrawn_at
    assert read(partnership.outsider, answer) == [BODY]
    assert row.acknowledgements.count() == 1


def test_whoever_opens_during_a_withdrawal_gets_what_stands(
    partnership: Partnership, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = give(partnership, partnership.charity_desk.pk)
    row, found = answer.items.get(), loaded(partnership.outsider, answer)

    def withdraw() -> Any:
        return services.withdraw_item(
            actor=partnership.decider.actor, item_id=row.pk, why=WithdrawalReason.WRONG
        )

    with paused(monkeypatch, "sharing.services.correcting._ask_to_acknowledge") as (reached, go_on):
        withdrawing = Beside(withdraw)
        assert reached.wait(SECONDS)
        reader = Beside(lambda: words(partnership.outsider, found))
        assert reader.waits()
        go_on.set()

    assert withdrawing.done().error is None
    assert reader.done().result == []
    assert not row.acknowledgements.exists()


def test_two_recalls_at_once_make_one(
    partnership: Partnership, monkeypatch: pytest.MonkeyPatch
) -> None:
    _answer, wrong = give_wrongly(partnership)

    with paused(monkeypatch, "vault.granting.end_grant") as (reached, go_on):
        first = Beside(lambda: recall(partnership.decider, wrong))
        assert reached.wait(SECONDS)
        second = Beside(lambda: recall(partnership.colleague, wrong))
        assert second.waits()
        go_on.set()

    assert len(first.done().result) == 1
    assert second.done().error is not None
    assert Recall.objects.count() == 1


def test_others_read_on_during_a_recall(
    partnership: Partnership, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only what is taken back waits: most of the portal passes by other gates."""
    _answer, wrong = give_wrongly(partnership)
    others = [give(partnership, partnership.charity_desk.pk) for _ in range(4)]
    found = [loaded(partnership.outsider, one) for one in others]

    with paused(monkeypatch, "vault.granting.end_grant") as (reached, go_on):
        recaller = Beside(lambda: recall(partnership.decider, wrong))
        assert reached.wait(SECONDS)
        readers = [Beside(partial(words, partnership.outsider, one)) for one in found]
        waiting = [reader.waits() for reader in readers]
        go_on.set()

    recaller.done()
    assert [reader.done().result for reader in readers] == [[BODY]] * 4
    assert not all(waiting)
