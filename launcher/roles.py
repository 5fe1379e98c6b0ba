"""The three database roles: owner migrates, app runs the portal, disposer destroys what is due."""

from __future__ import annotations

from typing import Any, Protocol

import psycopg2
from psycopg2 import sql
from psycopg2.extensions import ISOLATION_LEVEL_AUTOCOMMIT

DATABASE = "portal"
SUPERUSER = "postgres"
OWNER, APP, DISPOSER = "portal_owner", "portal_app", "portal_disposer"
ROLES = (OWNER, APP, DISPOSER)


class Passwords(Protocol):
    """Where passwords come from."""

    def get(self, name: str) -> str: ...


def connect(port: int, password: str, seconds: int = 3) -> Any:
    """A connection as the cluster's superuser, outside any transaction."""
    connection = psycopg2.connect(
        host="127.0.0.1",
        port=port,
        user=SUPERUSER,
        password=password,
        dbname="postgres",
        connect_timeout=seconds,
    )
    connection.set_isolation_level(ISOLATION_LEVEL_AUTOCOMMIT)
    return connection


def make(port: int, passwords: Passwords, *, owner_creates_databases: bool = False) -> None:
    """Bring roles and database to the state they must have, whatever they were."""
    connection = connect(port, passwords.get(SUPERUSER))
    try:
        with connection.cursor() as cursor:
            for role in ROLES:
                _role(cursor, role, passwords.get(role), owner_creates_databases and role == OWNER)
            _database(cursor)
    finally:
        connection.close()


def _role(cursor: Any, role: str, password: str, creates_databases: bool) -> None:
    cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
    verb = "ALTER" if cursor.fetchone() else "CREATE"
    rights = "LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOREPLICATION NOINHERIT"
    rights += " CREATEDB" if creates_databases else " NOCREATEDB"
    statement = sql.SQL(f"{verb} ROLE {{}} {rights} PASSWORD {{}}")
    cursor.execute(statement.format(sql.Identifier(role), sql.Literal(password)))


def _database(cursor: Any) -> None:
    cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
    names = {"name": sql.Identifier(DATABASE), "owner": sql.Identifier(OWNER)}
    if not cursor.fetchone():
        cursor.execute(sql.SQL("CREATE DATABASE {name} OWNER {owner}").format(**names))
    cursor.execute(sql.SQL("REVOKE ALL ON DATABASE {name} FROM PUBLIC").format(**names))
    for role in (APP, DISPOSER):
        grant = sql.SQL("GRANT CONNECT ON DATABASE {name} TO {role}")
        cursor.execute(grant.format(role=sql.Identifier(role), **names))
