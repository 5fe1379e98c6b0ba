"""Sealing: what waits becomes leaves of a signed tree, each minute, by one sealer at a time."""

from __future__ import annotations

from django.db import connection, transaction
from django.utils import timezone

from audit import keys, merkle, queries
from audit.models import Seal
from audit.services import record
from audit.statements import NOTHING, Statement, stamp, succession
from kernel.actors import Actor

# One seal's leaves are in memory together; a backlog becomes several seals.
MOST_LEAVES = 10_000
_ALONE = "SELECT pg_try_advisory_xact_lock(hashtext('audit.seal'))"


def seal_waiting(*, actor: Actor) -> int:
    """Seal all that waits, and an empty minute too; returns how many seals were made.

    Raises NoSealingKey or ExposedSealingKey. A seal commits by itself, so a kill leaves whole
    seals and what waits. None is made while another sealer is at work.
    """
    made = _seal_all(actor)
    following = keys.load(keys.NEXT)
    if made and following is not None:
        _announce(actor, following.id)
        made += _seal_all(actor)
        _change_key()
    return made


def _seal_all(actor: Actor) -> int:
    made, seal = 0, _seal_once(actor)
    while seal is not None:
        made += 1
        seal = _seal_once(actor) if seal.count == MOST_LEAVES else None
    return made


@transaction.atomic
def _seal_once(actor: Actor) -> Seal | None:
    """Move what waits, at most so much, into the leaves of the next seal."""
    if not _alone():
        return None
    key = keys.current()  # asked under the lock: it may just have changed
    last = queries.newest_seal(actor)
    leaves = _take()
    statement = Statement(
        seal=last.number + 1 if last else 1,
        at=stamp(at := timezone.now()),
        count=len(leaves),
        root=merkle.root(leaves).hex(),
        previous=Statement.of(last).digest if last else NOTHING,
        key=key.id,
    )
    return Seal.objects.create(
        number=statement.seal,
        at=at,
        count=statement.count,
        root=statement.root,
        previous=statement.previous,
        key_id=key.id,
        signature=key.sign(statement.signed),
    )


def _alone() -> bool:
    """Whether this transaction is the only one that seals; until it ends."""
    with connection.cursor() as cursor:
        cursor.execute(_ALONE)
        return bool(cursor.fetchone()[0])


def _take() -> list[bytes]:
    """Leaf hashes in order. A function of the owner's makes them from the events themselves, so
    that the application's role can neither add a false leaf nor remove what waits unsealed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT audit_take_pending(%s)", [MOST_LEAVES])
        return [bytes(row[0]) for row in cursor.fetchall()]


@transaction.atomic
def _announce(actor: Actor, key_id: str) -> None:
    """Name the next key in an event that bears the word of the old one, and that it will seal.

    The application's role could write such an event as well; it cannot sign it.
    """
    last = queries.seals(actor).latest("number")
    word = keys.current().sign(succession(key_id))
    halves = [word[:64], word[64:]]  # a fact is a code of at most eighty characters
    record("audit.sealing_key_changed", actor=actor, target=last, key=key_id, signature=halves)


@transaction.atomic
def _change_key() -> None:
    if _alone():
        keys.promote()
