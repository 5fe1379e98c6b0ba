"""Understands the first word after ./portal and hands over to its module."""

from __future__ import annotations

import signal
import sys
from importlib import import_module
from types import FrameType

from launcher.errors import CannotGoOn

COMMANDS = {
    "up": "start the portal with a demonstration partnership (--detach, --port N)",
    "down": "stop it; the data stay (--forget also deletes the demonstration's data)",
    "status": "show each part; exit code 0 only if all run",
    "logs": "show the last log lines: logs [PART] [-f]",
    "test": "run all tests on servers of their own; arguments go to pytest",
    "check": "style, types, layers, templates, migrations, generated documents",
    "fix": "put right what check can put right by itself",
    "bench": "measure speed; arguments go to python -m benchmarks",
    "manage": "run manage.py in the demonstration's environment",
    "code": "show a demonstration user's one-time code: code EMAIL",
    "lock": "pin the packages of pyproject.toml by hash (--upgrade)",
    "assets": "rebuild static/vendor from the locked npm packages",
    "help": "show this list",
}


def usage() -> str:
    lines = [f"  ./portal {name:7} {purpose}" for name, purpose in COMMANDS.items()]
    return "\n".join(["The ISP Portal.", "", *lines])


def stop_here(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def main(words: list[str]) -> int:
    """Run one command; what a person must put right is said in a sentence."""
    name, arguments = (words[0], words[1:]) if words else ("help", [])
    if name in ("help", "-h", "--help"):
        print(usage())
        return 0
    if name not in COMMANDS:
        print(f"./portal does not know “{name}”.\n\n{usage()}", file=sys.stderr)
        return 2
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop_here)
    try:
        # Loaded by name, so that status and help work before anything is installed.
        result: int = import_module(f"launcher.commands.{name}").run(arguments)
    except CannotGoOn as reason:
        print(f"\n{reason}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return result


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
