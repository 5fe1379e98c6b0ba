"""The rules of each channel beside the portal, and the mail domains known to be secure (D26, D27).

Reference content with its source: sharing/reference/channels.toml. It informs and blocks nothing.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from sharing.states.contact import Channel, Check

_FILE = Path(__file__).parent / "reference" / "channels.toml"
_PROTECTED = {Check.TLS, Check.EGRESS, Check.PASSWORD}


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of a channel, and the check that says that it was kept."""

    channel: Channel
    check: Check
    text: str


@dataclass(frozen=True, slots=True)
class Rules:
    """One edition, with where it comes from and when that was last read."""

    version: str
    valid_from: date
    checked_on: date
    source: str
    rules: tuple[Rule, ...]
    secure_domains: frozenset[str]

    def of(self, channel: Channel) -> tuple[Rule, ...]:
        """The rules of one channel, in order."""
        return tuple(one for one in self.rules if one.channel is channel)


@cache
def rules() -> Rules:
    """The edition in force."""
    read = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return Rules(
        version=read["version"],
        valid_from=read["valid_from"],
        checked_on=read["checked_on"],
        source=read["source"],
        rules=tuple(
            Rule(Channel(one["channel"]), Check(one["check"]), one["text"]) for one in read["rules"]
        ),
        secure_domains=frozenset(one["domain"] for one in read["secure_domains"]),
    )


def is_secure_domain(address: str) -> bool:
    """Whether mail to an address goes to a domain, or one under a domain, known to be secure."""
    _, at, domain = address.strip().lower().rpartition("@")
    parts = domain.rstrip(">. ").split(".")
    parents = {".".join(parts[place:]) for place in range(len(parts))}
    return bool(at) and not rules().secure_domains.isdisjoint(parents)


def mail_warning(address: str, checks: set[Check]) -> str:
    """What to say of an e-mail that nothing is known to have protected on its way."""
    if checks & _PROTECTED or is_secure_domain(address):
        return ""
    return (
        "Nothing says that this e-mail was protected on its way: the domain is not on the list of "
        "secure ones, and neither Egress, Cisco CRES nor a password is noted. "
        "Next time, ask first or ring. If it may have gone astray, report it"
    )
