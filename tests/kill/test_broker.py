"""The broker's process dies and comes back empty. It only ever woke people up."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis
from celery import Celery

from kernel.models import OutboxMessage
from launcher.valkey import program
from tests.asks import send_ask
from tests.e2e.stack import Postman
from tests.kill.conftest import Programs, free_port, listens, until
from tests.partnership import ClientFor, Partnership
from tests.sharing.journey import CHILD, Writing


class Broker:
    """A server of its own, which keeps nothing on disk."""

    def __init__(self, folder: Path) -> None:
        self.port, self.folder = free_port(), folder
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.start()

    def start(self) -> None:
        options = ("--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--daemonize", "no")
        command = [str(program()), "--port", str(self.port), *options]
        self.process = subprocess.Popen(command, cwd=self.folder, stdout=subprocess.DEVNULL)
        until(lambda: listens(self.port), "the broker")

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(10)


@pytest.fixture
def mortal(tmp_path: Path) -> Iterator[Broker]:
    broker = Broker(tmp_path)
    yield broker
    broker.kill()


@pytest.mark.parametrize("busy", [False, True], ids=["idle", "busy"])
def test_a_request_sent_while_the_broker_is_dead_is_delivered_when_it_is_back(
    partnership: Partnership,
    client_for: ClientFor,
    programs: Programs,
    postman: Postman,
    mortal: Broker,
    busy: bool,
) -> None:
    """The web server serves on without it; the worker lives through it and needs no restart."""
    if busy:
        send_ask(partnership.asker, partnership.charity_desk)
    hold = "kernel.mail:send:before" if busy else ""
    worker = programs.worker(hold=hold, HOLD_SECONDS="3", REDIS_URL=mortal.url)
    for _ in range(6):
        _wake(mortal)
    until(lambda: worker.flag.exists() if busy else _taken(mortal), "the worker")
    mortal.kill()

    writing = Writing(client_for(partnership.asker))
    writing.add(**CHILD)
    assert writing.fill(partnership.police_desk).send().status_code == 302
    assert OutboxMessage.objects.filter(delivered_at=None).exists()
    mortal.start()

    def done() -> bool:
        _wake(mortal)
        time.sleep(0.5)
        return not OutboxMessage.objects.filter(delivered_at=None).exists()

    until(done, "all to be delivered", seconds=40)
    assert worker.process.poll() is None
    ids = [str(one["Message-ID"]) for one in postman.messages]
    assert len(set(ids)) == (6 if busy else 4)
    assert len(ids) <= len(set(ids)) + 1


def _wake(broker: Broker) -> None:
    """As the clock's sweep does."""
    with Celery(broker=broker.url) as clock:
        clock.send_task("kernel.relay", args=["notify"], queue="notify")


def _taken(broker: Broker) -> bool:
    """Whether the worker has taken the wake-up call."""
    with redis.Redis.from_url(broker.url) as client:
        return bool(client.llen("notify") == 0)
