"""Watches the parts, starts again what ends by itself, and stops them all in order."""

from __future__ import annotations

import signal
import time
from dataclasses import dataclass

from launcher.place import Place
from launcher.processes import Part, Running, last_lines, spawn, stop_all
from launcher.progress import Progress

LOOK_SECONDS = 0.3
STEADY_SECONDS = 60.0
LONGEST_PAUSE = 30.0


@dataclass(slots=True)
class Trouble:
    """How often a part ended lately, and when it is started again."""

    times: int
    again_at: float
    started_at: float

    @property
    def pause(self) -> float:
        return min(2.0 ** (self.times - 1), LONGEST_PAUSE)


class Supervisor:
    """The parts that run in one place."""

    def __init__(self, place: Place, progress: Progress) -> None:
        self.place = place
        self.progress = progress
        self.running: Running = {}
        self.troubles: dict[str, Trouble] = {}

    def start(self, part: Part) -> None:
        self.running[part.name] = part, spawn(part, self.place)

    def is_running(self, name: str) -> bool:
        return self.running[name][1].poll() is None

    def watch(self) -> None:
        """Look after the parts until a signal ends this."""
        while True:
            for name in self.running:
                self.look_at(name, time.monotonic())
            time.sleep(LOOK_SECONDS)

    def look_at(self, name: str, now: float) -> None:
        """Notice that a part has ended, and start it again once its pause is over."""
        part, process = self.running[name]
        if process.poll() is None:
            return
        trouble = self.troubles.get(name)
        if trouble is None or trouble.again_at <= trouble.started_at:
            self._notice(name, process.returncode, now)
        elif now >= trouble.again_at:
            self.progress.say(f"{name}: starting again")
            trouble.started_at = now
            self.start(part)

    def _notice(self, name: str, code: int, now: float) -> None:
        last = self.troubles.get(name)
        steady = last is None or now - last.started_at > STEADY_SECONDS
        trouble = Trouble(1 if steady or last is None else last.times + 1, now, now)
        trouble.again_at = now + trouble.pause
        self.troubles[name] = trouble
        how = f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
        self.progress.say(
            f"{name}: ended by itself ({how}); starting it again in {trouble.pause:.0f} s. "
            f"Its log ends:\n{last_lines(self.place.log(name), 8)}"
        )

    def stop(self) -> None:
        """Stop everything, last started first; nothing interrupts this."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        stop_all(self.running, self.place)
