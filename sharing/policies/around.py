"""Who may say how somebody must not be reached."""

from __future__ import annotations

from kernel.actors import Actor
from kernel.decisions import ALLOW, Decision


def can_warn(actor: Actor, record: object) -> Decision:
    """Whoever sees a request or an ask may add a warning: it takes nothing from anybody."""
    return ALLOW
