"""The tests' ground: a real PostgreSQL, migrated as owner and used as the application role."""

from __future__ import annotations

import os
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import psycopg2
import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import TransactionTestCase
from django.test.utils import setup_databases, teardown_databases
from pytest_django.plugin import DjangoDbBlocker

from tests import database

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright's loop beside Django's


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--deep",
        action="store_true",
        help="search five to twenty-five times as many random cases",
    )


@pytest.fixture(scope="session")
def key_ring(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key ring of this run's own; child processes find it in the environment."""
    folder = tmp_path_factory.mktemp("keys")
    folder.chmod(0o700)
    settings.KEY_RING = folder
    os.environ["KEY_RING"] = str(folder)
    return folder


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, django_db_blocker: DjangoDbBlocker, key_ring: Path
) -> Iterator[None]:
    """Migrate as owner, load the reference data, then go on as the application role."""
    with django_db_blocker.unblock():
        database.connect_as("owner")
        old_names = setup_databases(verbosity=0, interactive=False)
        call_command("keyring_init", verbosity=0, stdout=StringIO())
        load_reference_data()
        empty_tables()  # of what loading left in the audit
        database.connect_as("app")
    yield
    with django_db_blocker.unblock():
        database.connect_as("owner")
        teardown_databases(old_names, verbosity=0)


def load_reference_data() -> None:
    """What every installation has before its first user: purposes, limits, retention classes."""
    call_command("load_reference", verbosity=0, stdout=StringIO())


# Filled at installation and never changed by a test
REFERENCE_TABLES = {
    "django_migrations",
    "django_content_type",
    "auth_permission",
    "vault_keyencryptionkey",
}


def empty_tables() -> None:
    """As owner, for the application role may not: every table that holds something, but the reference data."""
    reference = {m._meta.db_table for m in apps.get_models() if getattr(m, "is_reference", False)}
    with database.owner_connection() as owner, owner.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
            "WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND NOT c.relispartition"
        )
        tables = {row[0] for row in cursor.fetchall()} - REFERENCE_TABLES - reference
        # Few are filled, and truncating the others takes most of the time.
        asked = (f"SELECT '{table}' WHERE EXISTS (SELECT FROM {table})" for table in tables)  # noqa: S608
        cursor.execute(" UNION ALL ".join(asked))
        if filled := [row[0] for row in cursor.fetchall()]:
            cursor.execute(f"TRUNCATE {', '.join(sorted(filled))} CASCADE")


def _empty_after(self: TransactionTestCase) -> None:
    empty_tables()
    connection.close()


TransactionTestCase._fixture_teardown = _empty_after  # type: ignore[attr-defined]


@pytest.fixture
def as_owner() -> Iterator[psycopg2.extensions.connection]:
    """A second connection with the owner's rights, for attacks that need them."""
    with database.owner_connection() as owner:
        yield owner
