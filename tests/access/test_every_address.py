"""Every address, for everybody, by GET and by POST: one table says what each of them meets.

The table is tests/access/addresses.csv. A change in it is a change of who may do what, so it is
read by a person; `./portal test tests/access --write-table` writes it anew for that reading.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from tests.access.world import PEOPLE, World, named_patterns
from tests.partnership import ClientFor, Partnership

TABLE = Path(__file__).with_name("addresses.csv")
# Links from e-mails, which say themselves that they are no longer in use
BY_LINK = {
    "accounts:new_password",
    "accounts:fresh_start",
    "agencies:join",
    "agencies:confirm",
}
NAMES = sorted(name for name, _ in named_patterns())


def rows() -> dict[tuple[str, str], dict[str, str]]:
    """The table's lines by address and method."""
    if not TABLE.exists():
        return {}
    with TABLE.open() as opened:
        return {(row["address"], row["method"]): row for row in csv.DictReader(opened)}


@pytest.fixture
def world(partnership: Partnership, client_for: ClientFor) -> World:
    return World(partnership, client_for)


@pytest.fixture
def clients(world: World) -> dict[str, Client]:
    return {name: world.client(name) for name in PEOPLE}


def test_the_table_has_a_line_for_every_address_and_no_other() -> None:
    wanted = {(name, method) for name in NAMES for method in ("GET", "POST")}

    assert set(rows()) == wanted


@pytest.mark.timeout(900)  # some 1,500 pages
def test_everybody_meets_at_every_address_what_the_table_says(
    world: World, clients: dict[str, Client], pytestconfig: pytest.Config
) -> None:
    met = [
        {"address": name, "method": method}
        | {who: _meet(world, clients[who], name, method) for who in PEOPLE}
        for name in NAMES
        for method in ("GET", "POST")
    ]

    if pytestconfig.getoption("--write-table"):
        _write(met)
    table = rows()
    assert [row for row in met if table.get((row["address"], row["method"])) != row] == []


def _meet(world: World, client: Client, name: str, method: str) -> str:
    """The status that a person's browser gets; signing out in it is undone as well."""
    cookies = deepcopy(client.cookies)
    with undone():
        client.raise_request_exception = False
        response = getattr(client, method.lower())(reverse(name, args=world.arguments(name)))
        if response.streaming:
            b"".join(response)  # read to its end; closing it would end the test's connection
    client.cookies = cookies
    return str(response.status_code)


@contextmanager
def undone() -> Iterator[None]:
    """What happens inside did not happen: each person meets the same world."""
    block: Any = transaction.atomic()
    block._from_testcase = True  # the vault commits on its own, as in any test's transaction
    with block:
        yield
        transaction.set_rollback(True)


def _write(met: list[dict[str, str]]) -> None:
    with TABLE.open("w", newline="") as opened:
        table = csv.DictWriter(opened, ["address", "method", *PEOPLE], lineterminator="\n")
        table.writeheader()
        table.writerows(met)


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_no_address_fails_or_answers_for_a_record_that_does_not_exist(
    clients: dict[str, Client], method: str
) -> None:
    for name, pattern in named_patterns():
        arguments = {key: _nothing(key) for key in pattern.pattern.converters}
        if not arguments or name in BY_LINK:
            continue
        response = getattr(clients["decider"], method.lower())(reverse(name, kwargs=arguments))
        assert response.status_code in {404, 405}, (name, response.status_code)


def _nothing(key: str) -> object:
    return 1 if key == "number" else uuid4()
