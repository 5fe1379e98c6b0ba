"""./portal manage: manage.py as the demonstration runs it; its servers are started if they do not run."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

from launcher import django_commands, environment, state
from launcher.errors import CannotGoOn
from launcher.place import PROJECT, RUN, Busy, Place
from launcher.ports import Ports
from launcher.progress import Progress
from launcher.secret_files import SecretFiles
from launcher.servers import database_urls, operators_database, redis_url, servers


def run(arguments: list[str]) -> int:
    """Pass everything on to manage.py. PORTAL_DB_ROLE chooses the database role."""
    with demonstration_environment() as variables:
        command = django_commands.command(*arguments)
        return subprocess.run(command, cwd=PROJECT, env=variables, check=False).returncode


@contextmanager
def demonstration_environment() -> Iterator[dict[str, str]]:
    """The running demonstration's, or that of servers started for as long as this lasts."""
    place = Place(RUN)
    try:
        with place.locked(), servers(place, Progress(quiet=True)) as addresses:
            yield environment.demonstration(place, addresses, Ports(place.ports).web())
    except Busy:
        yield _of_the_running(place)


def _of_the_running(place: Place) -> dict[str, str]:
    now = state.load(place)
    if now is None:
        raise CannotGoOn("Another ./portal is starting or stopping here. Try again in a moment.")
    outside = operators_database()
    if not outside and not now.own_database:
        raise CannotGoOn("The portal was started with DATABASE_URL: set the same variables here.")
    secrets, ports = SecretFiles(place.secrets), Ports(place.ports).known()
    addresses = outside or database_urls(ports["postgres"], secrets)
    addresses["REDIS_URL"] = redis_url(ports.get("valkey"), secrets)
    return environment.demonstration(place, addresses, now.port)
