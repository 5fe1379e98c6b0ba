"""The web process dies while somebody sends a request. It was sent, or the draft is as it was."""

from __future__ import annotations

import http.client
import re
import threading
from collections import Counter
from urllib.parse import urlencode

import pytest
from django.conf import settings as django_settings
from django.test import Client

from audit.models import AuditEvent
from kernel import outbox
from kernel.models import OutboxMessage
from sharing.models import Request
from tests.e2e.stack import Postman
from tests.kill.conftest import Programs, free_port, until
from tests.partnership import ClientFor, Partnership
from tests.sharing.journey import CHILD, Writing

# Where the web process dies, and whether the request then exists.
STEPS = {
    "nothing is written yet": ("sharing.services.asking:_desks:before", False),
    "all is written and nothing committed": ("sharing.services.asking:outbox.enqueue:after", False),
    "all is committed and nobody woken": ("kernel.outbox:wake:before", True),
    "workers are woken and the page is not sent": ("kernel.outbox:wake:after", True),
}


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def written(partnership: Partnership, client_for: ClientFor) -> Writing:
    """A request, complete but for the last button."""
    writing = Writing(client_for(partnership.asker))
    writing.add(**CHILD)
    return writing.fill(partnership.police_desk)


def press_send(port: int, writing: Writing) -> int:
    """The last button, in a browser that talks to the real server; 0 where the line went dead."""
    path, cookies = writing.url("check"), _cookies(writing.client)
    page = _ask(port, "GET", path, cookies)
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.read().decode())
    if not token:  # it was sent already, says the page
        return page.status
    cookies[django_settings.CSRF_COOKIE_NAME] = _set_cookie(page) or cookies.get("csrf", "")
    try:
        body = urlencode({"csrfmiddlewaretoken": token[1]})
        return _ask(port, "POST", path, cookies, body).status
    except (OSError, http.client.HTTPException):
        return 0


def _ask(
    port: int, method: str, path: str, cookies: dict[str, str], body: str = ""
) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {
        "Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()),
        "Host": "localhost",
        "Origin": "http://localhost",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    connection.request(method, path, body or None, headers)
    return connection.getresponse()


def _cookies(client: Client) -> dict[str, str]:
    return {name: morsel.value for name, morsel in client.cookies.items()}


def _set_cookie(page: http.client.HTTPResponse) -> str:
    found = re.search(r"csrf=([^;]+)", page.headers.get("Set-Cookie", ""))
    return found[1] if found else ""


@pytest.mark.parametrize("step", STEPS)
def test_a_request_is_sent_once_or_its_draft_is_as_it_was(
    written: Writing,
    partnership: Partnership,
    programs: Programs,
    postman: Postman,
    port: int,
    step: str,
) -> None:
    hold, sent = STEPS[step]
    web = programs.web(port, hold)
    statuses: list[int] = []
    browser = threading.Thread(target=lambda: statuses.append(press_send(port, written)))
    browser.start()
    web.wait_until_held().kill()
    browser.join(30)
    assert statuses == [0]
    assert Request.objects.count() == sent
    assert AuditEvent.objects.filter(event="sharing.request.sent").count() == sent
    assert OutboxMessage.objects.filter(topic="sharing.ask_sent").count() == sent

    # They press again, on the next server: once sent is sent.
    programs.web(port)
    assert press_send(port, written) in ({302, 409} if sent else {302})
    assert Request.objects.count() == 1
    _deliver_all()
    assert Counter(str(m["To"]) for m in postman.messages)[partnership.police_desk.mailbox] == 1


def _deliver_all() -> None:
    def done() -> bool:
        outbox.deliver_waiting("notify")
        return not OutboxMessage.objects.filter(delivered_at=None).exists()

    until(done, "all to be delivered")
