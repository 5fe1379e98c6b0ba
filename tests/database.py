"""Switching the test connection between the three database roles."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import unquote, urlsplit

import psycopg2
from django.db import connection, connections

_VARIABLES = {
    "app": "DATABASE_URL",
    "owner": "DATABASE_OWNER_URL",
    "disposer": "DATABASE_DISPOSER_URL",
}


def _credentials(role: str) -> tuple[str, str]:
    url = urlsplit(os.environ[_VARIABLES[role]])
    return unquote(url.username or ""), unquote(url.password or "")


def connect_as(role: str) -> None:
    """Use another role from the next query on."""
    connection.close()
    user, password = _credentials(role)
    # A server's thread that ends leaves no connection behind
    connection.settings_dict.update(USER=user, PASSWORD=password, CONN_MAX_AGE=0)


def url(role: str = "app") -> str:
    """The test database's address for a child process acting in that role."""
    user, password = _credentials(role)
    options = connection.settings_dict
    return f"postgres://{user}:{password}@{options['HOST']}:{options['PORT']}/{options['NAME']}"


@contextmanager
def acting_as(role: str) -> Iterator[None]:
    """In this thread, work on another role's connection; sees only what was committed."""
    mine = connections["default"]
    other = mine.copy()
    user, password = _credentials(role)
    other.settings_dict.update(USER=user, PASSWORD=password)
    connections["default"] = other
    try:
        yield
    finally:
        other.close()
        connections["default"] = mine


@contextmanager
def owner_connection() -> Iterator[psycopg2.extensions.connection]:
    """A separate connection with the owner's rights; commits at the end."""
    owner = psycopg2.connect(url("owner"))
    owner.autocommit = True
    try:
        yield owner
    finally:
        owner.close()
