"""The seals themselves: numbers without gap, links, signatures, keys, and statements from outside."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.conf import settings

from audit import keys
from audit.models import AuditEvent, Leaf, RootDelivery, Seal
from audit.statements import NOTHING, Statement, succession
from audit.verifying.findings import Code, Finding

ROOTS_LEAVE_WITHIN = timedelta(hours=36)
# Of one gap, so many are named: a number may have been made up
MOST_MISSING = 1000


class Chain:
    """Takes seals one after another and says what is wrong with each."""

    def __init__(self, before: Seal | None, is_expired: Callable[[datetime], bool]) -> None:
        self.last = before
        self.keys: dict[str, Ed25519PublicKey] = keys.public_keys()
        self.is_expired = is_expired

    def judge(self, seal: Seal) -> Iterator[Finding]:
        """What is wrong with the next seal; it is then the last one."""
        yield from self._number(seal)
        yield from self._signature(seal)
        yield from self._key(seal)
        self.last = seal

    def _number(self, seal: Seal) -> Iterator[Finding]:
        last = self.last.number if self.last else 0
        for missing in range(last + 1, min(seal.number, last + MOST_MISSING)):
            yield Finding(Code.SEAL_MISSING, seal=missing)
        if seal.number == last:
            yield Finding(Code.SEAL_REPEATED, seal=seal.number)
        previous = Statement.of(self.last).digest if self.last else NOTHING
        if seal.previous != previous:
            yield Finding(Code.SEAL_UNLINKED, seal=seal.number)

    def _signature(self, seal: Seal) -> Iterator[Finding]:
        public = self.keys.get(seal.key_id)
        if public is None:
            yield Finding(Code.SEAL_KEY_UNKNOWN, seal=seal.number)
        elif not keys.is_signed(public, seal.signature, Statement.of(seal).signed):
            yield Finding(Code.SEAL_FORGED, seal=seal.number)

    def _key(self, seal: Seal) -> Iterator[Finding]:
        last = self.last
        if last is None or last.key_id == seal.key_id or self.is_expired(seal.at):
            return
        events = AuditEvent.objects.filter(
            event="audit.sealing_key_changed", facts__key=seal.key_id
        )
        word = [event.pk for event in events if self._bears_the_word_of(last.key_id, event)]
        if not Leaf.objects.filter(pk__in=word, seal__lte=last.number).exists():
            yield Finding(Code.SEAL_KEY_UNANNOUNCED, seal=seal.number)

    def _bears_the_word_of(self, key_id: str, event: AuditEvent) -> bool:
        public = self.keys.get(key_id)
        signature = "".join(map(str, event.facts.get("signature", ())))
        text = succession(event.facts["key"])
        return public is not None and keys.is_signed(public, signature, text)


def outside(statements: Iterable[Statement], newest: int) -> Iterator[Finding]:
    """What the statements that left the machine say against the chain."""
    public = keys.public_keys()
    for one in statements:
        key = public.get(one.key)
        if key is None or not keys.is_signed(key, one.signature, one.signed):
            yield Finding(Code.ROOT_FORGED, seal=one.seal)
        elif one.seal > newest:
            yield Finding(Code.TAIL_CUT, seal=one.seal)
        elif not any(Statement.of(seal) == one for seal in Seal.objects.filter(number=one.seal)):
            yield Finding(Code.ROOT_DIFFERS, seal=one.seal)


def overdue(now: datetime) -> Iterator[Finding]:
    """Roots that should have left the machine and did not, by any of the ways set."""
    ways = settings.SEAL_ROOTS, settings.SEAL_SYSLOG, settings.SEAL_OFFICERS
    since = now - ROOTS_LEAVE_WITHIN
    first = Seal.objects.order_by("number").first()
    if any(ways) and first is not None and first.at < since:
        wanted = sum(bool(way) for way in ways)
        left = RootDelivery.objects.filter(left_at__gte=since).values("channel").distinct()
        if left.count() < wanted:
            yield Finding(Code.ROOT_OVERDUE)
