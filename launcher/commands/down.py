"""./portal down: stop everything, also what a killed launcher left behind."""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import time

from launcher import state
from launcher.errors import CannotGoOn
from launcher.place import RUN, Busy, Place
from launcher.prepared import Prepared
from launcher.processes import stop_leftovers

STOP_SECONDS = 120.0


def run(arguments: list[str]) -> int:
    """Stop the portal; with --forget, the next start begins a new demonstration."""
    parser = argparse.ArgumentParser(prog="./portal down", description=__doc__)
    parser.add_argument("--forget", action="store_true", help="delete the demonstration's data too")
    options = parser.parse_args(arguments)
    place = Place(RUN)
    was_running = _stop_supervisor(place)
    try:
        with place.locked():
            left = stop_leftovers(place)
            place.running.unlink(missing_ok=True)
            if options.forget:
                _forget(place)
    except Busy:
        raise CannotGoOn(
            "Another ./portal is at work here. Wait for it, or end it first."
        ) from None
    print("The portal is stopped." if was_running or left else "The portal was not running.")
    return 0


def _stop_supervisor(place: Place) -> bool:
    supervisor = state.supervisor(place)
    if supervisor is None:
        return False
    os.kill(supervisor.pid, signal.SIGTERM)
    deadline = time.monotonic() + STOP_SECONDS
    while supervisor.is_alive():
        if time.monotonic() > deadline:
            raise CannotGoOn("The portal does not stop. Its log: ./portal logs supervisor")
        time.sleep(0.1)
    return True


def _forget(place: Place) -> None:
    """Database, keys, secrets and mails belong together: one without the others opens nothing."""
    Prepared(place).forget()
    kept = (place.postgres, place.valkey, place.keys, place.sealing, place.secrets, place.mail)
    for folder in kept:
        shutil.rmtree(folder, ignore_errors=True)
