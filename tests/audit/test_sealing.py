"""Each event becomes a leaf of one signed seal; none is skipped, and none is sealed twice."""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from django.conf import settings as configured
from django.core.management import call_command
from django.db import IntegrityError, ProgrammingError, connection, transaction

from audit import canonical, keys, merkle, tasks
from audit.keys import ExposedSealingKey, NoSealingKey, SealingKey
from audit.models import AuditEvent, Leaf, PendingEvent, Seal
from audit.services import sealing
from audit.statements import NOTHING, Statement
from audit.verifying.whole import look as look_through
from kernel.ids import new_id
from tests import database
from tests.audit.events import SEALER, change, look, many, seal

pytestmark = pytest.mark.usefixtures("sealing_key")


def leaves(number: int) -> list[Leaf]:
    return list(Leaf.objects.filter(seal__number=number).order_by("position"))


def test_what_happened_waits_and_is_then_a_leaf_of_the_next_seal(
    db: None, sealing_key: SealingKey
) -> None:
    events = [change(), look()]
    assert set(PendingEvent.objects.values_list("id", "log")) == {
        (events[0].pk, "AUDIT"),
        (events[1].pk, "ACCESS"),
    }

    first = seal()

    assert not PendingEvent.objects.exists()
    assert [leaf.pk for leaf in leaves(1)] == [event.pk for event in events]
    assert (first.number, first.count, first.previous) == (1, 2, NOTHING)
    assert first.root == merkle.root([bytes(leaf.hash) for leaf in leaves(1)]).hex()
    assert first.key_id == sealing_key.id


def test_a_seal_names_the_one_before_and_is_signed(db: None, sealing_key: SealingKey) -> None:
    first = seal(change())
    second = seal(change())

    assert second.number == 2
    assert second.previous == Statement.of(first).digest
    for one in (first, second):
        statement = Statement.of(one)
        assert keys.is_signed(sealing_key.public, one.signature, statement.signed)
        assert not keys.is_signed(SealingKey.make().public, one.signature, statement.signed)
        assert Statement.read(statement.line()) == statement


def test_an_empty_minute_is_sealed_too(db: None) -> None:
    tasks.seal()
    tasks.seal()

    assert list(Seal.objects.order_by("number").values_list("number", "count")) == [(1, 0), (2, 0)]
    assert Seal.objects.get(number=2).root == hashlib.sha256(b"").hexdigest()


def test_leaves_stand_in_the_order_of_time(db: None) -> None:
    now = datetime.now(UTC)
    late, early = change(at=now), look(at=now - timedelta(seconds=1))

    seal()

    assert [leaf.pk for leaf in leaves(1)] == [early.pk, late.pk]


NASTY = [
    {"code": "O'Brien\"\\ \u2019\U0001f600", "count": 10**18, "none": None, "list": ["a", 1.5]},
    {},
]


@pytest.mark.parametrize("facts", NASTY)
def test_the_sealer_hashes_the_text_that_the_verifier_asks_for(
    db: None, facts: dict[str, Any]
) -> None:
    events = [
        change(**facts),
        look(),
        AuditEvent.objects.create(
            event="audit.refused",
            at=datetime(2026, 3, 29, 1, 30, 0, 1, UTC),
            user_id=new_id(),
            via="system:x",
            target_id=new_id(),
        ),
    ]
    seal()

    with connection.cursor() as cursor:
        cursor.execute(f"SELECT l.hash, {canonical.text_of_leaf('l')} FROM audit_leaf l")  # noqa: S608
        rows = cursor.fetchall()
    assert len(rows) == len(events)
    assert all(bytes(h) == merkle.leaf_hash(text.encode()) for h, text in rows)
    assert any("2026-03-29T01:30:00.000001Z" in text for _, text in rows)


@pytest.mark.parametrize("zone", ["UTC", "Europe/London", "Asia/Kathmandu"])
def test_the_text_does_not_depend_on_the_session(db: None, zone: str) -> None:
    event = look(at=datetime(2026, 7, 1, 12, tzinfo=UTC))
    seal()

    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('TimeZone', %s, true)", [zone])
        cursor.execute("SET LOCAL DateStyle = 'German'")
        cursor.execute(f"SELECT {canonical.text_of_leaf('l')} FROM audit_leaf l")  # noqa: S608
        assert f'"{event.pk}", "2026-07-01T12:00:00.000000Z"' in cursor.fetchone()[0]


def test_a_backlog_is_sealed_in_bounded_steps(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "MOST_LEAVES", 10)
    events = many(25)

    assert sealing.seal_waiting(actor=SEALER) == 3

    assert list(Seal.objects.order_by("number").values_list("count", flat=True)) == [10, 10, 5]
    found = Leaf.objects.order_by("seal", "position").values_list("pk", flat=True)
    assert list(found) == [event.pk for event in events]


# The key


def test_a_process_without_the_key_seals_nothing(db: None, settings: Any, tmp_path: Path) -> None:
    change()
    for folder in (None, tmp_path / "empty"):
        settings.SEALING_KEY = folder
        with pytest.raises(NoSealingKey):
            tasks.seal()

    assert PendingEvent.objects.count() == 1
    assert not Seal.objects.exists()


