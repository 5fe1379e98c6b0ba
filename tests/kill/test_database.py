"""The database server crashes under the portal: pages say so, and what was committed is done."""

from __future__ import annotations

import http.client
import os
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator

import psycopg2
import pytest
from django.db import connection
from django.urls import reverse

from kernel.models import OutboxMessage
from sharing.models import Request
from tests import database
from tests.asks import send_ask
from tests.e2e.stack import Postman
from tests.kill.conftest import Programs, free_port, until
from tests.partnership import Partnership, sign_in

Wake = Callable[[str], None]


@pytest.fixture
def crash(transactional_db: None) -> Iterator[Callable[[], None]]:
    """Kill one of the server's processes: it ends all others, and recovers from its log."""
    with database.owner_connection() as owner, owner.cursor() as cursor:
        # Tests trade durability for speed; this one is about durability.
        cursor.execute(f'ALTER DATABASE "{_name()}" SET synchronous_commit = on')
    connection.close()

    def kill() -> None:
        victim = psycopg2.connect(database.url("owner"))
        os.kill(victim.info.backend_pid, signal.SIGKILL)
        until(lambda: not _answers(), "the crash")

    yield kill
    until(_answers, "the recovery")
    with database.owner_connection() as owner, owner.cursor() as cursor:
        cursor.execute(f'ALTER DATABASE "{_name()}" RESET synchronous_commit')
    connection.close()


def _name() -> str:
    return str(connection.settings_dict["NAME"])


def _answers() -> bool:
    try:
        psycopg2.connect(database.url("app")).close()
    except psycopg2.OperationalError:
        return False
    return True


def test_a_crash_while_a_worker_sends_loses_no_notice_and_repeats_one_at_most(
    partnership: Partnership,
    programs: Programs,
    postman: Postman,
    wake: Wake,
    crash: Callable[[], None],
) -> None:
    """The worker lives through it: it finds the database again by itself."""
    send_ask(partnership.asker, partnership.police_desk)
    worker = programs.worker(hold="kernel.mail:send:after", HOLD_SECONDS="2")
    wake("notify")
    worker.wait_until_held()
    crash()
    until(_answers, "the recovery")
    connection.close()

    def done() -> bool:
        wake("notify")
        time.sleep(0.3)
        return not OutboxMessage.objects.filter(delivered_at=None).exists()

    until(done, "all to be delivered")
    assert worker.process.poll() is None
    assert Request.objects.count() == 1
    arrived = Counter((str(m["To"]), str(m["Message-ID"])) for m in postman.messages)
    assert len(arrived) == 4
    assert sorted(arrived.values()) == [1, 1, 1, 2]


def look(port: int, cookie: str) -> http.client.HTTPResponse:
    """The desk's queue, asked for by a browser that has this session."""
    browser = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    headers = {"Host": "localhost", "Cookie": f"session={cookie}"}
    browser.request("GET", reverse("sharing:queue"), headers=headers)
    return browser.getresponse()


def test_a_web_server_that_lived_through_it_serves_the_next_page(
    partnership: Partnership, programs: Programs, crash: Callable[[], None]
) -> None:
    cookie = sign_in(partnership.decider).cookies["session"].value
    port = free_port()
    programs.web(port)
    assert look(port, cookie).status == 200
    crash()
    until(_answers, "the recovery")

    assert look(port, cookie).status == 200


def test_while_there_is_no_database_a_page_says_what_to_do(programs: Programs) -> None:
    port, nowhere = free_port(), free_port()
    programs.web(port, DATABASE_URL=f"postgres://portal_app:x@127.0.0.1:{nowhere}/portal")

    response = look(port, "k" * 32)

    assert response.status == 503
    assert "share by telephone now" in response.read().decode()
