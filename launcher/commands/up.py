"""./portal up: everything that runs, from an empty folder or from where it stopped."""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from collections.abc import Mapping

from launcher import environment, programs, state
from launcher.django_commands import Manage, prepare
from launcher.errors import CannotGoOn
from launcher.place import PROJECT, RUN, Busy, Place
from launcher.ports import Ports
from launcher.prepared import Prepared
from launcher.processes import last_lines, record_myself, stop_leftovers
from launcher.progress import Progress
from launcher.servers import Servers, operators_database
from launcher.supervisor import Supervisor

LIVE_SECONDS = 90.0
BUSY_SECONDS = 20.0


def run(arguments: list[str]) -> int:
    """Start the portal and stay with it, or leave a supervisor behind that does."""
    options = _options(arguments)
    place, progress = Place(RUN), Progress()
    place.make()
    deadline = time.monotonic() + BUSY_SECONDS
    while place.is_locked():
        running = state.load(place)
        if running and running.ready:
            print(f"The portal is already running at {running.address}")
            return 0
        if time.monotonic() > deadline:
            raise CannotGoOn("Another ./portal is at work here (./portal status). Try again soon.")
        time.sleep(0.2)
    return _leave_behind(options, place) if options.detach else _stay(options, place, progress)


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./portal up", description=__doc__)
    parser.add_argument("--detach", action="store_true", help="leave it running in the background")
    parser.add_argument("--port", type=int, metavar="N", help="the port of the web pages")
    parser.add_argument("--left-behind", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args(arguments)


def _stay(options: argparse.Namespace, place: Place, progress: Progress) -> int:
    supervisor = Supervisor(place, progress)
    try:
        with place.locked():
            try:
                _boot(options, supervisor)
                supervisor.watch()
            except KeyboardInterrupt:
                progress.say("Stopping")
            finally:
                supervisor.stop()
                place.running.unlink(missing_ok=True)
                place.record(state.SUPERVISOR).unlink(missing_ok=True)
    except Busy:
        raise CannotGoOn("Another ./portal began at the same moment.") from None
    progress.say("Stopped. The data are kept.")
    return 0


def _boot(options: argparse.Namespace, supervisor: Supervisor) -> None:
    """Servers, database, programs; then say where it is and who can sign in."""
    place, progress = supervisor.place, supervisor.progress
    if left := stop_leftovers(place):
        progress.say(f"Cleared away what a killed start left running: {', '.join(left)}")
    place.running.unlink(missing_ok=True)
    record_myself(place.record(state.SUPERVISOR))
    port = Ports(place.ports).web(options.port)
    addresses = Servers(place, progress, running=supervisor.running).start()
    variables = environment.demonstration(place, addresses, port)
    now = state.State(port, own_database=not operators_database())
    sign_ins = _start_programs(supervisor, variables, now)
    progress.say("Ready")
    _say_ready(now, sign_ins, detached=options.left_behind)
    now.ready = True
    now.save(place)


def _start_programs(supervisor: Supervisor, variables: Mapping[str, str], now: state.State) -> str:
    """Start everything; returns the sign-ins once people are loaded and pages can be opened."""
    progress, manage = supervisor.progress, Manage(variables, supervisor.place)
    prepared = Prepared(supervisor.place)
    is_prepared = now.own_database and prepared.is_current()
    if not is_prepared:
        prepared.forget()
        prepare(manage, progress)
    progress.say("Web server: starting")
    web, *others = programs.programs(variables, now.port)
    supervisor.start(web)
    if not is_prepared:
        progress.say("Demonstration: loading the partnership and its invented people")
        manage.run("app", "load_demo")
        prepared.remember()
    sign_ins = manage.run("app", "demo_sign_ins")
    _wait_for_pages(supervisor, now.port)
    progress.say("Workers and clock: starting")
    for part in others:
        supervisor.start(part)
    now.parts = {name: part.port for name, (part, _) in supervisor.running.items()}
    return sign_ins


def _wait_for_pages(supervisor: Supervisor, port: int) -> None:
    deadline = time.monotonic() + LIVE_SECONDS
    while not programs.answers(port):
        if not supervisor.is_running("web") or time.monotonic() > deadline:
            end = last_lines(supervisor.place.log("web"))
            raise CannotGoOn(f"The web server does not answer. Its log ends:\n{end}")
        time.sleep(0.1)


def _say_ready(now: state.State, sign_ins: str, *, detached: bool) -> None:
    end = "Stop it with ./portal down" if detached else "Stop it with Ctrl-C"
    print(f"\nThe portal is at {now.address}\n\n{sign_ins.strip()}\n\n{end}", flush=True)


def _leave_behind(options: argparse.Namespace, place: Place) -> int:
    """Start a supervisor that outlives this terminal; show what it says until it is ready."""
    words = ["up", "--left-behind", *(["--port", str(options.port)] if options.port else [])]
    log = place.log(state.SUPERVISOR)
    with log.open("ab") as output:
        child = subprocess.Popen(
            [sys.executable, "-m", "launcher", *words],
            cwd=PROJECT,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        begin = output.tell()
    try:
        return _follow(child, place, begin)
    except KeyboardInterrupt:
        child.terminate()
        child.wait()
        raise


def _follow(child: subprocess.Popen[bytes], place: Place, begin: int) -> int:
    with place.log(state.SUPERVISOR).open() as log:
        log.seek(begin)
        while True:
            ended = child.poll()
            now = state.load(place)
            print(log.read(), end="", flush=True)
            if ended is not None:
                print(log.read(), end="", flush=True)
                return ended
            if now and now.ready:
                return 0
            time.sleep(0.1)
