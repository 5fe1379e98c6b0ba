"""The embedded servers start whatever happened before, and let nobody in without a password."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg2
import pytest

from launcher.errors import CannotGoOn
from launcher.place import Place
from launcher.postgres import Postgres
from launcher.processes import recorded, stop_leftovers
from launcher.progress import Progress
from launcher.secret_files import SecretFiles
from launcher.servers import Servers


@pytest.fixture(autouse=True)
def embedded(monkeypatch: pytest.MonkeyPatch) -> None:
    """These tests are about our own servers, whatever the caller's environment names."""
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_DISPOSER_URL", "REDIS_URL"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def servers(place: Place) -> Iterator[Servers]:
    servers = Servers(place, Progress(quiet=True), durable=False)
    yield servers
    servers.stop()


def value(url: str, query: str) -> Any:
    connection = psycopg2.connect(url)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(query)
            return cursor.fetchone()[0] if cursor.description else None
    finally:
        connection.close()


def test_after_a_kill_the_data_are_there_and_stale_locks_do_not_matter(servers: Servers) -> None:
    servers.durable = True
    url = servers.start()["DATABASE_OWNER_URL"]
    value(url, "CREATE TABLE kept AS SELECT 7 AS answer")
    for _, process in servers.running.values():
        os.kill(process.pid, signal.SIGKILL)
    for _, process in servers.running.values():
        process.wait()
    servers.running.clear()
    assert (servers.place.postgres / "data" / "postmaster.pid").exists()

    stop_leftovers(servers.place)
    url = servers.start()["DATABASE_OWNER_URL"]

    assert value(url, "SELECT answer FROM kept") == 7


def test_a_lock_whose_number_now_belongs_to_another_program_is_removed(servers: Servers) -> None:
    postgres = Postgres(servers.place, servers.secrets, durable=False)
    postgres.make_data()
    lock = postgres.data / "postmaster.pid"
    with subprocess.Popen(["sleep", "600"]) as stranger:
        lock.write_text(f"{stranger.pid}\n{postgres.data}\n1700000000\n5432\n\n\n")
        os.chown(lock, postgres.guise.uid, postgres.guise.gid)

        url = servers.start()["DATABASE_URL"]

        assert value(url, "SELECT 1") == 1
        assert stranger.poll() is None
        stranger.kill()


def test_a_server_that_nobody_knows_of_gives_way(servers: Servers) -> None:
    servers.start()
    _, orphan = servers.running.pop("postgres")
    servers.place.record("postgres").unlink()

    url = servers._start_postgres()["DATABASE_URL"]

    assert value(url, "SELECT 1") == 1
    assert orphan.wait() == 0


def test_a_half_made_data_folder_is_made_anew(servers: Servers) -> None:
    half = servers.place.postgres / "data.new"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("1")
    (servers.place.postgres / "password.new").write_text("old")

    url = servers.start()["DATABASE_URL"]

    assert value(url, "SELECT 1") == 1
    assert not half.exists()
    assert not (servers.place.postgres / "password.new").exists()


def test_a_data_folder_still_being_made_by_a_killed_start_is_made_anew(servers: Servers) -> None:
    command = [sys.executable, "-c", LAUNCH, str(servers.place.root)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as launcher:
        deadline = time.monotonic() + 20
        while not servers.place.record("initdb").exists():
            assert time.monotonic() < deadline
            time.sleep(0.005)
        launcher.kill()

    stop_leftovers(servers.place)

    assert value(servers.start()["DATABASE_URL"], "SELECT 1") == 1


def test_a_damaged_valkey_file_is_replaced_by_an_empty_one(servers: Servers) -> None:
    log = servers.place.valkey / "appendonlydir"
    log.mkdir(parents=True)
    (log / "appendonly.aof.manifest").write_text("file nonsense\n")
    servers._start_valkey()

    assert servers._is_running("valkey")


def test_three_roles_stand_ready_none_above_the_rules(servers: Servers) -> None:
    addresses = servers.start()
    rights = "SELECT rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb FROM pg_roles"

    for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_DISPOSER_URL"):
        assert value(addresses[name], f"{rights} WHERE rolname = current_user") is False
    owner = "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = current_database()"
    assert value(addresses["DATABASE_URL"], owner) == "portal_owner"
    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        value(addresses["DATABASE_URL"], "CREATE TABLE mine ()")
    with pytest.raises(psycopg2.OperationalError, match="authentication failed"):
        psycopg2.connect(addresses["DATABASE_URL"].replace("portal_app:", "portal_app:x"))


def test_a_password_that_got_lost_is_said_so(servers: Servers) -> None:
    servers.start()
    servers.stop()
    (servers.place.secrets / "postgres").unlink()

    with pytest.raises(CannotGoOn, match="down --forget"):
        servers.start()


def test_data_of_another_version_are_not_touched(place: Place, secrets: SecretFiles) -> None:
    data = place.postgres / "data"
    data.mkdir(parents=True)
    (data / "PG_VERSION").write_text("16\n")

    with pytest.raises(CannotGoOn, match="made by PostgreSQL 16"):
        Postgres(place, secrets).make_data()

    assert (data / "PG_VERSION").read_text() == "16\n"


LAUNCH = """
import sys
from pathlib import Path
from launcher.place import Place
from launcher.processes import stop_leftovers
from launcher.progress import Progress
from launcher.servers import Servers
place = Place(Path(sys.argv[1]))
with place.locked():
    stop_leftovers(place)
    Servers(place, Progress(), durable=False).start()
"""


def test_killed_at_any_moment_of_the_first_start_it_starts_again(place: Place) -> None:
    for delay in (0.15, 0.35, 0.6, 0.9):
        command = [sys.executable, "-c", LAUNCH, str(place.root)]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL) as launcher:
            time.sleep(delay)
            launcher.kill()
    stop_leftovers(place)
    servers = Servers(place, Progress(quiet=True), durable=False)
    try:
        with place.locked():
            assert value(servers.start()["DATABASE_URL"], "SELECT 1") == 1
    finally:
        servers.stop()


def test_the_password_of_valkey_is_not_in_its_arguments(servers: Servers) -> None:
    servers._start_valkey()
    identity = recorded(servers.place.record("valkey"))

    assert identity is not None
    arguments = Path(f"/proc/{identity.pid}/cmdline").read_text()
    assert servers.secrets.get("valkey") not in arguments
    assert (servers.place.valkey / "valkey.conf").stat().st_mode & 0o077 == 0
