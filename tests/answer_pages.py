"""The pages on which a desk answers, driven as a browser without scripts does it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from django.urls import reverse

from sharing.models import Answer, Ask
from tests.asks import BODY, FLORENCE, ZEBEDEE, send_ask
from tests.partnership import ClientFor, Partnership

if TYPE_CHECKING:  # the test client's answers have a name only for the type checker
    from django.test.client import _MonkeyPatchedWSGIResponse as Response

ITEM = {
    "category": "CONCERNS",
    "body": BODY,
    "standing": "FACT",
    "source": "Niche log 4711",
    "tier": "USUAL",
    "family_may_see": "ASK",
}
NOT_KNOWN = {
    "known": "NOT_KNOWN",
    "searched": "Niche, by name and date",
    "searched_on-day": "today",
}
SHARED = {"known": "HOLD", "how_much": "SHARED"}
REFUSED = {"known": "HOLD", "how_much": "NOT_SHARED"}
WHY_NOT = {
    "ground": "INVESTIGATION",
    "reason": "An arrest is planned",
    "review_on-day": "1/12/2099",
}


class Desk:
    """Somebody at a desk with a browser, answering one ask."""

    def __init__(self, client: Client, ask: Ask) -> None:
        self.client, self.ask = client, ask

    def url(self, name: str, *args: Any) -> str:
        return reverse(f"sharing:{name}", args=[self.ask.pk, *args])

    def get(self, name: str, *args: Any) -> str:
        response = self.client.get(self.url(name, *args))
        assert response.status_code == 200, (name, response.status_code)
        return response.content.decode()

    def post(self, name: str, *args: Any, **data: Any) -> Response:
        return self.client.post(self.url(name, *args), data)

    def on(self, name: str, *args: Any, **data: Any) -> str:
        """Post and say where it leads."""
        response = self.post(name, *args, **data)
        assert response.status_code == 302, response.content.decode()
        return response["Location"]


@pytest.fixture
def ask(partnership: Partnership) -> Ask:
    return send_ask(partnership.asker, partnership.police_desk, ZEBEDEE, FLORENCE)


@pytest.fixture
def desk(client_for: ClientFor, partnership: Partnership, ask: Ask) -> Desk:
    desk = Desk(client_for(partnership.decider), ask)
    desk.post("begin_answer")
    return desk


def answers(ask: Ask) -> dict[int, Answer]:
    return {answer.subject.position: answer for answer in ask.answers.select_related("subject")}
