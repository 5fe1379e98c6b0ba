"""A launcher finds again what it started, ends all of it, and touches nothing else."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from launcher.place import Place
from launcher.processes import (
    Identity,
    Part,
    leftovers,
    record_myself,
    recorded,
    spawn,
    stop,
    stop_leftovers,
)
from launcher.progress import Progress
from launcher.supervisor import Supervisor


def part(name: str, script: str, **options: float) -> Part:
    environment = {"PATH": os.environ["PATH"]}
    return Part(name, ("/bin/sh", "-c", script), environment, **options)  # type: ignore[arg-type]


def identity_of(place: Place, name: str) -> Identity:
    """Who a part is, once it has said so."""
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        if place.record(name).exists() and (identity := recorded(place.record(name))):
            return identity
        time.sleep(0.01)
    raise AssertionError("the part left no record")


def children(pid: int) -> list[int]:
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def is_gone(pid: int) -> bool:
    """Ended, even where nobody has collected it yet."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] in "ZX"
    except OSError:
        return True


def wait_until(condition: object) -> None:
    deadline = time.monotonic() + 5
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_what_a_killed_launcher_left_is_ended_with_its_children(place: Place) -> None:
    process = spawn(part("web", "sleep 600 & sleep 600 & wait"), place)
    identity = identity_of(place, "web")
    wait_until(lambda: len(children(process.pid)) == 2)
    pids = [process.pid, *children(process.pid)]

    assert leftovers(place) == ["web"]
    assert stop_leftovers(place) == ["web"]

    process.wait()
    assert not identity.is_alive()
    assert all(is_gone(pid) for pid in pids)
    assert list(place.records.iterdir()) == []


def test_children_are_ended_even_when_their_parent_is_gone(place: Place) -> None:
    process = spawn(part("worker", "sleep 600 & wait"), place)
    identity_of(place, "worker")
    wait_until(lambda: children(process.pid))
    (child,) = children(process.pid)
    process.kill()
    process.wait()

    assert stop_leftovers(place) == ["worker"]
    assert is_gone(child)


def test_a_stranger_who_got_the_same_number_is_left_alone(place: Place) -> None:
    with subprocess.Popen(["sleep", "600"], start_new_session=True) as stranger:
        line = Path(f"/proc/{stranger.pid}/stat").read_text()
        head, _, tail = line.rpartition(")")
        fields = tail.split()
        fields[19] = str(int(fields[19]) - 1)  # the recorded one began a moment earlier
        place.record("web").write_text(f"{head}) {' '.join(fields)}")

        assert stop_leftovers(place) == []
        assert stranger.poll() is None
        stranger.kill()


@pytest.mark.parametrize("text", ["", "123", "12 (sh) S 1"])
def test_a_record_cut_short_is_forgotten(place: Place, text: str) -> None:
    place.record("web").write_text(text)

    assert stop_leftovers(place) == []
    assert not place.record("web").exists()


def test_a_part_that_does_not_listen_is_killed(place: Place) -> None:
    deaf = part("web", "trap '' TERM; echo deaf; while :; do sleep 0.1; done", stop_seconds=0.3)
    process = spawn(deaf, place)
    wait_until(lambda: "deaf" in place.log("web").read_text())

    stop(process, deaf, place)

    assert process.returncode == -signal.SIGKILL


def test_a_process_knows_itself(place: Place) -> None:
    record_myself(place.record("supervisor"))

    identity = recorded(place.record("supervisor"))

    assert identity is not None
    assert identity.pid == os.getpid()
    assert identity.is_alive()


def test_a_part_that_ends_is_started_again_after_longer_and_longer_pauses(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    supervisor = Supervisor(place, Progress(started=0))
    supervisor.start(part("web", "echo out of memory; exit 3"))
    now, pauses = 0.0, []
    for _ in range(7):
        supervisor.running["web"][1].wait()
        supervisor.look_at("web", now)
        pauses.append(supervisor.troubles["web"].pause)
        supervisor.look_at("web", now + pauses[-1] - 0.1)
        assert supervisor.running["web"][1].poll() is not None, "it was started too early"
        now += pauses[-1]
        supervisor.look_at("web", now)
    supervisor.running["web"][1].wait()

    assert pauses == [1, 2, 4, 8, 16, 30, 30]
    assert "web: ended by itself (exit code 3); starting it again in 1 s" in (
        said := capsys.readouterr().out
    )
    assert "out of memory" in said


def test_a_part_that_ran_steadily_is_started_again_soon(place: Place) -> None:
    supervisor = Supervisor(place, Progress(started=0, quiet=True))
    supervisor.start(part("web", "exit 1"))
    for now in (0.0, 1.0, 100.0):
        supervisor.running["web"][1].wait()
        supervisor.look_at("web", now)

    assert supervisor.troubles["web"].pause == 1


def test_a_detached_launcher_ends_on_the_signal_that_down_sends(place: Place) -> None:
    script = (
        "import launcher.__main__ as m, signal, time\n"
        "signal.signal(signal.SIGTERM, m.stop_here)\n"
        "try: print('up', flush=True); time.sleep(600)\n"
        "except KeyboardInterrupt: raise SystemExit(7)\n"
    )
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.terminate()

    assert process.returncode == 7
