"""The portal's programs, each stopping dead at one place so that a test can kill it there.

HOLD names the place, as MODULE:FUNCTION:before or :after, with :N for the N-th time. Arriving, the
program writes its process id into HOLD_FLAG and waits to be killed, or goes on after HOLD_SECONDS.
Without HOLD it runs as ever.

    celery -A tests.kill.held:app worker …
    gunicorn tests.kill.held:application …
    python -m tests.kill.held COMMAND …        (a management command)
"""

from __future__ import annotations

import os
import sys
import time
from functools import wraps
from importlib import import_module
from pathlib import Path
from typing import Any

from celery.signals import worker_process_init
from django.core.management import execute_from_command_line

from isp_portal.celery import app
from isp_portal.wsgi import application

__all__ = ["app", "application"]


def hold() -> None:
    """Put the stop where HOLD says."""
    if not os.environ.get("HOLD"):
        return
    module_name, name, when, *number = os.environ["HOLD"].split(":")
    owner: Any = import_module(module_name)
    *path, last = name.split(".")
    for part in path:
        owner = getattr(owner, part)
    setattr(owner, last, _stopping(getattr(owner, last), when, int(number[0]) if number else 1))


def _stopping(function: Any, when: str, number: int) -> Any:
    calls = 0

    @wraps(function)
    def held(*args: Any, **options: Any) -> Any:
        nonlocal calls
        calls += 1
        if when == "before" and calls == number:
            _stop_here()
        result = function(*args, **options)
        if when == "after" and calls == number:
            _stop_here()
        return result

    return held


def _stop_here() -> None:
    Path(os.environ["HOLD_FLAG"]).write_text(str(os.getpid()))
    time.sleep(float(os.environ.get("HOLD_SECONDS", "600")))


@worker_process_init.connect  # type: ignore[untyped-decorator]  # celery has no types
def _in_each_worker(**_: Any) -> None:
    hold()


if "gunicorn" in sys.argv[0]:
    hold()

if __name__ == "__main__":
    hold()
    execute_from_command_line(sys.argv)
