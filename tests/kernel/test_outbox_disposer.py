"""The retention worker keeps its own promises as the disposer: it leases and marks, and no more."""

from __future__ import annotations

import pytest
from django.db import ProgrammingError, transaction
from django.utils import timezone

from kernel import outbox
from kernel.actors import Actor
from kernel.models import OutboxMessage
from tests.database import acting_as

pytestmark = pytest.mark.django_db(transaction=True)

TOPIC = "sample.destroy"


@pytest.fixture
def promised(monkeypatch: pytest.MonkeyPatch) -> list[OutboxMessage]:
    """Two promises in the queue of destruction; the second fails."""
    done: list[OutboxMessage] = []

    def handle(message: OutboxMessage) -> None:
        if message.payload["number"] == 2:
            raise ValueError
        done.append(message)

    monkeypatch.setattr(outbox, "_topics", {})
    monkeypatch.setattr(outbox, "wake", lambda _queue: None)
    outbox.register(TOPIC, handle, queue="retention")
    with transaction.atomic():
        for number in (1, 2):
            outbox.enqueue(TOPIC, actor=Actor.system("t"), key=str(number), number=number)
    return done


def test_the_disposer_does_and_marks_what_waits_in_its_queue(promised: list[OutboxMessage]) -> None:
    with acting_as("disposer"):
        assert outbox.deliver_waiting("retention") == 1

    kept, failed = OutboxMessage.objects.order_by("key")
    assert kept.delivered_at is not None
    assert promised == [kept]
    assert (failed.attempts, failed.last_error, failed.leased_until) == (1, "ValueError", None)


def test_the_disposer_parks_what_keeps_failing(promised: list[OutboxMessage]) -> None:
    with acting_as("disposer"):
        for _ in range(outbox.ATTEMPTS_BEFORE_PARKING):
            OutboxMessage.objects.update(available_at=timezone.now())
            outbox.deliver_waiting("retention")

    assert outbox.parked().count() == 1


@pytest.mark.parametrize(
    "change",
    [
        {"payload": {}},
        {"topic": "sharing.notice"},
        {"queue": "notify"},
        {"key": "other"},
        {"user_id": None},
        {"retries": 1},
    ],
    ids=lambda change: next(iter(change)),
)
def test_the_disposer_rewrites_no_promise(
    promised: list[OutboxMessage], change: dict[str, object]
) -> None:
    with acting_as("disposer"), pytest.raises(ProgrammingError, match="permission denied"):
        OutboxMessage.objects.update(**change)


def test_the_disposer_makes_and_deletes_no_promise(promised: list[OutboxMessage]) -> None:
    with acting_as("disposer"):
        with pytest.raises(ProgrammingError, match="permission denied"):
            OutboxMessage.objects.all().delete()
        with pytest.raises(ProgrammingError, match="permission denied"):
            outbox.enqueue(TOPIC, actor=Actor.system("t"), key="3", number=3)