@pytest.mark.parametrize("what", ["folder", "file"])
def test_a_key_that_others_can_read_seals_nothing(db: None, what: str) -> None:
    folder = keys.folder()
    os.chmod(folder if what == "folder" else folder / keys.CURRENT, 0o750)  # noqa: PTH101, S103

    with pytest.raises(ExposedSealingKey):
        tasks.seal()


def test_a_key_is_made_once_and_shows_itself_by_its_fingerprint(
    settings: Any, tmp_path: Path, key_ring: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.SEALING_KEY = tmp_path / "fresh"
    call_command("sealing_key")
    key = keys.current()
    call_command("sealing_key")

    assert keys.current().id == key.id
    assert capsys.readouterr().out.count(key.id) == 2
    assert keys.fingerprint(keys.public_keys()[key.id]) == key.id
    assert (tmp_path / "fresh").stat().st_mode & 0o077 == 0
    assert (tmp_path / "fresh" / keys.CURRENT).stat().st_mode & 0o077 == 0
    assert str(key) == f"<SealingKey {key.id}>"
    assert not list(key_ring.glob("*.new"))


def test_a_public_key_under_another_keys_name_is_not_believed(key_ring: Path) -> None:
    forged, real = SealingKey.make(), keys.current()
    keys.publish(forged)
    (key_ring / f"seal-{forged.id}.pub").replace(key_ring / f"seal-{real.id}.pub")

    assert real.id not in keys.public_keys()


def test_the_next_key_is_announced_under_the_old_one_before_it_seals(
    db: None, sealing_key: SealingKey
) -> None:
    seal(change())
    call_command("sealing_key", change=True, stdout=StringIO())
    following = keys.load(keys.NEXT)
    assert following is not None

    announcing = seal(change())
    after = seal()

    event = AuditEvent.objects.get(event="audit.sealing_key_changed")
    assert event.facts["key"] == following.id
    assert Leaf.objects.get(pk=event.pk).seal_id == announcing.number
    assert (announcing.key_id, after.key_id) == (sealing_key.id, following.id)
    assert keys.load(keys.NEXT) is None
    assert set(keys.public_keys()) == {sealing_key.id, following.id}


# What the application's role cannot do


@pytest.mark.parametrize(
    "attack",
    [
        "DELETE FROM audit_pending",
        "UPDATE audit_pending SET at = now()",
        "INSERT INTO audit_pending SELECT gen_random_uuid(), 'AUDIT', now()",
        "DELETE FROM audit_leaf",
        "UPDATE audit_leaf SET hash = ''",
        "INSERT INTO audit_leaf SELECT gen_random_uuid(), 'AUDIT', now(), 1, 1, 1, ''",
        "UPDATE audit_seal SET root = ''",
        "DELETE FROM audit_seal",
        "TRUNCATE audit_seal CASCADE",
        "UPDATE audit_verification SET problems = 0",
        "DELETE FROM audit_rootdelivery",
        "SELECT audit_expire_month(gen_random_uuid())",
        "CREATE TRIGGER x AFTER INSERT ON audit_auditevent FOR EACH ROW"
        " EXECUTE FUNCTION audit_note_pending('ACCESS')",
    ],
)
def test_the_application_role_touches_neither_what_waits_nor_leaves_nor_seals(
    db: None, attack: str
) -> None:
    seal(change())
    change()

    with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(attack)


def test_what_waits_leaves_only_together_with_a_seal(transactional_db: None) -> None:
    """Whoever calls the function without sealing takes nothing."""
    change()

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT audit_take_pending(10)")

    assert PendingEvent.objects.count() == 1
    assert not Leaf.objects.exists()


@pytest.mark.parametrize(("number", "count"), [(3, 0), (2**40, 0), (1, 0), (2, 1)])
def test_a_seal_neither_leaves_a_gap_nor_miscounts(db: None, number: int, count: int) -> None:
    first = seal(change())
    first.pk, first.number, first.count = new_id(), number, count

    with pytest.raises(IntegrityError), transaction.atomic():
        first.save(force_insert=True)


def test_an_id_names_one_event(db: None) -> None:
    event = change()
    again = AuditEvent(pk=event.pk, event="audit.refused", at=event.at + timedelta(seconds=1))

    with pytest.raises(IntegrityError), transaction.atomic():
        again.save(force_insert=True)


def test_a_second_event_of_a_sealed_id_stops_nothing_and_gets_no_leaf(db: None) -> None:
    event = change()
    seal()
    again = AuditEvent(pk=event.pk, event="audit.refused", at=event.at + timedelta(seconds=1))
    again.save(force_insert=True)

    assert seal(change()).count == 1
    assert Leaf.objects.get(pk=event.pk).at == event.at
    assert not PendingEvent.objects.exists()


# At the same time


@pytest.fixture
def another(transactional_db: None) -> Iterator[psycopg2.extensions.connection]:
    """A second connection of the application's, in a transaction of its own."""
    other = psycopg2.connect(database.url())
    yield other
    other.close()


INSERT = (
    "INSERT INTO audit_auditevent (id, at, via, request_id, event, target_type, facts)"
    " VALUES (%s, %s, '', '', 'audit.refused', '', '{}')"
)


def test_an_event_that_commits_late_is_sealed_when_it_does(
    another: psycopg2.extensions.connection,
) -> None:
    """A watermark by time or sequence would have passed it by."""
    late, at = new_id(), datetime.now(UTC) - timedelta(seconds=30)
    with another.cursor() as cursor:
        cursor.execute(INSERT, [str(late), at])
    later = change()

    assert seal().count == 1
    another.commit()
    assert seal().count == 1

    assert {leaf.pk: leaf.seal_id for leaf in Leaf.objects.all()} == {later.pk: 1, late: 2}


def test_an_event_that_is_rolled_back_is_never_sealed(
    another: psycopg2.extensions.connection,
) -> None:
    with another.cursor() as cursor:
        cursor.execute(INSERT, [str(new_id()), datetime.now(UTC)])
    another.rollback()

    assert seal().count == 0


def test_of_two_sealers_one_steps_back(another: psycopg2.extensions.connection) -> None:
    change()
    with another.cursor() as cursor:
        cursor.execute(sealing._ALONE)

    assert sealing.seal_waiting(actor=SEALER) == 0

    another.rollback()
    assert sealing.seal_waiting(actor=SEALER) == 1


def test_two_sealers_at_once_make_one_chain_without_gap_or_repetition(
    transactional_db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealing, "MOST_LEAVES", 7)
    events = many(60)
    gate, errors = threading.Barrier(3), []

    def run() -> None:
        try:
            gate.wait()
            for _ in range(10):
                sealing.seal_waiting(actor=SEALER)
        except Exception as error:  # noqa: BLE001 - shown below
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert errors == []
    chain = list(Seal.objects.order_by("number"))
    assert [one.number for one in chain] == list(range(1, len(chain) + 1))
    assert sorted(Leaf.objects.values_list("pk", flat=True)) == sorted(e.pk for e in events)


def test_sealing_and_writing_go_on_while_partitions_are_made(
    another: psycopg2.extensions.connection, as_owner: psycopg2.extensions.connection
) -> None:
    """One transaction has written to each log, and writes again while a partition is attached."""
    month = datetime.now(UTC) + timedelta(days=62)
    with as_owner.cursor() as cursor:
        for table in ("audit_auditevent", "audit_accessevent"):
            cursor.execute(f"DROP TABLE {table}_{month:%Y_%m}")
    with another.cursor() as cursor:
        cursor.execute(INSERT, [str(new_id()), datetime.now(UTC)])
        tasks.make_partitions()
        cursor.execute(INSERT, [str(new_id()), datetime.now(UTC)])
    change()
    assert seal().count == 1
    another.commit()

    assert seal().count == 2
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s)", [f"audit_auditevent_{month:%Y_%m}"])
        assert cursor.fetchone()[0] is not None


