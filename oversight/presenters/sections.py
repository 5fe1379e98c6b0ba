"""The parts of oversight that somebody may see."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from audit.policies import can_see_expiries
from kernel.actors import Actor
from oversight import policies


def sections(actor: Actor) -> list[tuple[str, str, str]]:
    """Key, name and address of each."""
    return list(_sections(actor))


def _sections(actor: Actor) -> Iterator[tuple[str, str, str]]:
    if policies.can_see_log(actor):
        yield "log", "The log", reverse("oversight:log")
    if policies.can_keep_post(actor):
        yield "post", "What could not be sent", reverse("oversight:post")
    if can_see_expiries(actor):
        yield "expiry", "What the log no longer keeps", reverse("oversight:expiry")
