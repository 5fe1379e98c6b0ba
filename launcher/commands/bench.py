"""./portal bench: speed, measured on servers of its own that write durably."""

from __future__ import annotations

import subprocess
import sys

from launcher.commands.test import own_environment, own_place
from launcher.place import PROJECT
from launcher.progress import Progress


def run(arguments: list[str]) -> int:
    """Run python -m benchmarks with these arguments."""
    progress = Progress()
    with own_place("bench") as place, own_environment(place, progress, durable=True) as variables:
        progress.say("Benchmarks: starting")
        command = [sys.executable, "-m", "benchmarks", *arguments]
        return subprocess.run(command, cwd=PROJECT, env=variables, check=False).returncode
