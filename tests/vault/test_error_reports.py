"""Whatever goes wrong with words at hand, none of them comes out: not on a page, in a log or a mail."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils.log import AdminEmailHandler

from tests.vault import failing
from tests.vault.conftest import People
from tests.vault.sample import Letter

# Parts of the words, for a report may cut or wrap them
PARTS = ("Aaliyah", "sleeps in the car", "posted secret", "O'Brien", "cookie secret")


@pytest.fixture
def mailing(settings: Any) -> Iterator[None]:
    """Django's own way of mailing an error, page and all, as an operator might switch it on."""
    settings.ADMINS = [("Operator", "operator@example.org")]
    handler, log = AdminEmailHandler(include_html=True), logging.getLogger("django.request")
    log.addHandler(handler)
    yield
    log.removeHandler(handler)


def fail(letter: Letter, people: People) -> str:
    failing.READER["actor"] = people.named
    client = Client(raise_request_exception=False)
    client.cookies["session"] = "cookie secret"
    response = client.post(f"/fail/{letter.pk}?child=Aaliyah", {"why": "posted secret"})
    assert response.status_code == 500
    return response.content.decode()


@pytest.mark.urls("tests.vault.failing")
@pytest.mark.parametrize("debug", [True, False])
@pytest.mark.usefixtures("mailing")
def test_an_error_report_carries_no_variable_nothing_posted_and_no_text_of_the_error(
    letter: Letter,
    people: People,
    settings: Any,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
    *,
    debug: bool,
) -> None:
    settings.DEBUG = debug
    page = fail(letter, people)

    mails = "".join(str(one.message()) for one in mail.outbox)
    bodies = "".join(f"{one.body}{getattr(one, 'alternatives', '')}" for one in mail.outbox)
    logged = "".join(capfd.readouterr())
    assert "KeyError" in bodies, "it still says what failed, and where"
    assert "failing.py" in bodies
    assert ("failing.py" in page) is debug
    for part in PARTS:
        assert part not in page
        assert part not in mails + bodies
        assert part not in logged
    assert caplog.records, "the error was logged"


def test_a_debugging_page_of_one_that_asks_for_text_is_as_bare(
    letter: Letter, people: People, settings: Any, client: Client
) -> None:
    settings.DEBUG = True
    settings.ROOT_URLCONF = "tests.vault.failing"
    failing.READER["actor"] = people.named
    client.raise_request_exception = False

    page = client.get(f"/fail/{letter.pk}", headers={"accept": "text/plain"}).content.decode()

    assert "KeyError" in page
    assert not [part for part in PARTS if part in page]
