"""One seal's leaves against its root and against the events themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db import connection

from audit import canonical, merkle
from audit.models import Seal
from audit.verifying.findings import Code, Finding


class Row(NamedTuple):
    """A leaf, and the text of its event as it stands now."""

    seal: int
    position: int
    log: str
    # As text: making objects of each id, moment and hash would take a third of the time
    id: str
    at: str
    hex: str
    text: str | None

    @property
    def moment(self) -> datetime:
        return datetime.fromisoformat(self.at)

    @property
    def hash(self) -> bytes:
        return bytes.fromhex(self.hex)

    @property
    def now(self) -> bytes:
        """What the leaf's hash would be of the event as it stands; its own where that is gone."""
        return self.hash if self.text is None else merkle.leaf_hash(self.text.encode())


_LEAVES = (
    "SELECT l.seal_id, l.position, l.log, l.id::text, l.at::text, encode(l.hash, 'hex'), "  # noqa: S608 - our own words
    f"{canonical.text_of_leaf('l')} FROM audit_leaf l "
    "WHERE l.seal_id BETWEEN %s AND %s ORDER BY l.seal_id, l.position, l.id"
)
# All leaves of a seal were written by the transaction that wrote the seal: who came later is named.
_LATER = (
    "SELECT l.id::text FROM audit_leaf l JOIN audit_seal s ON s.number = l.seal_id "
    "WHERE s.number = %s AND l.xmin <> s.xmin"
)


def rows(first: int, last: int) -> Iterator[Row]:
    """The leaves of these seals in order, a few thousand in memory."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(_LEAVES, [first, last])
        yield from map(Row._make, cursor)


def judge(
    seal: Seal, leaves: Sequence[Row], is_expired: Callable[[datetime], bool]
) -> Iterator[Finding]:
    """What is wrong with the leaves of one seal and with their events."""
    events = [row.now for row in leaves]
    hashes = [row.hash for row in leaves]
    for row in leaves:
        if row.text is None and not is_expired(row.moment):
            yield _finding(Code.ROW_REMOVED, row)
    if _fits(seal, leaves) and merkle.root(hashes).hex() == seal.root:
        yield from _differing(Code.ROW_CHANGED, leaves, events, hashes)
    else:
        yield from _broken(seal, leaves, events, hashes)


def _fits(seal: Seal, leaves: Sequence[Row]) -> bool:
    return [row.position for row in leaves] == list(range(seal.count))


def _differing(
    code: Code, leaves: Sequence[Row], ours: Sequence[bytes], theirs: Sequence[bytes]
) -> Iterator[Finding]:
    if ours != theirs:
        for row, one, other in zip(leaves, ours, theirs, strict=True):
            if one != other:
                yield _finding(code, row)


def _broken(
    seal: Seal, leaves: Sequence[Row], events: list[bytes], hashes: list[bytes]
) -> Iterator[Finding]:
    """The root does not come out: say why, as exactly as what is left allows."""
    ordered = sorted(leaves, key=lambda row: (row.moment, row.id))
    if not _fits(seal, leaves):
        yield from _miscounted(seal, leaves)
        yield from _differing(Code.ROW_CHANGED, leaves, events, hashes)
    elif merkle.root([row.hash for row in ordered]).hex() == seal.root:
        for row, rightful in zip(leaves, ordered, strict=True):
            if row.id != rightful.id:
                yield _finding(Code.LEAF_REORDERED, row)
    elif merkle.root(events).hex() == seal.root:
        yield from _differing(Code.LEAF_CHANGED, leaves, events, hashes)
    else:
        yield from _rewritten(seal, leaves)


def _miscounted(seal: Seal, leaves: Sequence[Row]) -> Iterator[Finding]:
    seen: set[int] = set()
    for row in leaves:
        if row.position >= seal.count or row.position in seen:
            yield _finding(Code.LEAF_INSERTED, row)
        seen.add(row.position)
    for position in range(seal.count):
        if position not in seen:
            yield Finding(Code.LEAF_REMOVED, seal=seal.number, position=position)


def _rewritten(seal: Seal, leaves: Sequence[Row]) -> Iterator[Finding]:
    """Leaf and event were changed alike. Only the root knows, and it cannot tell which one; the
    database can, unless the table was loaded anew since: then all of the seal are named."""
    with connection.cursor() as cursor:
        cursor.execute(_LATER, [seal.number])
        later = {row[0] for row in cursor.fetchall()}
    for row in leaves:
        if not later or row.id in later or row.text is None or row.now != row.hash:
            yield _finding(Code.LEAF_CHANGED, row)


def _finding(code: Code, row: Row) -> Finding:
    return Finding(code, row.log, UUID(row.id), row.seal, row.position)
