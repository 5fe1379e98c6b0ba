"""The answer to "may they?": code branches on the code, people read the reason."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Decision:
    """One policy's answer. The same answer draws the button, guards the page and stops the service."""

    allowed: bool
    code: str = "allowed"
    reason: str = ""

    def __bool__(self) -> bool:
        return self.allowed

    def require(self) -> None:
        """Raise Denied unless allowed."""
        if not self.allowed:
            raise Denied(self)


class Denied(Exception):
    """A refusal on its way to a page (403, or 409 when it came too late) and to the audit."""

    def __init__(self, decision: Decision) -> None:
        super().__init__(decision.code)
        self.decision = decision


ALLOW = Decision(allowed=True)
WRONG_STATE = "wrong_state"


def deny(code: str, reason: str) -> Decision:
    """A refusal. The reason is read by the person refused: it names no child and no case."""
    return Decision(allowed=False, code=code, reason=reason)
