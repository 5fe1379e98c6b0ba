"""./portal lock: pin every package of pyproject.toml by hash, for people's machines and for the image."""

from __future__ import annotations

import subprocess

from launcher.place import PROJECT, RUN

UV = (str(RUN / "tools" / "bin" / "uv"), "pip", "compile", "--quiet", "pyproject.toml")
# No address of any index in the result: it works behind whatever mirror a machine has.
STYLE = ("--universal", "--generate-hashes", "--no-header", "--no-annotate")
LOCK, PRODUCTION = "requirements.lock", "requirements-production.lock"


def run(arguments: list[str]) -> int:
    """Bring both locks up to date; --upgrade also takes newer versions."""
    common = (*UV, *STYLE, "--python-version", "3.11")
    groups = ("--group", "dev", "--group", "embedded")
    subprocess.run([*common, *groups, *arguments, "-o", LOCK], cwd=PROJECT, check=True)
    # The image holds the very versions that were tested.
    (PROJECT / PRODUCTION).unlink(missing_ok=True)
    subprocess.run([*common, "--constraint", LOCK, "-o", PRODUCTION], cwd=PROJECT, check=True)
    return 0
