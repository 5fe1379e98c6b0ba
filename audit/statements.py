"""What a seal says, as the exact text that is signed, and as the line that leaves the machine."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Self

from audit.models import Seal

# What stands before the first seal
NOTHING = "0" * 64
_KIND = "isp-portal audit seal 1"


@dataclass(frozen=True, slots=True)
class Statement:
    """A seal's number, time, count, root, predecessor and key. The regulator's verifier knows it too."""

    seal: int
    at: str
    count: int
    root: str
    previous: str
    key: str
    signature: str = ""

    @classmethod
    def of(cls, seal: Seal) -> Self:
        """What a stored seal says."""
        return cls(
            seal.number, stamp(seal.at), seal.count, seal.root, seal.previous, seal.key_id,
            seal.signature,
        )  # fmt: skip

    @classmethod
    def read(cls, line: str) -> Self:
        """A line that left the machine; raises ValueError for anything else."""
        try:
            found: dict[str, Any] = json.loads(line)
            return cls(**found)
        except TypeError as error:
            raise ValueError("not a statement of a seal") from error

    @property
    def signed(self) -> bytes:
        """The exact bytes that the signature covers."""
        parts = [_KIND, self.seal, self.at, self.count, self.root, self.previous, self.key]
        return json.dumps(parts, separators=(",", ":")).encode()

    @property
    def digest(self) -> str:
        """What the following seal names as its predecessor."""
        return hashlib.sha256(self.signed).hexdigest()

    def line(self) -> str:
        """One line of JSON, without line end."""
        return json.dumps(asdict(self), separators=(",", ":"))


def succession(key_id: str) -> bytes:
    """What the key that seals signs to name the one that takes over."""
    return json.dumps(["isp-portal sealing key 1", key_id], separators=(",", ":")).encode()


def stamp(at: datetime) -> str:
    """A time as statements write it: UTC, with microseconds."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def midnight(day: date | None, days: int = 0) -> datetime | None:
    """When a day begins, or the one so many days later: the log's days are those of UTC."""
    return datetime.combine(day + timedelta(days=days), time(), UTC) if day else None
