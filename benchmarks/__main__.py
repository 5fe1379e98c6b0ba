"""Make a database of its own, fill it, measure, print one JSON line per figure, and drop it."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import StringIO
from typing import Any

os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.settings"


def main() -> None:
    """Run the benchmarks whose names are given, or all."""
    arguments = argparse.ArgumentParser(prog="./portal bench")
    known = "inbox, journey, outbox, audit, opening, rewrap"
    arguments.add_argument("names", nargs="*", help=f"{known}; all of them by default")
    arguments.add_argument("--keys", type=int, default=1_000_000)
    arguments.add_argument("--sizes", type=int, nargs=2, default=[10_000, 100_000])
    arguments.add_argument("--depths", type=int, nargs="+", default=[500, 10_000])
    chosen = arguments.parse_args()

    import django

    django.setup()
    from benchmarks import audit, inbox, journey, opening, outbox, rewrap

    measures: dict[str, Callable[[], Iterator[dict[str, Any]]]] = {
        "journey": journey.measure,
        "inbox": lambda: inbox.measure(tuple(chosen.sizes)),
        "audit": lambda: audit.measure(tuple(chosen.sizes)),
        "outbox": lambda: outbox.measure(tuple(chosen.depths)),
        "opening": opening.measure,
        "rewrap": lambda: rewrap.measure(chosen.keys),
    }
    with database():
        for name in chosen.names or measures:
            for figure in measures[name]():
                print(json.dumps({"benchmark": name, **figure}), flush=True)


@contextmanager
def database() -> Iterator[None]:
    """A migrated database used as the application role, dropped at the end."""
    from django.core.management import call_command
    from django.test.utils import setup_databases, teardown_databases

    from tests import database as roles

    roles.connect_as("owner")
    names = setup_databases(verbosity=0, interactive=False)
    for command in ("keyring_init", "load_reference"):
        call_command(command, stdout=StringIO())
    roles.connect_as("app")
    try:
        yield
    finally:
        roles.connect_as("owner")
        teardown_databases(names, verbosity=0)


if __name__ == "__main__":
    main()
