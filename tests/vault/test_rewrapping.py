"""Wrapping data keys again: every word stays readable, whoever reads, writes, destroys or kills meanwhile."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction

from audit.models import AuditEvent
from kernel.tiers import Tier
from tests import database
from tests.vault.conftest import WORDS, People, body_for, write
from tests.vault.keys import CUSTODIAN, Custodian
from tests.vault.sample import Letter
from tests.vault.test_destroying import Race
from vault import rewrapping
from vault import services as vault
from vault.models import DataKey, Dossier, Safe
from vault.services import DESTROYED


@pytest.fixture
def letters(custodian: Custodian, people: People, dossier: Dossier) -> list[Letter]:
    safes = [
        vault.create_safe(actor=people.author, dossier=dossier, kind="LETTER", readers=[])
        for _ in range(4)
    ]
    return [write(safe, tier=tier) for safe in safes for tier in Tier]


def all_read(people: People, letters: list[Letter]) -> bool:
    return {body_for(people.author, letter) for letter in letters} == {WORDS}


@pytest.mark.parametrize("batch", [1, 5, 12, 5000])
def test_every_data_key_moves_and_every_word_still_opens(
    custodian: Custodian, people: People, letters: list[Letter], batch: int
) -> None:
    before = dict(DataKey.objects.values_list("pk", "wrapped"))
    second = custodian.rotate()
    assert all_read(people, letters), "the old key is on the ring still"

    done = custodian.rewrap(batch)

    assert sum(one.moved for one in done) == 12
    assert len(done) == -(-12 // batch)
    assert set(DataKey.objects.values_list("kek", flat=True)) == {second}
    after = dict(DataKey.objects.values_list("pk", "wrapped"))
    assert all(bytes(after[pk]) != bytes(before[pk]) for pk in before)
    assert all_read(people, letters)
    assert custodian.rewrap() == []


def test_ciphertext_is_not_touched(custodian: Custodian, letters: list[Letter]) -> None:
    blobs = {letter.pk: letter.body.blob for letter in letters}
    custodian.rotate()
    custodian.rewrap()

    assert {one.pk: one.body.blob for one in Letter.objects.all()} == blobs


def test_it_gathers_in_what_is_under_several_older_keys(
    custodian: Custodian, people: People, letters: list[Letter], safe: Safe
) -> None:
    custodian.rotate()
    letters.append(write(safe))
    third = custodian.rotate()

    custodian.rewrap()

    assert set(DataKey.objects.values_list("kek", flat=True)) == {third}
    assert all_read(people, letters)


def test_killed_between_two_batches_it_goes_on_where_it_was(
    custodian: Custodian, people: People, letters: list[Letter]
) -> None:
    second = custodian.rotate()
    with database.acting_as("owner"):
        run = rewrapping.rewrap(actor=CUSTODIAN, batch=5)
        next(run)
        run.close()
    assert DataKey.objects.filter(kek=second).count() == 5
    assert all_read(people, letters)

    assert [one.moved for one in custodian.rewrap(5)] == [5, 2]


def test_a_batch_that_cannot_be_recorded_moves_nothing(
    custodian: Custodian, letters: list[Letter], monkeypatch: pytest.MonkeyPatch
) -> None:
    second = custodian.rotate()

    def fail(*_: Any, **__: Any) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("vault.rewrapping.audit.record", fail)
    with pytest.raises(OSError, match="disk full"):
        custodian.rewrap(5)

    assert not DataKey.objects.filter(kek=second).exists()


def test_two_custodians_at_once_move_each_key_once(
    custodian: Custodian, people: People, letters: list[Letter], monkeypatch: pytest.MonkeyPatch
) -> None:
    custodian.rotate()
    gate, race = threading.Barrier(2), Race()
    moved: list[int] = []
    read = rewrapping._next_rows

    def read_together(*args: Any) -> Any:
        rows = read(*args)
        gate.wait(5)
        return rows

    monkeypatch.setattr(rewrapping, "_next_rows", read_together)
    for name in ("one", "two"):
        race.start(name, lambda: moved.extend(one.moved for one in custodian.rewrap()))

    assert race.finish() == {"one": "ok", "two": "ok"}
    assert sorted(moved) == [0, 12]
    assert all_read(people, letters)


def test_a_dossier_destroyed_meanwhile_stays_destroyed(
    custodian: Custodian,
    people: People,
    dossier: Dossier,
    letters: list[Letter],
    destroy: Callable[[Dossier], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    custodian.rotate()
    swap = rewrapping._swap

    def destroy_first(*args: Any) -> int:
        race = Race()
        race.start("destroy", lambda: destroy(dossier))
        assert race.finish() == {"destroy": "ok"}
        return swap(*args)

    monkeypatch.setattr(rewrapping, "_swap", destroy_first)

    assert [one.moved for one in custodian.rewrap()] == [0]
    assert not DataKey.objects.exists()
    assert body_for(people.author, letters[0]) is DESTROYED


def test_nobody_who_reads_or_writes_waits_for_a_batch(
    custodian: Custodian,
    people: People,
    letters: list[Letter],
    safe: Safe,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    custodian.rotate()
    swapped, go_on, race = threading.Event(), threading.Event(), Race()
    swap = rewrapping._swap

    def swap_and_wait(*args: Any) -> int:
        moved = swap(*args)
        swapped.set()
        assert go_on.wait(10)
        return moved

    monkeypatch.setattr(rewrapping, "_swap", swap_and_wait)
    race.start("rewrap", custodian.rewrap)
    assert swapped.wait(5)

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '500ms'")
        write(safe)
    started = time.monotonic()
    assert all_read(people, letters)
    assert time.monotonic() - started < 5
    go_on.set()

    assert race.finish() == {"rewrap": "ok"}
    assert all_read(people, letters)


def test_damaged_data_keys_are_reported_and_left_as_they_are(
    custodian: Custodian, people: People, letters: list[Letter], as_owner: Any
) -> None:
    damaged = letters[0].body.data_key_id
    as_owner.cursor().execute(
        "UPDATE vault_datakey SET wrapped = %s WHERE id = %s", [bytes(60), str(damaged)]
    )
    custodian.rotate()

    (batch,) = custodian.rewrap()

    assert (batch.moved, batch.damaged) == (11, [damaged])
    assert DataKey.objects.get(kek=custodian.first).pk == damaged
    event = AuditEvent.objects.get(event="audit.integrity")
    assert event.facts["data_keys"] == [str(damaged)]
    assert all_read(people, letters[1:])
