"""Calls to manage.py: the launcher's only way of asking Django for something."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from launcher.errors import CannotGoOn
from launcher.place import PROJECT, Place
from launcher.processes import leaving_record
from launcher.progress import Progress

COLLECT_STATIC = ("collectstatic", "--noinput", "--clear", "--verbosity=0")


def command(*words: str) -> list[str]:
    return [sys.executable, "manage.py", *words]


class Manage:
    """Runs manage.py quietly; what it printed is shown when it fails."""

    def __init__(self, environment: Mapping[str, str], place: Place) -> None:
        self.environment = environment
        self.place = place

    def begin(self, role: str, *words: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            # A later start ends it, should this one be killed meanwhile.
            leaving_record(command(*words), self._record(words[0])),
            cwd=PROJECT,
            env={**self.environment, "PORTAL_DB_ROLE": role},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def finish(self, process: subprocess.Popen[str], name: str) -> str:
        output, _ = process.communicate()
        self._record(name).unlink(missing_ok=True)
        if process.returncode != 0:
            raise CannotGoOn(f"manage.py {name} failed:\n{output}")
        return output

    def _record(self, name: str) -> Path:
        return self.place.record(f"manage.{name}")

    def run(self, role: str, *words: str) -> str:
        return self.finish(self.begin(role, *words), words[0])


def prepare(manage: Manage, progress: Progress) -> None:
    """Bring database, keys, reference data and static files to what this version needs."""
    static = manage.begin("app", *COLLECT_STATIC)
    progress.say("Database: migrating")
    manage.run("owner", "migrate", "--noinput", "--verbosity=0")
    progress.say("Key ring: looking after the keys")
    manage.run("owner", "keyring_init")
    manage.run("app", "sealing_key")
    progress.say("Reference data: purposes, limits, retention classes")
    manage.run("owner", "load_reference")
    progress.say("Static files: collecting")
    manage.finish(static, "collectstatic")
