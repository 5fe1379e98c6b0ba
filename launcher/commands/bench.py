"""./portal bench: speed, measured on servers of its own that write durably."""

from __future__ import annotations

import subprocess
import sys

from launcher import environment
from launcher.commands.test import own_place
from launcher.place import PROJECT
from launcher.progress import Progress
from launcher.servers import servers


def run(arguments: list[str]) -> int:
    """Run python -m benchmarks with these arguments."""
    progress = Progress()
    with own_place("bench") as place, servers(place, progress, own=True) as addresses:
        variables = environment.tests(place, addresses)
        progress.say("Benchmarks: starting")
        command = [sys.executable, "-m", "benchmarks", *arguments]
        return subprocess.run(command, cwd=PROJECT, env=variables, check=False).returncode
