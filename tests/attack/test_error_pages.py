"""Every page fails while names and narratives are at hand: neither page, log nor mail shows them."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.core import mail
from django.template.backends.jinja2 import Template
from django.test import override_settings
from django.urls import reverse
from django.utils.log import AdminEmailHandler

from tests.access.test_every_address import rows
from tests.access.world import PEOPLE, World
from tests.asks import NAME, SURNAME
from tests.attack.conftest import body_of, planted_in
from tests.partnership import ClientFor, Partnership


def shown() -> Iterator[tuple[str, str]]:
    """Every page, each with the first person who is shown it."""
    for (name, method), row in rows().items():
        readers = [who for who in PEOPLE if row[who] == "200"]
        if method == "GET" and readers:
            yield name, readers[0]


class Spoilt(Exception):
    """What a careless programmer would raise: it quotes what was at hand."""


@pytest.fixture
def _failing_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages are opened and composed as ever; then drawing them fails, quoting everything."""
    draw = Template.render

    def fail(self: Any, context: Any = None, request: Any = None) -> str:
        words = f"{NAME} {SURNAME}"
        drawn = draw(self, context, request)
        if request is None or "errors/" in str(self.template.name):
            return drawn
        raise Spoilt(words, drawn)

    monkeypatch.setattr(Template, "render", fail)


@pytest.fixture
def mailing_log(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """An operator has switched on Django's error mails, with pages of detail in them."""
    handler = AdminEmailHandler(include_html=True)
    handler.setLevel(logging.ERROR)
    logging.getLogger("django").addHandler(handler)
    yield
    logging.getLogger("django").removeHandler(handler)


@pytest.mark.timeout(600)
@pytest.mark.parametrize("debug", [False, True])
@pytest.mark.usefixtures("_failing_pages", "mailing_log")
def test_a_page_that_fails_tells_nobody_what_it_was_about(
    partnership: Partnership,
    client_for: ClientFor,
    capfd: pytest.CaptureFixture[str],
    debug: bool,
) -> None:
    with override_settings(ADMINS=[("Operator", "operator@council.example")], DEBUG=debug):
        world = World(partnership, client_for)
        clients = {who: world.client(who) for who in PEOPLE}
        failed = 0
        for name, who in shown():
            client = clients[who]
            client.raise_request_exception = False
            response = client.get(reverse(name, args=world.arguments(name)))
            failed += response.status_code == 500
            assert planted_in(body_of(response)) == [], (who, name)

    printed = capfd.readouterr()
    assert failed > 50
    assert planted_in(printed.out + printed.err) == []
    assert len(mail.outbox) >= failed
    for message in mail.outbox:
        assert planted_in(str(message.message())) == []
