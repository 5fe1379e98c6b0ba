"""Ports are chosen once, remembered, and never taken from somebody else."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from launcher.errors import CannotGoOn
from launcher.place import Place
from launcher.ports import Ports


@contextmanager
def somebody_listens(port: int) -> Iterator[None]:
    with socket.socket() as server:
        server.bind(("127.0.0.1", port))
        server.listen()
        yield


@pytest.fixture
def ports(place: Place) -> Ports:
    return Ports(place.ports)


def test_a_port_once_chosen_is_remembered(ports: Ports) -> None:
    first = ports.internal("postgres")

    assert Ports(ports.file).internal("postgres") == first


def test_a_remembered_port_that_somebody_took_is_replaced(ports: Ports) -> None:
    first = ports.internal("postgres")

    with somebody_listens(first):
        second = ports.internal("postgres")

    assert second != first
    assert ports.internal("postgres") == second


def test_two_parts_never_share_a_port(ports: Ports) -> None:
    port = ports.internal("postgres")
    ports._remember("valkey", port)

    assert ports.internal("valkey") != port


def test_an_unreadable_memory_is_replaced(ports: Ports) -> None:
    ports.file.write_text('{"postgres": 20')

    assert ports.internal("postgres") == ports.known()["postgres"]


def test_the_port_a_person_asked_for_is_kept(ports: Ports) -> None:
    asked = Ports(ports.file.with_name("other.json")).internal("web")

    assert ports.web(asked) == asked
    assert ports.web() == asked


def test_a_wished_port_in_use_is_refused_with_a_way_out(ports: Ports) -> None:
    asked = ports.internal("any free one")

    with somebody_listens(asked), pytest.raises(CannotGoOn, match="--port N"):
        ports.web(asked)
