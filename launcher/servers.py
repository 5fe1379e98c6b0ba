"""PostgreSQL and Valkey together: the embedded ones, or those the environment names."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from urllib.parse import quote

from launcher import roles
from launcher.environment import DATABASES
from launcher.errors import CannotGoOn
from launcher.place import Place
from launcher.ports import Ports
from launcher.postgres import Postgres
from launcher.processes import Part, Running, last_lines, spawn, stop_all, stop_leftovers
from launcher.progress import Progress
from launcher.secret_files import SecretFiles
from launcher.valkey import Valkey

# A start right after a kill can meet what the killed server leaves for a moment.
TRIES = 12
PAUSE_SECONDS = 1.0


def database_urls(port: int, secrets: SecretFiles) -> dict[str, str]:
    """One address for each role."""
    return {
        variable: f"postgres://{role}:{quote(secrets.get(role))}@127.0.0.1:{port}/{roles.DATABASE}"
        for variable, role in zip(DATABASES, (roles.APP, roles.OWNER, roles.DISPOSER), strict=True)
    }


def redis_url(port: int | None, secrets: SecretFiles) -> str:
    """The address the environment names, or that of the embedded server on this port."""
    return os.environ.get("REDIS_URL") or _redis_url(port, secrets)


def _redis_url(port: int | None, secrets: SecretFiles) -> str:
    return f"redis://:{quote(secrets.get('valkey'))}@127.0.0.1:{port}/0"


def operators_database() -> dict[str, str]:
    """The addresses of a PostgreSQL server the operator runs, if the environment names one."""
    if not os.environ.get("DATABASE_URL"):
        return {}
    missing = [name for name in DATABASES if not os.environ.get(name)]
    if missing:
        raise CannotGoOn(
            f"DATABASE_URL is set, so {' and '.join(missing)} must be set as well:\n"
            "each of the three database roles has its own address (docs/reference/commands.md)."
        )
    return {name: os.environ[name] for name in DATABASES}


@dataclass
class Servers:
    """Starts what is embedded in one place, and knows the addresses of both."""

    place: Place
    progress: Progress
    durable: bool = True
    own: bool = False  # never the operator's: tests
    running: Running = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.secrets = SecretFiles(self.place.secrets)
        self.ports = Ports(self.place.ports)

    def start(self) -> dict[str, str]:
        """Start both; returns the environment variables that lead to them."""
        outside = {} if self.own else operators_database()
        addresses = outside or self._start_postgres()
        redis = None if self.own else os.environ.get("REDIS_URL")
        return {**addresses, "REDIS_URL": redis or self._start_valkey()}

    def stop(self) -> None:
        stop_all(self.running, self.place)

    def _start_postgres(self) -> dict[str, str]:
        postgres = Postgres(self.place, self.secrets, durable=self.durable)
        if not postgres.data.exists():
            self.progress.say("PostgreSQL: making the data folder")
        postgres.make_data()
        self.progress.say("PostgreSQL: starting")
        port = self._start("postgres", postgres.part, postgres.wait)
        creates = self.own  # test databases are made and dropped by the owner role
        roles.make(port, self.secrets, owner_creates_databases=creates)
        return database_urls(port, self.secrets)

    def _start_valkey(self) -> str:
        self.progress.say("Valkey: starting")
        valkey = Valkey(self.place, self.secrets)
        try:
            port = self._start("valkey", valkey.part, valkey.wait, tries=3)
        except CannotGoOn:
            self.progress.say("Valkey: its file is damaged; starting with an empty one")
            valkey.forget()
            port = self._start("valkey", valkey.part, valkey.wait, tries=3)
        return _redis_url(port, self.secrets)

    def _is_running(self, name: str) -> bool:
        return self.running[name][1].poll() is None

    def _start(
        self,
        name: str,
        part_at: Callable[[int], Part],
        wait: Callable[[int, Callable[[], bool]], bool],
        tries: int = TRIES,
    ) -> int:
        """Start a server, trying again (on a new port if need be) while it ends at once."""
        for attempt in range(tries):
            time.sleep(PAUSE_SECONDS if attempt else 0)
            port = self.ports.internal(name)
            part = part_at(port)
            self.running[name] = part, spawn(part, self.place)
            if wait(port, partial(self._is_running, name)):
                return port
        end = last_lines(self.place.log(name))
        raise CannotGoOn(f"{name} does not start. Its log ends:\n{end}")


@contextmanager
def servers(
    place: Place, progress: Progress, *, durable: bool = True, own: bool = False
) -> Iterator[dict[str, str]]:
    """Both servers for as long as a command needs them."""
    both = Servers(place, progress, durable=durable, own=own)
    stop_leftovers(place)
    try:
        yield both.start()
    finally:
        both.stop()
