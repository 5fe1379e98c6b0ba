"""Every form of every page, filled in by somebody hostile, clumsy or unlucky.

The forms are read off the pages themselves, so that a new page is tried from its first day.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import deepcopy
from html import escape
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from tests.access.test_every_address import undone
from tests.access.world import PEOPLE, World
from tests.attack.test_error_pages import shown
from tests.partnership import ClientFor, Partnership

# What people are called, and what breaks those who did not expect it
TYPED = "Zoë O’Hara-Müller & <b>Søn</b> \u202e\U0001f476"
_TEXTS = {"text", "search", "email", "tel", "textarea", "number"}
_CHOSEN = {"radio", "checkbox", "select", "hidden"}

Field = tuple[str, str, str]
Filling = Callable[[Field], str | None]


class Forms(HTMLParser):
    """The forms of a page that post: where to, and their fields as name, kind and value."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, list[Field]]] = []
        self._is_open = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._is_open = told.get("method", "get").lower() == "post"
            if self._is_open:
                self.found.append((told.get("action", ""), []))
        elif (
            self._is_open and told.get("name") and tag in {"input", "select", "textarea", "button"}
        ):
            kind = told.get("type", "text") if tag == "input" else tag
            self.found[-1][1].append((told["name"], kind, told.get("value", "")))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._is_open = False


def nothing(field: Field) -> str | None:
    """The form posted empty, as a program would."""
    return None


def huge(field: Field) -> str | None:
    _, kind, value = field
    return "ŵ" * 60_000 if kind in _TEXTS else value


def control_characters(field: Field) -> str | None:
    _, kind, value = field
    return f"\x00\x1b[2J\r\n\x7f{value}" if kind in _TEXTS | {"hidden"} else value


def tampered(field: Field) -> str | None:
    """Choices that were never offered, keys of somebody else."""
    _, kind, value = field
    return str(uuid4()) if kind in _CHOSEN else value


def numbers_and_dates(field: Field) -> str | None:
    return "9" * 400 if field[1] in _TEXTS | _CHOSEN else field[2]


def typed_and_nothing_chosen(field: Field) -> str | None:
    """Somebody writes what they know and overlooks a question."""
    _, kind, value = field
    if kind in {"radio", "checkbox", "select"}:
        return None
    return TYPED if kind in {"text", "search", "textarea"} else value


HOSTILE: list[Filling] = [nothing, huge, control_characters, tampered, numbers_and_dates]


@pytest.fixture
def world(partnership: Partnership, client_for: ClientFor) -> World:
    return World(partnership, client_for)


def forms_of(world: World) -> Iterator[tuple[str, Client, str, list[Field]]]:
    """Each form once, as the first person meets it who is shown its page."""
    clients = {who: world.client(who) for who in PEOPLE}
    seen = set()
    for name, who in shown():
        clients[who].raise_request_exception = False
        address = reverse(name, args=world.arguments(name))
        with undone():
            page = clients[who].get(address)
        if page.streaming:  # a file, and no page
            continue
        for action, fields in Forms(page.content.decode(errors="replace")).found:
            form = (urljoin(address, action), frozenset(one[0] for one in fields))
            if form not in seen and "sign_out" not in action and "/sign-out" not in action:
                seen.add(form)
                yield name, clients[who], form[0], fields


def post(client: Client, address: str, fields: list[Field], filling: Filling) -> Any:
    data: dict[str, list[str]] = {}
    for field in fields:
        value = filling(field)
        if value is not None and field[1] != "file":
            data.setdefault(field[0], []).append(value)
    cookies = deepcopy(client.cookies)
    with undone():
        response = client.post(address, data)
    client.cookies = cookies
    return response


@pytest.mark.timeout(600)
def test_no_form_fails_whatever_is_posted_to_it(world: World) -> None:
    failed = [
        (name, address, filling.__name__)
        for name, client, address, fields in forms_of(world)
        for filling in HOSTILE
        if post(client, address, fields, filling).status_code >= 500
    ]

    assert failed == []


@pytest.mark.timeout(600)
def test_a_form_that_comes_back_brings_everything_typed_back(world: World) -> None:
    lost = []
    for name, client, address, fields in forms_of(world):
        response = post(client, address, fields, typed_and_nothing_chosen)
        written = [one for one, kind, _ in fields if kind in {"text", "textarea"}]
        if response.status_code == 200 and written:
            page = response.content.decode()
            back = page.count(str(escape(TYPED, quote=False))) + page.count(escape(TYPED))
            if back < len(set(written)):
                lost.append((name, address, sorted(set(written)), back))

    assert lost == []
