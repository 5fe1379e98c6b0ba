"""What the door costs: a page of values through vault.open, and the same SQL with bare AES."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import connection, transaction

from audit.models import AccessEvent
from benchmarks.clock import medians
from benchmarks.filling import fill
from benchmarks.partnership import build
from kernel.actors import Actor
from kernel.ids import new_id
from kernel.keys import Purpose, ring
from people.models import IdentitySnapshot
from vault import crypto
from vault import services as vault
from vault.models import DataKey
from vault.sealed import Sealed

VALUES = 25
ROUNDS = 300

Statement = tuple[str, Any]


def measure() -> Iterator[dict[str, Any]]:
    """A page of 25 values, each in a safe of its own; the two take turns in every round."""
    partnership = build("opening")
    fill(partnership, VALUES)
    reader = partnership.asker
    snapshots = IdentitySnapshot.objects.filter(safe__grants__holder_id=reader.holder_id)
    values: list[Sealed] = [one.identity for one in snapshots.order_by("pk")[:VALUES]]

    def ours() -> None:
        opened = vault.open(reader, vault.Why.QUEUE, *values)
        assert len(opened) == VALUES
        assert all(opened.values()), "none was withheld"

    through_the_door, bare = medians(ROUNDS, ours, _bare(reader, values))
    yield {
        "figure": f"opening {VALUES} values",
        "milliseconds": round(through_the_door, 2),
        "the same SQL and bare AES": round(bare, 2),
        "ratio": round(through_the_door / bare, 2),
    }


def _bare(reader: Actor, values: list[Sealed]) -> Callable[[], None]:
    """The statements that opening ran, as they were, and AES on what is known to fit."""
    statements = _recorded(lambda: vault.open(reader, vault.Why.QUEUE, *values))
    event = AccessEvent.objects.latest("at").pk
    keys = DataKey.objects.in_bulk([one.data_key_id for one in values])
    places = [_place(keys[one.data_key_id], one) for one in values]

    def run() -> None:
        with transaction.atomic(durable=True):
            _repeat(statements, event)
        for value, place in zip(values, places, strict=True):
            key = keys[value.data_key_id]
            kek = AESGCM(ring().get(Purpose.KEK, key.kek_id).material)
            wrapped = bytes(key.wrapped)
            material = kek.decrypt(wrapped[:12], wrapped[12:], _key_place(key))
            AESGCM(material).decrypt(value.nonce, value.ciphertext, place).decode()

    return run


def _place(key: DataKey, value: Sealed) -> bytes:
    return crypto._value_place(key, value.seal_id, value.row_id)  # noqa: SLF001 - what bare AES authenticates


def _key_place(key: DataKey) -> bytes:
    return crypto._key_place(key, key.kek_id)  # noqa: SLF001


def _recorded(work: Callable[[], object]) -> list[Statement]:
    statements: list[Statement] = []

    def keep(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        statements.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(keep):
        work()
    return statements


def _repeat(statements: list[Statement], event: Any) -> None:
    """Each statement again, with a new id for the event that it writes."""
    fresh = new_id()
    for sql, params in statements:
        again = [fresh if one == event else one for one in params or ()]
        with connection.cursor() as cursor:
            cursor.execute(sql, again or None)
            if cursor.description:
                cursor.fetchall()
