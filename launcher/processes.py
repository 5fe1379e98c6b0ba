"""Programs the launcher starts: each leaves a record by which a later launcher finds it again."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from launcher.place import PROJECT, Place

# The record is written by the process itself before it becomes the program: there is no moment
# at which the program runs unrecorded. The line of /proc tells it from a later process that
# happens to get the same number.
RECORD_THEN_RUN = 'read -r line </proc/$$/stat && printf "%s\\n" "$line" >"$0" && exec "$@"'
LOG_LIMIT = 10_000_000
LEFTOVER_SECONDS = 5.0


def nothing() -> None:
    """What most parts have to do before they start."""


@dataclass(frozen=True, slots=True)
class Part:
    """One program of the portal, and how it is started and stopped."""

    name: str
    argv: tuple[str, ...]
    environment: Mapping[str, str]
    port: int | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    stop_seconds: float = 20.0
    before_start: Callable[[], None] = nothing


Running = dict[str, tuple[Part, subprocess.Popen[bytes]]]


@dataclass(frozen=True, slots=True)
class Identity:
    """A process and the moment it began, which together no other process ever has."""

    pid: int
    began: int

    def is_alive(self) -> bool:
        now = _stat(Path(f"/proc/{self.pid}/stat"))
        return now is not None and now.began == self.began and now.state not in "ZX"


@dataclass(frozen=True, slots=True)
class _Stat:
    pid: int
    state: str
    session: int
    began: int


def _stat(path: Path) -> _Stat | None:
    """The fields of a /proc/PID/stat line that we use; None if there is no such process."""
    try:
        head, _, tail = path.read_text().rpartition(")")
        fields = tail.split()
        return _Stat(int(head.split(" ")[0]), fields[0], int(fields[3]), int(fields[19]))
    except (OSError, ValueError, IndexError):
        return None


def recorded(path: Path) -> Identity | None:
    """The process a record speaks of, running or not."""
    stat = _stat(path)
    return Identity(stat.pid, stat.began) if stat else None


def running(pid: int) -> Identity | None:
    """The process that has this number now."""
    return recorded(Path(f"/proc/{pid}/stat"))


def record_myself(path: Path) -> None:
    path.write_text(Path("/proc/self/stat").read_text())


def leaving_record(argv: Sequence[str], record: Path) -> list[str]:
    """The same command, which first writes down which process it is."""
    return ["/bin/sh", "-c", RECORD_THEN_RUN, str(record), *argv]


def spawn(part: Part, place: Place) -> subprocess.Popen[bytes]:
    """Start a part in a session of its own, its output going to its log."""
    part.before_start()
    log = place.log(part.name)
    if log.exists() and log.stat().st_size > LOG_LIMIT:
        log.replace(log.with_suffix(".log.1"))
    with log.open("ab") as output:
        return subprocess.Popen(
            leaving_record(part.argv, place.record(part.name)),
            cwd=PROJECT,
            env=dict(part.environment),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def stop(process: subprocess.Popen[bytes], part: Part, place: Place) -> None:
    """Ask a part to finish; end it and what it started if it does not."""
    if process.poll() is None:
        process.send_signal(part.stop_signal)
        try:
            process.wait(part.stop_seconds)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    place.record(part.name).unlink(missing_ok=True)


def stop_all(running: Running, place: Place) -> None:
    """Stop parts, last started first."""
    while running:
        part, process = running.popitem()[1]
        stop(process, part, place)


def stop_leftovers(place: Place) -> list[str]:
    """End what a killed launcher left running here; returns the names of those parts."""
    found = []
    for path in sorted(place.records.iterdir()) if place.records.exists() else []:
        identity = recorded(path)
        if identity and path.name != "supervisor" and end(identity, path.name):
            found.append(path.name)
        path.unlink(missing_ok=True)
    return found


def leftovers(place: Place) -> list[str]:
    """Names of the parts that run here although nobody looks after them."""
    if not place.records.exists():
        return []
    found = ((path.name, recorded(path)) for path in sorted(place.records.iterdir()))
    return [name for name, identity in found if identity and _still_there(identity)]


def end(identity: Identity, name: str) -> bool:
    """End a process, then what it started: politely first, then not."""
    if not _still_there(identity):
        return False
    if identity.is_alive():
        # PostgreSQL takes SIGTERM as "wait for every client to leave"; SIGINT is its fast stop.
        _send([identity.pid], signal.SIGINT if name == "postgres" else signal.SIGTERM)
        _wait_while(identity.is_alive)
    for number in (signal.SIGTERM, signal.SIGKILL):
        _send(_still_there(identity), number)
        _wait_while(lambda: bool(_still_there(identity)))
    return True


def _wait_while(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + LEFTOVER_SECONDS
    while condition() and time.monotonic() < deadline:
        time.sleep(0.02)


def _still_there(identity: Identity) -> list[int]:
    """The process if it lives, first, then what is left of its session."""
    members = [stat.pid for stat in _session(identity) if stat.pid != identity.pid]
    return ([identity.pid] if identity.is_alive() else []) + members


def _session(identity: Identity) -> list[_Stat]:
    """Living processes of the session that this process began."""
    leader = _stat(Path(f"/proc/{identity.pid}/stat"))
    if leader and leader.began != identity.began:
        return []  # the number was given to somebody else: that session is not ours
    stats = (_stat(path) for path in Path("/proc").glob("[0-9]*/stat"))
    return [
        stat
        for stat in stats
        if stat
        and stat.session == identity.pid
        and stat.began >= identity.began
        and stat.state not in "ZX"
    ]


def _send(pids: list[int], signal_number: signal.Signals) -> None:
    for pid in pids:
        try:
            os.kill(pid, signal_number)
        except ProcessLookupError:
            continue


def last_lines(log: Path, count: int = 25) -> str:
    """The end of a log, for a person who must see why something stopped."""
    try:
        with log.open("rb") as file:
            file.seek(max(0, log.stat().st_size - 16_000))
            text = file.read().decode(errors="replace")
    except OSError:
        return ""
    return "\n".join(f"    {line}" for line in text.splitlines()[-count:])
