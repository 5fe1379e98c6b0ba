"""./portal code EMAIL: a demonstration user's current one-time code."""

from __future__ import annotations

from launcher.commands import manage
from launcher.errors import CannotGoOn


def run(arguments: list[str]) -> int:
    """Ask the portal itself, which refuses outside demonstration mode."""
    if len(arguments) != 1:
        raise CannotGoOn(
            "Whose code? ./portal code EMAIL (the addresses: ./portal manage demo_sign_ins)"
        )
    return manage.run(["one_time_code", *arguments])
