"""PostgreSQL refuses to run as root. Two ways to run it from root's terminal all the same."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from launcher.errors import CannotGoOn

NOBODY = 65534
NAMESPACE = ("unshare", "--user", f"--map-user={NOBODY}", f"--map-group={NOBODY}", "--")
NOBODY_PREFIX = ("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "--")


@dataclass(frozen=True, slots=True)
class Guise:
    """What stands before a command, and who owns its files on this machine."""

    prefix: tuple[str, ...]
    uid: int
    gid: int

    def own(self, folder: Path) -> None:
        """Give a folder to the system user it is used by. The folder itself goes last,
        so that an interrupted change is seen and repeated."""
        if folder.stat().st_uid == self.uid:
            return
        for path in sorted(folder.rglob("*"), reverse=True):
            os.lchown(path, self.uid, self.gid)
        os.lchown(folder, self.uid, self.gid)


def _works(prefix: tuple[str, ...]) -> bool:
    if shutil.which(prefix[0]) is None:
        return False
    return subprocess.run([*prefix, "true"], capture_output=True, check=False).returncode == 0


@cache
def guise() -> Guise:
    """As ourselves; from root in a user namespace, or as "nobody" where those are refused."""
    if os.geteuid() != 0:
        return Guise((), os.geteuid(), os.getegid())
    if _works(NAMESPACE):
        return Guise(NAMESPACE, 0, 0)
    if _works(NOBODY_PREFIX):
        return Guise(NOBODY_PREFIX, NOBODY, NOBODY)
    raise CannotGoOn(
        "PostgreSQL does not run as root, and neither unshare nor setpriv works here.\n"
        "Call ./portal as an ordinary user, or set DATABASE_URL to a PostgreSQL server."
    )


def require_reach(chosen: Guise, program: Path) -> None:
    """Say so plainly when "nobody" may not cross the folders above the project."""
    test = subprocess.run([*chosen.prefix, "test", "-x", str(program)], check=False)
    if test.returncode != 0:
        raise CannotGoOn(
            f"The system user that runs PostgreSQL cannot reach {program}.\n"
            "Move the project to a folder that others may enter (for example below /srv), "
            "call ./portal as an ordinary user, or set DATABASE_URL."
        )
