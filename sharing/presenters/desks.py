"""A desk in words."""

from __future__ import annotations

from agencies.models import Desk


def desk_name(desk: Desk) -> str:
    """Which desk of which agency. The agency must have been read with it."""
    return f"{desk.agency.name}, {desk.name}"
