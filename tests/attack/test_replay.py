"""Somebody kept copies of genuine rows and puts them back, past triggers and rights if they must.

Against the application's role this is refused. The owner of the database can do it; then the rows
disagree with the log, which is sealed, and the nightly comparison names them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg2
import pytest
from django.test import Client

from agencies import services as agencies
from audit import queries as audit
from audit.consistency import CHECKER
from audit.services import checking
from kernel.actors import Role
from tests.asks import BODY
from tests.attack.conftest import Shared, Sql, sees
from tests.partnership import Player, add_person
from vault import services as vault
from vault.models import Grant

Browse = Callable[[Player], Client]
CARRYING = ("agencies_membership", "agencies_deskseat", "agencies_authorisation", "vault_grant")
ENDINGS = ("agencies_authorisationend", "vault_grantrevocation")


@contextmanager
def without_triggers(owner: Sql) -> Iterator[None]:
    for table in (*CARRYING, *ENDINGS):
        owner(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    yield
    for table in (*CARRYING, *ENDINGS):
        owner(f"ALTER TABLE {table} ENABLE TRIGGER USER")


@pytest.fixture
def kept(shared: Shared, as_owner_sql: Sql) -> Iterator[str]:
    """A copy of every row that confers power, made while the reader had it."""
    for table in CARRYING:
        as_owner_sql(f"CREATE TABLE kept_{table} AS TABLE {table}")
        as_owner_sql(f"GRANT SELECT ON kept_{table} TO portal_app")
    yield "kept_"
    for table in CARRYING:
        as_owner_sql(f"DROP TABLE kept_{table}")


def dismiss(shared: Shared) -> None:
    """The reader loses everything: their membership ends, and the grants on what they read."""
    partnership, reader = shared.partnership, shared.partnership.asking_colleague
    for grant in Grant.objects.filter(holder_id=reader.membership_id, reason="NAMED"):
        vault.revoke(actor=partnership.decider.actor, grant=grant)
    lead = add_person("Lee Ader", partnership.care, Role.AGENCY_LEAD)
    agencies.end_membership(actor=lead.actor, membership_id=reader.membership_id)


def put_back(sql: Sql, table: str) -> None:
    """Every column of every row as it was."""
    columns = [
        name
        for (name,) in sql(
            "SELECT column_name FROM information_schema.columns WHERE table_name = %s", table
        )
        if name != "id"
    ]
    listed = ", ".join(f"{name} = k.{name}" for name in columns)
    sql(f"UPDATE {table} AS t SET {listed} FROM kept_{table} AS k WHERE t.id = k.id")  # noqa: S608


@pytest.mark.parametrize("table", CARRYING)
def test_the_application_role_cannot_put_rows_back(
    shared: Shared, browse: Browse, kept: str, as_app: Sql, table: str
) -> None:
    dismiss(shared)
    with pytest.raises((psycopg2.errors.InsufficientPrivilege, psycopg2.errors.IntegrityError)):
        put_back(as_app, table)
    assert BODY not in sees(browse(shared.partnership.asking_colleague), shared.page)


def test_what_the_owner_put_back_is_named_at_night(
    shared: Shared, browse: Browse, kept: str, as_owner_sql: Sql
) -> None:
    assert findings() == set()
    dismiss(shared)
    assert {code for code, _ in findings()}.isdisjoint({"put_back", "ending_removed"})
    with without_triggers(as_owner_sql):
        put_back(as_owner_sql, "agencies_membership")
        put_back(as_owner_sql, "agencies_deskseat")
        as_owner_sql("DELETE FROM vault_grantrevocation")

    assert {
        ("put_back", "agencies.Membership"),
        ("put_back", "agencies.DeskSeat"),
        ("ending_removed", "vault.GrantRevocation"),
    } <= findings()


def findings() -> set[tuple[str, str]]:
    """What the nightly comparison finds."""
    checking.check_records(actor=CHECKER)
    return {(one.code, one.table) for one in audit.open_findings(CHECKER)}
