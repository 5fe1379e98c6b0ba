"""./portal assets: styles and scripts of the design system, compiled into static/vendor."""

from __future__ import annotations

import shutil
import subprocess

from launcher.errors import CannotGoOn
from launcher.place import PROJECT


def run(arguments: list[str]) -> int:
    """Needs Node.js, which running the portal does not: the result is in the repository."""
    if shutil.which("npm") is None:
        raise CannotGoOn(
            "Rebuilding needs Node.js: apt-get install --no-install-recommends nodejs npm"
        )
    return subprocess.run(["assets/build.sh", *arguments], cwd=PROJECT, check=False).returncode
