"""An installation from before there were versions goes on: every row is signed, and none is named."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from agencies.access import actor_for
from audit.consistency import CHECKER
from audit.services.checking import check_records
from isp_portal.roles import grant_roles
from tests import database
from tests.asks import send_ask
from tests.conftest import empty_tables, load_reference_data
from tests.partnership import Partnership, client_for, device_of, partnership

__all__ = ["client_for", "partnership"]

# Of the vault only that its grants were not listed
BEFORE = [
    ("accounts", "0001_initial"),
    ("agencies", "0001_initial"),
    ("vault", "0005_moments_of_a_key"),
]


@pytest.fixture
def as_before(transactional_db: None, partnership: Partnership) -> Iterator[Partnership]:
    """The tables as they were, filled; the log says nothing of what it did not keep then."""
    device_of(partnership.decider.user)
    send_ask(partnership.asker, partnership.police_desk)
    latest = MigrationExecutor(connection).loader.graph.leaf_nodes()
    database.connect_as("owner")
    MigrationExecutor(connection).migrate(BEFORE)
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE audit_auditevent CASCADE")
    try:
        yield partnership
    finally:
        database.connect_as("owner")
        MigrationExecutor(connection).migrate(latest)
        grant_roles()
        load_reference_data()  # some of its tables came anew
        empty_tables()
        database.connect_as("app")


def test_what_was_signed_before_stays_good_and_the_rest_is_signed(as_before: Partnership) -> None:
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())
    grant_roles()
    database.connect_as("app")

    decider = actor_for(as_before.decider.membership_id)
    assert decider is not None
    assert as_before.police_desk.pk in decider.desk_ids
    counts = check_records(actor=CHECKER)
    assert {name: count for name, count in counts.items() if count} == {}
