"""PostgreSQL refuses to run as root. Ways to run it from root's terminal all the same."""

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
AS_NOBODY = ("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups")
# Where "nobody" may not enter a folder above the project, such as root's home: the right to look
# through folders, kept also when a program asks beforehand whether it may.
ENTERING = (
    "--securebits=+no_setuid_fixup",
    "--inh-caps=+dac_read_search",
    "--ambient-caps=+dac_read_search",
)


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


def _can_run(guise: Guise, program: Path) -> bool:
    if shutil.which(guise.prefix[0]) is None:
        return False
    test = [*guise.prefix, "test", "-x", str(program)]
    return subprocess.run(test, capture_output=True, check=False).returncode == 0


@cache
def guise_for(program: Path) -> Guise:
    """As ourselves; from root in a user namespace, or as "nobody" where those are refused."""
    if os.geteuid() != 0:
        return Guise((), os.geteuid(), os.getegid())
    choices = (
        Guise(NAMESPACE, 0, 0),
        Guise((*AS_NOBODY, "--"), NOBODY, NOBODY),
        Guise((*AS_NOBODY, *ENTERING, "--"), NOBODY, NOBODY),
    )
    for guise in choices:
        if _can_run(guise, program):
            return guise
    raise CannotGoOn(
        "PostgreSQL does not run as root, and neither unshare nor setpriv helps here.\n"
        "Call ./portal as an ordinary user, or set DATABASE_URL to a PostgreSQL server."
    )
