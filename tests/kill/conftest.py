"""Real programs on the test database, a broker of their own, and a post office that counts."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import redis
from celery import Celery
from django.db import connection
from pytest_django.fixtures import Settings

from kernel import outbox
from tests import database
from tests.e2e import stack
from tests.e2e.stack import Postman
from tests.partnership import client_for, partnership

__all__ = ["client_for", "partnership"]

LEASE_SECONDS = 1
# The browser tests' worker listens on the broker's first database.
OWN_DATABASE = 7


def until(arrived: Callable[[], object], what: str, seconds: float = 60) -> None:
    """Wait for something, and say what did not come."""
    end = time.monotonic() + seconds
    while not arrived():
        assert time.monotonic() < end, f"waited for {what}"
        time.sleep(0.05)


@dataclass
class Program:
    """A process of the portal and the flag that it sets where it stops."""

    process: subprocess.Popen[bytes]
    flag: Path

    def wait_until_held(self) -> Program:
        until(lambda: self.flag.exists() or self.process.poll() is not None, "the place to stop")
        assert self.flag.exists(), f"ended by itself: {self.process.returncode}"
        return self

    def kill(self) -> None:
        """At once and with all children, as when the power fails."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(10)


@dataclass
class Programs:
    """Starts programs, and leaves none behind."""

    folder: Path
    environment: dict[str, str]
    running: list[Program] = field(default_factory=list)

    def worker(self, queues: str = "notify", hold: str = "", **changes: str) -> Program:
        quiet = ("--without-mingle", "--without-gossip", "--without-heartbeat", "-l", "WARNING")
        command = ("celery", "-A", "tests.kill.held:app", "worker", "-c", "1", "-Q", queues)
        return self.start(hold, "-m", *command, *quiet, **changes)

    def web(self, port: int, hold: str = "", **changes: str) -> Program:
        options = ("--workers=1", f"--bind=127.0.0.1:{port}", "--no-control-socket")
        command = ("gunicorn", "tests.kill.held:application", *options, "--log-level=warning")
        program = self.start(hold, "-m", *command, **changes)
        until(lambda: listens(port), "the web server")
        return program

    def command(self, *words: str, hold: str = "", role: str = "app", **changes: str) -> Program:
        variables = {"PORTAL_DB_ROLE": role, **changes}
        return self.start(hold, "-m", "tests.kill.held", *words, **variables)

    def start(self, hold: str, *arguments: str, **changes: str) -> Program:
        flag = self.folder / f"held-{len(self.running)}"
        variables = {**self.environment, "HOLD": hold, "HOLD_FLAG": str(flag), **changes}
        process = subprocess.Popen(
            [sys.executable, *arguments], env=variables, start_new_session=True
        )
        self.running.append(Program(process, flag))
        return self.running[-1]

    def stop_all(self) -> None:
        for program in self.running:
            if program.process.poll() is None:
                program.kill()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        number: int = free.getsockname()[1]
        return number


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture
def broker(transactional_db: None) -> Iterator[str]:
    """An empty broker of this test's own."""
    url = urlsplit(os.environ["REDIS_URL"])._replace(path=f"/{OWN_DATABASE}").geturl()
    client = redis.Redis.from_url(url)
    client.flushdb()
    yield url
    client.flushdb()
    client.close()


@pytest.fixture
def post_office() -> Iterator[tuple[int, Postman]]:
    controller, postman = stack.open_post_office()
    yield controller.server.sockets[0].getsockname()[1], postman  # type: ignore[union-attr]
    controller.stop()


@pytest.fixture
def postman(post_office: tuple[int, Postman]) -> Postman:
    return post_office[1]


@pytest.fixture
def programs(
    broker: str,
    post_office: tuple[int, Postman],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    settings: Settings,
) -> Iterator[Programs]:
    """Programs whose leases run out in seconds. The test's own process wakes nobody."""
    monkeypatch.setattr(outbox, "wake", lambda _queue: None)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", post_office[0]
    environment = os.environ | {
        "DATABASE_URL": database.url("app"),
        "DATABASE_OWNER_URL": database.url("owner"),
        "DATABASE_DISPOSER_URL": database.url("disposer"),
        "REDIS_URL": broker,
        "EMAIL_URL": f"smtp://127.0.0.1:{post_office[0]}",
        "OUTBOX_LEASE_SECONDS": str(LEASE_SECONDS),
        "LOG_LEVEL": "ERROR",
    }
    programs = Programs(tmp_path, environment)
    yield programs
    programs.stop_all()
    connection.close()


@pytest.fixture
def run_task(broker: str) -> Callable[..., None]:
    """What the clock does: it asks for a task of a queue."""
    clock = Celery(broker=broker)

    def send(task: str, queue: str, *arguments: str) -> None:
        clock.send_task(task, args=list(arguments), queue=queue)

    return send


@pytest.fixture
def wake(run_task: Callable[..., None]) -> Callable[[str], None]:
    """As every ten seconds, a queue's workers are woken."""
    return lambda queue: run_task("kernel.relay", queue, queue)
