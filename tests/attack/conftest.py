"""A share that was sent and read, and somebody who has got at the database behind the portal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import psycopg2
import pytest
from django.test import Client
from django.urls import reverse

from audit.models import AuditEvent
from kernel.tiers import Tier
from sharing.models import Answer, Ask
from sharing.services import RecipientInput
from sharing.states import RecipientKind
from tests import database
from tests.asks import FLORENCE, PLANTED, ZEBEDEE, answer_ask, item, send_ask
from tests.partnership import ClientFor, Partnership, Player, client_for, partnership

__all__ = ["client_for", "partnership"]


@dataclass(frozen=True)
class Shared:
    """Care asked the police about two children; the police shared something about both."""

    ask: Ask
    answers: list[Answer]
    partnership: Partnership

    @property
    def page(self) -> str:
        """The page of the first answer, for whom it was shared with."""
        return reverse("sharing:answer", args=[self.answers[0].pk])


@pytest.fixture
def shared(transactional_db: None, partnership: Partnership) -> Shared:
    ask = send_ask(partnership.asker, partnership.police_desk, ZEBEDEE, FLORENCE)
    reader = partnership.asking_colleague
    to = RecipientInput(RecipientKind.PERSON, reader.membership_id, Tier.SENSITIVE)
    answer_ask(partnership.decider, ask, item(), recipients=[to])
    answers = list(ask.answers.order_by("subject__position"))
    return Shared(ask, answers, partnership)


Sql = Callable[..., list[tuple[Any, ...]]]


def _runner(role: str) -> Iterator[Sql]:
    attacker = psycopg2.connect(database.url(role))
    attacker.autocommit = True

    def run(statement: str, *values: Any) -> list[tuple[Any, ...]]:
        with attacker.cursor() as cursor:
            cursor.execute(statement, values or None)
            return cursor.fetchall() if cursor.description else []

    yield run
    attacker.close()


@pytest.fixture
def as_app(transactional_db: None) -> Iterator[Sql]:
    """SQL with the rights of a web process that was taken over."""
    yield from _runner("app")


@pytest.fixture
def as_owner_sql(transactional_db: None) -> Iterator[Sql]:
    """SQL with the owner's password: triggers and rights do not stop this one."""
    yield from _runner("owner")


def body_of(response: Any) -> str:
    """Everything that a browser gets, also where it comes bit by bit."""
    whole = b"".join(response) if response.streaming else response.content
    return str(whole.decode(errors="replace"))


def planted_in(text: str) -> list[str]:
    """Which of the planted words came out."""
    return [word for word in PLANTED if word in text]


def sees(client: Client, url: str) -> list[str]:
    """What of the planted words a browser gets at an address; a page that fails shows as such."""
    response = client.get(url)
    assert response.status_code in {200, 302, 403, 404}, response.status_code
    return planted_in(response.content.decode())


@pytest.fixture
def browse(client_for: ClientFor) -> Callable[[Player], Client]:
    return client_for


def incidents() -> set[str]:
    """Codes of what the portal noticed that it had not written."""
    events = AuditEvent.objects.filter(event="audit.integrity")
    return {event.facts["code"] for event in events}
