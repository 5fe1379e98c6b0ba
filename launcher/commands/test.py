"""./portal test: all tests, on servers of their own that are gone afterwards."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from launcher import environment
from launcher.django_commands import COLLECT_STATIC, Manage
from launcher.place import PROJECT, RUN, Busy, Place
from launcher.progress import Progress
from launcher.servers import servers


def run(arguments: list[str]) -> int:
    """Run pytest with these arguments; its closing line is the last that is printed."""
    progress = Progress()
    with own_place("test") as place, own_environment(place, progress) as variables:
        progress.say("Tests: starting")
        command = [sys.executable, "-m", "pytest", *arguments]
        return subprocess.run(command, cwd=PROJECT, env=variables, check=False).returncode


@contextmanager
def own_place(name: str) -> Iterator[Place]:
    """An empty place that no other run uses: the first of .run/NAME-1, NAME-2 … that is free."""
    for number in range(1, 100):
        place = Place(RUN / f"{name}-{number}")
        try:
            with place.locked():
                for folder in (place.postgres, place.valkey, place.keys, place.mail, place.static):
                    shutil.rmtree(folder, ignore_errors=True)
                place.make()
                yield place
                return
        except Busy:
            continue
    raise Busy(name)


@contextmanager
def own_environment(
    place: Place, progress: Progress, *, durable: bool = False
) -> Iterator[dict[str, str]]:
    """Servers of its own, and static files as pages need them."""
    with servers(place, progress, durable=durable, own=True) as addresses:
        variables = environment.tests(place, addresses)
        progress.say("Static files: collecting")
        Manage(variables, place).run("app", *COLLECT_STATIC)
        yield variables
