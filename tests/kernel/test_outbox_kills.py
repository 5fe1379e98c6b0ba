"""Workers killed by force at each step of a promise: nothing lost, at most one repeat, one Message-ID."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from kernel import outbox
from kernel.actors import Actor
from kernel.models import OutboxMessage
from tests import database
from tests.e2e.stack import Postman, open_post_office

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def post_office() -> Iterator[tuple[int, Postman]]:
    controller, postman = open_post_office()
    yield controller.port, postman
    controller.stop()


@pytest.fixture(autouse=True)
def _promise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "_topics", {})
    monkeypatch.setattr(outbox, "wake", lambda _queue: None)
    outbox.register("sample.killed", lambda _message: None, queue="sample")
    with transaction.atomic():
        outbox.enqueue("sample.killed", actor=Actor.system("t"), key="one")


def work(moment: str, port: int) -> int:
    """One worker's process, from its start to its end or its violent death."""
    environment = os.environ | {"DATABASE_URL": database.url("app"), "LOG_LEVEL": "ERROR"}
    command = [sys.executable, "-m", "tests.kernel.dying_worker", moment, str(port)]
    return subprocess.run(command, env=environment, check=False, timeout=60).returncode


def lease_runs_out() -> None:
    OutboxMessage.objects.update(leased_until=timezone.now() - timedelta(seconds=1))


def the_message() -> OutboxMessage:
    return OutboxMessage.objects.get()


def test_killed_before_it_sends_the_message_goes_out_once(post_office: tuple[int, Postman]) -> None:
    port, postman = post_office
    assert work("before", port) == -signal.SIGKILL
    assert the_message().leased_until is not None, "the lease was committed before the work"

    assert work("never", port) == 0
    assert postman.messages == [], "nobody takes it while the lease runs"
    lease_runs_out()
    assert work("never", port) == 0

    assert len(postman.messages) == 1
    assert the_message().delivered_at is not None
    assert work("never", port) == 0
    assert len(postman.messages) == 1


def test_killed_between_sending_and_marking_it_is_repeated_once_under_the_same_message_id(
    post_office: tuple[int, Postman],
) -> None:
    port, postman = post_office
    assert work("after", port) == -signal.SIGKILL
    assert len(postman.messages) == 1
    assert the_message().delivered_at is None

    lease_runs_out()
    assert work("never", port) == 0
    assert work("never", port) == 0

    assert len(postman.messages) == 2
    assert len({str(one["Message-ID"]) for one in postman.messages}) == 1
    assert str(the_message().pk) in str(postman.messages[0]["Message-ID"])
    assert the_message().delivered_at is not None


def test_work_that_kills_every_worker_is_parked_in_the_end_and_stops_no_queue(
    post_office: tuple[int, Postman],
) -> None:
    """It never gets as far as failing, so the count of leases alone must stop it."""
    port, postman = post_office
    OutboxMessage.objects.update(attempts=outbox.ATTEMPTS_BEFORE_PARKING - 1)
    assert work("before", port) == -signal.SIGKILL
    lease_runs_out()
    with transaction.atomic():
        outbox.enqueue("sample.killed", actor=Actor.system("t"), key="two")

    assert work("never", port) == 0

    assert len(postman.messages) == 1, "the other one"
    stuck = OutboxMessage.objects.get(key__endswith=":one")
    assert stuck.parked_at is not None
    assert stuck.last_error == "WorkerLost"
    assert outbox.parked().get() == stuck
