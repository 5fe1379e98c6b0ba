"""What a look through the chain can find, each with the sentence that people read."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID


class Code(StrEnum):
    """One kind of finding."""

    ROW_CHANGED = "ROW_CHANGED"
    ROW_REMOVED = "ROW_REMOVED"
    ROW_INSERTED = "ROW_INSERTED"
    ROW_UNSEALED = "ROW_UNSEALED"
    LEAF_CHANGED = "LEAF_CHANGED"
    LEAF_REMOVED = "LEAF_REMOVED"
    LEAF_INSERTED = "LEAF_INSERTED"
    LEAF_REORDERED = "LEAF_REORDERED"
    SEAL_MISSING = "SEAL_MISSING"
    SEAL_REPEATED = "SEAL_REPEATED"
    SEAL_KEY_UNKNOWN = "SEAL_KEY_UNKNOWN"
    SEAL_KEY_UNANNOUNCED = "SEAL_KEY_UNANNOUNCED"
    SEAL_FORGED = "SEAL_FORGED"
    SEAL_UNLINKED = "SEAL_UNLINKED"
    TAIL_CUT = "TAIL_CUT"
    ROOT_DIFFERS = "ROOT_DIFFERS"
    ROOT_FORGED = "ROOT_FORGED"
    ROOT_OVERDUE = "ROOT_OVERDUE"
    EXPIRY_FORGED = "EXPIRY_FORGED"

    @property
    def sentence(self) -> str:
        return _SENTENCES[self]


_SENTENCES = {
    Code.ROW_CHANGED: "This event was changed after it was sealed",
    Code.ROW_REMOVED: "This event was removed from the log",
    Code.ROW_INSERTED: "This event stands in the log, but no seal ever covered it",
    Code.ROW_UNSEALED: "This event has waited longer than five minutes to be sealed",
    Code.LEAF_CHANGED: "The leaf of this event does not fit the signed root of its seal",
    Code.LEAF_REMOVED: "The leaf at this place of the seal was removed",
    Code.LEAF_INSERTED: "The leaf of this event was added to a seal that did not count it",
    Code.LEAF_REORDERED: "The leaf of this event was moved to another place in its seal",
    Code.SEAL_MISSING: "This seal is missing",
    Code.SEAL_REPEATED: "There is more than one seal of this number",
    Code.SEAL_KEY_UNKNOWN: "This seal names a key that is not on the key ring",
    Code.SEAL_KEY_UNANNOUNCED: "This seal begins with a key that the key before did not announce",
    Code.SEAL_FORGED: "The signature of this seal does not fit what it says",
    Code.SEAL_UNLINKED: "This seal does not follow from the seal before it",
    Code.TAIL_CUT: "A statement from outside names this seal, and the chain ends before it",
    Code.ROOT_DIFFERS: "A statement from outside says something else than this seal",
    Code.ROOT_FORGED: "A statement from outside is not genuine, so it was not compared",
    Code.ROOT_OVERDUE: "No root has left the machine for longer than a day and a half",
    Code.EXPIRY_FORGED: "The record of an expiry was not written by the portal",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong, and with what."""

    code: Code
    log: str = ""
    id: UUID | None = None
    seal: int | None = None
    position: int | None = None

    def facts(self) -> dict[str, Any]:
        """As stored and shown: what is known of it, ids as text."""
        known = {"code": self.code.value, "log": self.log, "id": str(self.id or "")}
        places = {"seal": self.seal, "position": self.position}
        return {k: v for k, v in {**known, **places}.items() if v not in ("", None)}

    def line(self) -> str:
        """One line for a terminal."""
        where = " ".join(f"{k}={v}" for k, v in self.facts().items() if k != "code")
        return f"{self.code:<20} {where}  {self.code.sentence}"


# How many findings are kept word for word; all are counted
MOST_KEPT = 1000


@dataclass(slots=True)
class Report:
    """What was looked at, and what was found."""

    began_at: datetime
    seconds: float = 0.0
    first_seal: int | None = None
    last_seal: int | None = None
    events: int = 0
    expired: int = 0
    statements: int = 0
    problems: int = 0
    findings: list[Finding] = field(default_factory=list)

    def add(self, finding: Finding) -> None:
        self.problems += 1
        if len(self.findings) < MOST_KEPT:
            self.findings.append(finding)