def test_events_in_a_partition_made_later_are_sealed_too(
    transactional_db: None, as_owner: psycopg2.extensions.connection
) -> None:
    month = datetime.now(UTC) + timedelta(days=62)
    with as_owner.cursor() as cursor:
        cursor.execute(f"DROP TABLE audit_auditevent_{month:%Y_%m}")
    tasks.make_partitions()

    change(at=month)

    assert seal().count == 1


def test_the_sealing_key_is_not_on_the_key_ring() -> None:
    assert keys.folder() != Path(configured.KEY_RING)
    assert not [p for p in Path(configured.KEY_RING).glob("*.key") if b"PRIVATE" in p.read_bytes()]


@pytest.mark.parametrize("step", ["sign", "create"])
def test_a_sealer_that_dies_half_way_leaves_everything_to_the_next(
    transactional_db: None, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    events = [change(), look()]

    def die(*args: Any, **options: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as dying:
        where = SealingKey if step == "sign" else Seal.objects
        dying.setattr(where, step, die)
        with pytest.raises(KeyboardInterrupt):
            sealing.seal_waiting(actor=SEALER)
    assert PendingEvent.objects.count() == 2
    assert not Leaf.objects.exists()

    assert seal().count == 2
    assert set(Leaf.objects.values_list("pk", flat=True)) == {event.pk for event in events}


def test_a_change_of_key_that_was_cut_off_is_announced_again_and_made(
    transactional_db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    seal()
    call_command("sealing_key", change=True, stdout=StringIO())

    def die() -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as dying:
        dying.setattr(sealing, "_change_key", die)
        with pytest.raises(KeyboardInterrupt):
            sealing.seal_waiting(actor=SEALER)
    old, following = keys.current(), keys.load(keys.NEXT)
    seal()
    last = seal()

    assert following is not None
    assert last.key_id == following.id != old.id
    assert AuditEvent.objects.filter(event="audit.sealing_key_changed").count() == 2
    assert look_through().findings == []
