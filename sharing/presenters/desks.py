"""A desk in words."""

from __future__ import annotations

from agencies.models import Desk
from sharing.models import Answer


def desk_name(desk: Desk) -> str:
    """Which desk of which agency. The agency must have been read with it."""
    return f"{desk.agency.name}, {desk.name}"


def sender_name(answer: Answer) -> str:
    """Who stands behind an answer: a desk, or an agency that has none."""
    return desk_name(answer.from_desk) if answer.from_desk else answer.from_agency.name
