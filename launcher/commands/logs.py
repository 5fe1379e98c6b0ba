"""./portal logs: what the parts wrote last."""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from launcher.errors import CannotGoOn
from launcher.place import RUN, Place


def run(arguments: list[str]) -> int:
    """Show the end of one log or of all; with -f go on as they grow."""
    parser = argparse.ArgumentParser(prog="./portal logs", description=__doc__)
    parser.add_argument("part", nargs="?", help="web, worker, retention, beat, postgres, valkey …")
    parser.add_argument("-f", "--follow", action="store_true", help="go on until Ctrl-C")
    parser.add_argument("-n", "--lines", type=int, default=100, metavar="N")
    options = parser.parse_args(arguments)
    logs = _chosen(Place(RUN), options.part)
    ends = {log: _show(log, options.lines, len(logs) > 1) for log in logs}
    while options.follow:
        time.sleep(0.5)
        ends = {log: _show_from(log, end, len(logs) > 1) for log, end in ends.items()}
    return 0


def _chosen(place: Place, part: str | None) -> list[Path]:
    logs = sorted(place.logs.glob("*.log"))
    if not logs:
        raise CannotGoOn("There are no logs yet. Start the portal with ./portal up")
    if part is None:
        return logs
    if place.log(part) not in logs:
        names = ", ".join(log.stem for log in logs)
        raise CannotGoOn(f"There is no log of “{part}”. There are: {names}")
    return [place.log(part)]


def _show(log: Path, lines: int, named: bool) -> int:
    text = log.read_text(errors="replace")
    _print(log, text.splitlines()[-lines:], named)
    return len(text.encode())


def _show_from(log: Path, end: int, named: bool) -> int:
    size = log.stat().st_size
    with log.open("rb") as file:
        file.seek(end if size >= end else 0)  # smaller: it was begun anew
        fresh = file.read()
    _print(log, fresh.decode(errors="replace").splitlines(), named)
    return (end if size >= end else 0) + len(fresh)


def _print(log: Path, lines: list[str], named: bool) -> None:
    for line in lines:
        print(f"{log.stem:11} {line}" if named else line, flush=True)
