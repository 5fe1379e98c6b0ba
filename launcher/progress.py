"""Lines that tell a person at the terminal what is going on, and since when."""

from __future__ import annotations

import os
import time


class Progress:
    """Prints each step with the seconds since ./portal was called."""

    def __init__(self, started: float | None = None, *, quiet: bool = False) -> None:
        # The shell part of ./portal has already worked for a while and says when it began.
        self.started = started or float(os.environ.get("PORTAL_STARTED") or time.time())
        self.quiet = quiet

    def say(self, text: str) -> None:
        if not self.quiet:
            print(f"{max(0.0, time.time() - self.started):6.1f} s  {text}", flush=True)
