"""The database roles hold exactly the rights that the models declare, and not one more."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection, models

from isp_portal import roles
from tests import database

RIGHTS = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER")
OURS = {
    "kernel", "audit", "vault", "accounts", "retention", "agencies", "agreements", "incidents",
    "guidance", "people",
    "consent", "sharing", "meetings", "oversight",
}  # fmt: skip
# Rows of ours that the application itself may delete, each for a reason
APPLICATION_DELETES = {
    "accounts.Session",  # signing out ends a session at once
    "agencies.AgencyUserObjectPermission",  # django-guardian withdraws an appointment by deleting it
}

pytestmark = pytest.mark.django_db


def managed() -> list[type[models.Model]]:
    every = apps.get_models(include_auto_created=True)
    return [model for model in every if model._meta.managed and not model._meta.proxy]


def declared(rights: str) -> tuple[set[str], dict[str, set[str]]]:
    """Rights on the whole table, and rights on single columns: "UPDATE (closed_at)"."""
    columns = {
        right: {name.strip() for name in names.split(",")}
        for right, names in re.findall(r"(\w+) \(([^)]*)\)", rights)
    }
    whole = {part.strip() for part in re.sub(r"\w+ \([^)]*\)", "", rights).split(",")} - {""}
    return whole, columns


def held(role: str, table: str) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT r FROM unnest(%s) r WHERE has_table_privilege(%s, %s, r)",
            [list(RIGHTS), role, table],
        )
        return {row[0] for row in cursor.fetchall()}


def held_on_columns(role: str, table: str, right: str) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 "
            "AND NOT attisdropped AND has_column_privilege(%s, attrelid, attnum, %s)",
            [table, role, right],
        )
        return {row[0] for row in cursor.fetchall()}


def mismatches(role: str, may: Callable[[type[models.Model]], str]) -> list[str]:
    found = []
    for model in managed():
        table = model._meta.db_table
        whole, columns = declared(may(model))
        if held(role, table) != whole:
            found.append(f"{table}: holds {held(role, table)}, declared {whole}")
        for right, names in columns.items():
            if held_on_columns(role, table, right) != names:
                found.append(f"{table}: {right} on other columns than {names}")
    return found


def test_the_application_role_holds_exactly_what_each_model_declares() -> None:
    assert mismatches(settings.DB_APP_ROLE, roles.app_may) == []


def test_the_disposer_holds_exactly_what_each_model_declares() -> None:
    assert mismatches(settings.DB_DISPOSER_ROLE, roles.disposer_may) == []


def test_the_application_deletes_rows_of_ours_only_where_a_reason_is_listed() -> None:
    deleting = {
        model._meta.label
        for model in managed()
        if model._meta.app_label in OURS
        and "DELETE" in held(settings.DB_APP_ROLE, model._meta.db_table)
    }

    assert deleting == APPLICATION_DELETES


def test_no_working_role_reaches_a_table_that_no_model_declares() -> None:
    """Partitions are reached through their log; migrations' own table is read only."""
    known = {model._meta.db_table for model in managed()} | {"django_migrations"}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
            " AND relkind IN ('r', 'p', 'v', 'm')"
        )
        others = {row[0] for row in cursor.fetchall()} - known
    others = {name for name in others if not name.startswith("vault_sample")}

    assert others, "the partitions of the audit are among them"
    for role in (settings.DB_APP_ROLE, settings.DB_DISPOSER_ROLE):
        assert {name for name in others if held(role, name)} == set()
        assert held(role, "django_migrations") == {"SELECT"}


@pytest.mark.parametrize("role", ["DB_APP_ROLE", "DB_DISPOSER_ROLE"])
def test_no_working_role_defines_owns_or_commands_anything(role: str) -> None:
    name = getattr(settings, role)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT has_schema_privilege(%s, 'public', 'CREATE'),"
            " has_database_privilege(%s, current_database(), 'CREATE'),"
            " (SELECT rolsuper OR rolbypassrls OR rolcreaterole OR rolreplication FROM pg_roles WHERE rolname = %s),"
            " EXISTS (SELECT FROM pg_class WHERE relowner = %s::regrole),"
            " EXISTS (SELECT FROM pg_auth_members WHERE member = %s::regrole)",
            [name] * 5,
        )
        assert cursor.fetchone() == (False,) * 5


def test_nobody_gives_a_user_permissions_by_the_tables_of_django() -> None:
    for table in ("accounts_user_groups", "accounts_user_user_permissions"):
        assert held(settings.DB_APP_ROLE, table) == {"SELECT"}


def test_the_disposer_deletes_keys_and_tokens_and_no_records() -> None:
    deleting = {
        model._meta.label
        for model in managed()
        if "DELETE" in held(settings.DB_DISPOSER_ROLE, model._meta.db_table)
    }

    assert deleting <= {"vault.DataKey", "people.AgencyToken", "people.PersonToken"}
    assert "vault.DataKey" in deleting


def test_tests_run_as_the_application_role() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == (settings.DB_APP_ROLE,)


def test_a_working_role_cannot_pass_its_rights_on() -> None:
    before = held(settings.DB_DISPOSER_ROLE, "vault_grant")
    with connection.cursor() as cursor:  # PostgreSQL warns and grants nothing
        cursor.execute(f"GRANT ALL ON vault_grant TO {settings.DB_DISPOSER_ROLE}")

    assert held(settings.DB_DISPOSER_ROLE, "vault_grant") == before == {"SELECT"}


def test_only_the_owner_sets_rights() -> None:
    """`migrate` in a working role would otherwise fail half-way; it changes nothing."""
    roles.grant_roles()

    assert mismatches(settings.DB_APP_ROLE, roles.app_may) == []


@pytest.mark.django_db(transaction=True)
def test_rights_given_by_hand_are_taken_back_by_the_next_migration(as_owner: Any) -> None:
    with as_owner.cursor() as cursor:
        cursor.execute(f"GRANT UPDATE, DELETE ON vault_datakey TO {settings.DB_APP_ROLE}")
        cursor.execute(f"GRANT UPDATE (kind) ON vault_safe TO {settings.DB_APP_ROLE}")
    assert held(settings.DB_APP_ROLE, "vault_datakey") >= {"UPDATE", "DELETE"}

    with database.acting_as("owner"):
        roles.grant_roles()

    assert held(settings.DB_APP_ROLE, "vault_datakey") == {"SELECT", "INSERT"}
    assert held_on_columns(settings.DB_APP_ROLE, "vault_safe", "UPDATE") == set()
