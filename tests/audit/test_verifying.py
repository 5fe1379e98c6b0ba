"""Whatever somebody does to the log, its leaves or its seals, the next look names it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import connection

from audit import keys, merkle, tasks
from audit.keys import SealingKey
from audit.models import AuditEvent, Channel, RootDelivery, Seal, Verification
from audit.services import verifying
from audit.statements import Statement, succession
from audit.verifying import tree, whole
from audit.verifying.findings import Report
from kernel import outbox
from kernel.actors import Actor
from kernel.ids import new_id
from tests.audit.events import change, look, seal

pytestmark = [pytest.mark.usefixtures("sealing_key"), pytest.mark.django_db(transaction=True)]

TABLES = ("audit_auditevent", "audit_accessevent", "audit_seal", "audit_leaf")
Owner = Callable[..., None]


@pytest.fixture
def owner(as_owner: psycopg2.extensions.connection) -> Owner:
    """Somebody with the owner's password, who drops the triggers first and puts them back after."""

    def switch(how: str) -> None:
        with as_owner.cursor() as cursor:
            for table in TABLES:
                cursor.execute(f"ALTER TABLE {table} {how} TRIGGER {table}_append_only")

    def attack(statement: str, *parameters: object) -> None:
        switch("DISABLE")
        try:
            with as_owner.cursor() as cursor:
                cursor.execute(statement, [str(p) if p is not None else p for p in parameters])
                assert cursor.rowcount, "the attack did something"
        finally:
            switch("ENABLE")

    return attack


def verify(**options: Any) -> Report:
    return verifying.verify(actor=Actor.system("verify"), **options)


def codes(**options: Any) -> list[str]:
    return [finding.code.value for finding in verify(**options).findings]


def found(**options: Any) -> set[tuple[str, Any]]:
    """Each finding's code and the row that it names, or the seal where it names no row."""
    return {(f.code.value, f.id or f.seal) for f in verify(**options).findings}


def three() -> list[AuditEvent]:
    """Three changes in the second of three seals."""
    seal(look())
    now = datetime.now(UTC)
    events = [change(at=now + timedelta(milliseconds=n), number=n) for n in range(3)]
    seal()
    seal(look())
    return events


def test_a_log_that_nobody_touched_is_whole() -> None:
    three()
    seal()
    change()

    report = verify()

    assert report.findings == []
    assert (report.first_seal, report.last_seal, report.events, report.problems) == (1, 4, 5, 0)


def test_nothing_at_all_is_whole() -> None:
    assert codes() == []


# Rows, by the owner


@pytest.mark.parametrize(
    "column",
    [
        "user_id = gen_random_uuid()",
        "agency_id = NULL",
        "via = 'system:x'",
        "request_id = 'f'",
        "event = 'audit.integrity'",
        "target_type = 'x'",
        "target_id = gen_random_uuid()",
        "facts = '{\"number\": 7}'",
        "membership_id = gen_random_uuid()",
    ],
)
def test_a_changed_column_of_a_change_names_the_event(owner: Owner, column: str) -> None:
    events = three()

    owner(f"UPDATE audit_auditevent SET {column} WHERE id = %s", events[1].pk)  # noqa: S608

    assert found() == {("ROW_CHANGED", events[1].pk)}


@pytest.mark.parametrize(
    "column",
    ["kind = 'LISTED'", "why = 'x'", "safes = '{}'", "withheld = 3", "seen_by_id = id"],
)
def test_a_changed_column_of_a_look_names_the_event(owner: Owner, column: str) -> None:
    event = look()
    seal()

    owner(f"UPDATE audit_accessevent SET {column} WHERE id = %s", event.pk)  # noqa: S608

    assert found() == {("ROW_CHANGED", event.pk)}


def test_a_removed_event_is_named(owner: Owner) -> None:
    events = three()

    owner("DELETE FROM audit_auditevent WHERE id = %s", events[1].pk)

    assert found() == {("ROW_REMOVED", events[1].pk)}


@pytest.mark.parametrize("column", ["at = at + interval '1 second'", "id = gen_random_uuid()"])
def test_a_moved_event_is_missing_where_it_was_and_strange_where_it_is(
    owner: Owner, column: str
) -> None:
    events = three()

    owner(f"UPDATE audit_auditevent SET {column} WHERE id = %s", events[1].pk)  # noqa: S608

    assert ("ROW_REMOVED", events[1].pk) in found()
    assert sorted(codes()) == ["ROW_INSERTED", "ROW_REMOVED"]


def test_two_events_that_changed_places_are_both_named(owner: Owner) -> None:
    events = three()
    first, second = events[0].facts["number"], events[1].facts["number"]

    owner(
        "UPDATE audit_auditevent SET facts = jsonb_build_object('number', %s::int - (facts->>'number')::int)"
        " WHERE id IN (%s, %s)",
        first + second, events[0].pk, events[1].pk,
    )  # fmt: skip

    assert found() == {("ROW_CHANGED", events[0].pk), ("ROW_CHANGED", events[1].pk)}


def test_an_event_inserted_past_the_trigger_is_named(
    owner: Owner, as_owner: psycopg2.extensions.connection
) -> None:
    three()
    added = new_id()
    with as_owner.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_auditevent DISABLE TRIGGER audit_auditevent_pending")
        cursor.execute(
            "INSERT INTO audit_auditevent (id, at, via, request_id, event, target_type, facts)"
            " VALUES (%s, now(), '', '', 'audit.refused', '', '{}')",
            [str(added)],
        )
        cursor.execute("ALTER TABLE audit_auditevent ENABLE TRIGGER audit_auditevent_pending")
    seal()

    assert found() == {("ROW_INSERTED", added)}


def test_an_event_removed_before_it_was_sealed_is_named_before_and_after(owner: Owner) -> None:
    event = change(at=datetime.now(UTC) - timedelta(minutes=6))
    owner("DELETE FROM audit_auditevent WHERE id = %s", event.pk)

    assert found() == {("ROW_REMOVED", event.pk)}
    seal()
    assert found() == {("ROW_REMOVED", event.pk)}


def test_an_event_that_nobody_let_be_sealed_is_named(owner: Owner) -> None:
    event = change()
    owner("DELETE FROM audit_pending WHERE id = %s", event.pk)
    seal()

    assert found() == {("ROW_INSERTED", event.pk)}


def test_an_event_that_waits_longer_than_five_minutes_is_named() -> None:
    change(at=datetime.now(UTC) - timedelta(minutes=4))
    waiting = change(at=datetime.now(UTC) - timedelta(minutes=6))

    assert found() == {("ROW_UNSEALED", waiting.pk)}
    seal()
    assert codes() == []


def test_a_second_event_of_a_sealed_id_is_named() -> None:
    """The application's role can add it, and nothing else of the kind."""
    event = change()
    seal()
    AuditEvent(pk=event.pk, event="audit.refused", at=event.at + timedelta(seconds=1)).save(
        force_insert=True
    )
    seal()

    assert found() == {("ROW_INSERTED", event.pk)}


# Leaves, by the owner


def test_a_changed_leaf_is_told_from_a_changed_event(owner: Owner) -> None:
    events = three()

    owner("UPDATE audit_leaf SET hash = sha256('x') WHERE id = %s", events[1].pk)

    assert found() == {("LEAF_CHANGED", events[1].pk)}


def test_an_event_changed_together_with_its_leaf_is_named(owner: Owner) -> None:
    """The root alone could tell only that something in this seal was changed."""
    events = three()
    owner("UPDATE audit_auditevent SET via = 'x' WHERE id = %s", events[1].pk)
    rewrite_leaf(owner, events[1])

    assert found() == {("LEAF_CHANGED", events[1].pk)}


def rewrite_leaf(owner: Owner, event: AuditEvent) -> None:
    """Make the leaf fit the event as it now stands."""
    [row] = [row for row in tree.rows(1, 100) if row.id == str(event.pk)]
    owner("UPDATE audit_leaf SET hash = decode(%s, 'hex') WHERE id = %s", row.now.hex(), event.pk)


def test_all_of_a_seal_is_named_where_the_database_cannot_tell_who_came_later(
    owner: Owner, as_owner: psycopg2.extensions.connection
) -> None:
    """As after loading a dump: every leaf is newer than its seal."""
    events = three()
    owner("UPDATE audit_auditevent SET via = 'x' WHERE id = %s", events[1].pk)
    rewrite_leaf(owner, events[1])
    owner("UPDATE audit_leaf SET position = position")

    assert found() == {("LEAF_CHANGED", event.pk) for event in events}


def test_a_removed_leaf_is_named_by_its_place_and_its_event_as_unsealed(owner: Owner) -> None:
    events = three()
    owner("DELETE FROM audit_leaf WHERE id = %s", events[1].pk)

    report = verify()

    assert {(f.code.value, f.seal, f.position) for f in report.findings} == {
        ("LEAF_REMOVED", 2, 1),
        ("ROW_INSERTED", None, None),
    }
    assert events[1].pk in {f.id for f in report.findings}


def test_an_event_removed_with_its_leaf_leaves_a_hole(owner: Owner) -> None:
    events = three()
    owner("DELETE FROM audit_leaf WHERE id = %s", events[2].pk)
    owner("DELETE FROM audit_auditevent WHERE id = %s", events[2].pk)

    assert [(f.code.value, f.seal, f.position) for f in verify().findings] == [
        ("LEAF_REMOVED", 2, 2)
    ]


def test_an_added_leaf_is_named_with_the_event_it_was_to_cover(owner: Owner) -> None:
    three()
    added = change()
    owner("DELETE FROM audit_pending WHERE id = %s", added.pk)
    owner(
        "INSERT INTO audit_leaf SELECT %s, 'AUDIT', at, 1, 3, sha256('x'), 2 FROM audit_auditevent"
        " WHERE id = %s",
        added.pk, added.pk,
    )  # fmt: skip

    assert ("LEAF_INSERTED", added.pk) in found()


def test_leaves_in_another_order_are_named(owner: Owner) -> None:
    events = three()
    owner("UPDATE audit_leaf SET position = 5 WHERE id = %s", events[0].pk)
    owner("UPDATE audit_leaf SET position = 0 WHERE id = %s", events[1].pk)
    owner("UPDATE audit_leaf SET position = 1 WHERE id = %s", events[0].pk)

    assert found() == {("LEAF_REORDERED", events[0].pk), ("LEAF_REORDERED", events[1].pk)}


# Seals


@pytest.mark.parametrize(
    "column",
    [
        "at = at + interval '1 second'",
        "root = repeat('0', 64)",
        "count = 2",
        "signature = repeat('0', 128)",
        "signature = 'x'",
    ],
)
def test_a_changed_seal_is_named(owner: Owner, column: str) -> None:
    three()
    owner(f"UPDATE audit_seal SET {column} WHERE number = 2")  # noqa: S608

    assert ("SEAL_FORGED", 2) in found()


def test_a_removed_seal_is_missing_and_the_next_one_does_not_follow(owner: Owner) -> None:
    three()
    owner("DELETE FROM audit_leaf WHERE seal_id = 2")
    owner("DELETE FROM audit_seal WHERE number = 2")

    assert {("SEAL_MISSING", 2), ("SEAL_UNLINKED", 3)} <= found()


def test_seals_numbered_anew_to_close_the_gap_are_named(owner: Owner) -> None:
    for _ in range(4):
        seal()
    owner("DELETE FROM audit_seal WHERE number = 2")
    owner("UPDATE audit_seal SET number = 2 WHERE number = 3")
    owner("UPDATE audit_seal SET number = 3 WHERE number = 4")

    assert {("SEAL_FORGED", 2), ("SEAL_FORGED", 3), ("SEAL_UNLINKED", 2)} <= found()


def test_a_repeated_seal_is_named(owner: Owner, as_owner: psycopg2.extensions.connection) -> None:
    for _ in range(3):
        seal()
    index = "audit_seal_number_key"
    with as_owner.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_rootdelivery DISABLE TRIGGER USER")
        cursor.execute(
            "SELECT conname, conrelid::regclass::text, pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE confrelid = 'audit_seal'::regclass"
        )
        references = cursor.fetchall()
        for name, table, _ in references:
            cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        cursor.execute(f"ALTER TABLE audit_seal DROP CONSTRAINT {index}")
        try:
            owner("UPDATE audit_seal SET number = 2 WHERE number = 3")
            assert {("SEAL_REPEATED", 2), ("SEAL_FORGED", 2)} <= found()
        finally:
            cursor.execute("TRUNCATE audit_seal CASCADE")
            cursor.execute(f"ALTER TABLE audit_seal ADD CONSTRAINT {index} UNIQUE (number)")
            for name, table, definition in references:
                cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")
            cursor.execute("ALTER TABLE audit_rootdelivery ENABLE TRIGGER USER")


def rebuild(owner: Owner, key: SealingKey) -> None:
    """What an owner with a key of their own can do: make every seal anew over what stands now."""
    previous = "0" * 64
    for one in Seal.objects.order_by("number"):
        rows = list(tree.rows(one.number, one.number))
        for row in rows:
            owner(
                "UPDATE audit_leaf SET hash = decode(%s, 'hex') WHERE id = %s",
                row.now.hex(),
                row.id,
            )
        root = merkle.root([row.now for row in rows]).hex()
        statement = replace(
            Statement.of(one), count=len(rows), root=root, previous=previous, key=key.id
        )
        owner(
            "UPDATE audit_seal SET root = %s, count = %s, previous = %s, key_id = %s, signature = %s"
            " WHERE number = %s",
            root, len(rows), previous, key.id, key.sign(statement.signed), one.number,
        )  # fmt: skip
        previous = statement.digest


def test_a_chain_signed_anew_with_another_key_is_named(owner: Owner) -> None:
    events = three()
    owner("UPDATE audit_auditevent SET via = 'x' WHERE id = %s", events[1].pk)
    rebuild(owner, SealingKey.make())

    assert found() == {("SEAL_KEY_UNKNOWN", number) for number in (1, 2, 3)}


def test_a_tail_signed_anew_with_a_key_that_reached_the_ring_is_still_named(owner: Owner) -> None:
    """Whoever can also write the key ring changes keys without the old key's word."""
    three()
    intruder = SealingKey.make()
    keys.publish(intruder)
    [second] = Seal.objects.filter(number=2)
    statement = Statement.of(second)
    statement = replace(statement, key=intruder.id)
    owner(
        "UPDATE audit_seal SET key_id = %s, signature = %s WHERE number = 2",
        intruder.id, intruder.sign(statement.signed),
    )  # fmt: skip

    assert {("SEAL_KEY_UNANNOUNCED", 2), ("SEAL_UNLINKED", 3)} <= found()


def test_a_whole_chain_made_anew_with_the_sealers_own_key_differs_from_a_root_outside(
    owner: Owner, sealing_key: SealingKey
) -> None:
    events = three()
    statements = [Statement.of(one) for one in Seal.objects.order_by("number")][-1:]
    owner("UPDATE audit_auditevent SET via = 'x' WHERE id = %s", events[1].pk)
    rebuild(owner, sealing_key)

    assert codes() == [], "by itself it looks whole"
    assert found(statements=statements) == {("ROOT_DIFFERS", 3)}


def test_an_announced_key_is_accepted() -> None:
    seal(change())
    call_command("sealing_key", change=True, stdout=StringIO())
    seal(change())
    seal(change())

    assert codes() == []


def test_a_key_that_the_applications_role_announces_for_itself_is_not_accepted() -> None:
    """Its event is sealed as any other; it bears no word of the key before."""
    intruder = SealingKey.make()
    keys.publish(intruder)
    AuditEvent.objects.create(
        event="audit.sealing_key_changed",
        facts={"key": intruder.id, "signature": [intruder.sign(succession(intruder.id))]},
    )
    last = seal()
    false = replace(
        Statement.of(last), seal=2, count=0, root=merkle.root([]).hex(),
        previous=Statement.of(last).digest, key=intruder.id,
    )  # fmt: skip
    Seal.objects.create(
        number=2, at=last.at, count=0, root=false.root, previous=false.previous,
        key_id=intruder.id, signature=intruder.sign(false.signed),
    )  # fmt: skip

    assert found() == {("SEAL_KEY_UNANNOUNCED", 2)}


def test_a_false_seal_by_the_applications_role_is_named_and_the_chain_goes_on() -> None:
    """It is the worst that the role can do: the leaves are still made of the events themselves."""
    event = change()
    with connection.cursor() as cursor:
        cursor.execute("BEGIN; SELECT audit_take_pending(10)")
        cursor.execute(
            "INSERT INTO audit_seal SELECT %s, now(), 1, now(), 1, repeat('0', 64), repeat('0', 64),"
            " repeat('0', 32), repeat('0', 128)",
            [new_id()],
        )
        cursor.execute("COMMIT")
    seal(change())

    assert found() == {
        ("SEAL_KEY_UNKNOWN", 1),
        ("LEAF_CHANGED", event.pk),
        ("SEAL_KEY_UNANNOUNCED", 2),
    }


# Against statements from outside


def outside() -> list[Statement]:
    return [Statement.of(one) for one in Seal.objects.order_by("number")]


def test_a_cut_tail_is_named_by_a_root_outside(owner: Owner) -> None:
    events = three()
    statements = outside()
    owner("DELETE FROM audit_leaf WHERE seal_id = 3")
    owner("DELETE FROM audit_seal WHERE number = 3")
    owner("DELETE FROM audit_accessevent WHERE at > %s", events[-1].at)

    assert codes() == []
    assert found(statements=statements) == {("TAIL_CUT", 3)}


def test_a_restored_old_backup_is_named_even_when_the_sealer_went_on(owner: Owner) -> None:
    events = three()
    statements = outside()
    owner("DELETE FROM audit_leaf WHERE seal_id = 3")
    owner("DELETE FROM audit_seal WHERE number = 3")
    owner("DELETE FROM audit_accessevent WHERE at > %s", events[-1].at)
    seal(change())

    assert codes() == []
    assert found(statements=statements) == {("ROOT_DIFFERS", 3)}


def test_a_statement_that_the_sealer_never_made_accuses_nobody(sealing_key: SealingKey) -> None:
    seal(change())
    [statement] = outside()
    forged = replace(statement, seal=9)

    assert found(statements=[forged]) == {("ROOT_FORGED", 9)}


# Commands, tasks, periods


def test_the_command_says_what_is_wrong_and_ends_with_one(
    owner: Owner, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    events = three()
    call_command("audit_verify")
    assert "The audit is whole." in capsys.readouterr().out
    file = tmp_path / "roots"
    file.write_text(
        "".join(f"<38>1 2026 host isp-portal - SEAL - {one.line()}\n" for one in outside())
    )
    owner("UPDATE audit_auditevent SET via = 'x' WHERE id = %s", events[1].pk)

    with pytest.raises(SystemExit, match="1"):
        call_command("audit_verify", root=[file])

    shown = capsys.readouterr().out
    assert f"ROW_CHANGED          log=AUDIT id={events[1].pk} seal=2 position=1" in shown
    assert "1 findings." in shown
    assert "3 statements from outside" in shown


def test_a_file_that_holds_no_statement_is_refused_with_its_name(tmp_path: Path) -> None:
    broken = tmp_path / "roots"
    broken.write_text('{"seal": 1}\n{"seal":2}\n')

    for path in (broken, tmp_path / "absent"):
        with pytest.raises(CommandError, match="cannot be read"):
            call_command("audit_verify", root=[path])


def test_a_period_looks_at_its_own_seals_and_events_only(
    owner: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    events = three()
    owner("UPDATE audit_auditevent SET via = 'x' WHERE id = %s", events[1].pk)
    today = datetime.now(UTC).date()
    tomorrow = today + timedelta(days=1)

    call_command("audit_verify", since=tomorrow, stdout=StringIO())
    call_command("audit_verify", until=today - timedelta(days=1), stdout=StringIO())
    with pytest.raises(SystemExit):
        call_command("audit_verify", since=today, until=today, stdout=StringIO())


def test_many_seals_are_looked_at_a_few_at_a_time(
    owner: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(whole, "SEALS_TOGETHER", 2)
    monkeypatch.setattr(whole, "LEAVES_TOGETHER", 3)
    events = [change() for _ in range(7) if seal()]
    report = verify()
    assert (report.problems, report.events, report.last_seal) == (0, 6, 7)

    owner("UPDATE audit_auditevent SET via = 'x' WHERE id = %s", events[4].pk)
    assert found() == {("ROW_CHANGED", events[4].pk)}


def test_what_happens_during_the_look_is_left_to_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    three()
    judge = tree.judge

    def meanwhile(*args: Any) -> Any:
        def work() -> None:
            seal(change())
            connection.close()

        with ThreadPoolExecutor(1) as pool:
            pool.submit(work).result()
        return judge(*args)

    monkeypatch.setattr(tree, "judge", meanwhile)

    report = verify()
    assert (report.problems, report.last_seal) == (0, 3)


def test_each_look_is_on_record_and_only_news_is_an_incident(
    owner: Owner, caplog: pytest.LogCaptureFixture
) -> None:
    events = three()
    tasks.verify()
    assert not AuditEvent.objects.filter(event="audit.integrity").exists()

    owner("UPDATE audit_auditevent SET via = 'x' WHERE id = %s", events[1].pk)
    tasks.verify()
    tasks.verify()

    incident = AuditEvent.objects.get(event="audit.integrity")
    assert incident.facts["code"] == "audit_broken"
    assert "audit.integrity" in caplog.text
    last = Verification.objects.order_by("ended_at").last()
    assert last is not None
    assert last.problems == 1
    assert last.findings == [
        {"code": "ROW_CHANGED", "log": "AUDIT", "id": str(events[1].pk), "seal": 2, "position": 1}
    ]
    assert AuditEvent.objects.filter(event="audit.verified").count() == 3


def test_the_officers_are_told_and_learn_nothing_but_the_number(
    owner: Owner, settings: Any
) -> None:
    settings.SEAL_OFFICERS = ["one@example.org", "two@example.org"]
    events = three()
    owner("UPDATE audit_auditevent SET via = 'x' WHERE id = %s", events[1].pk)

    tasks.verify()
    outbox.deliver_waiting("notify")

    assert sorted(to for message in mail.outbox for to in message.to) == settings.SEAL_OFFICERS
    assert "found 1 thing that should not be" in mail.outbox[0].body
    assert str(events[1].pk) not in mail.outbox[0].body


def test_a_root_that_has_not_left_for_a_day_and_a_half_is_named(
    owner: Owner, settings: Any
) -> None:
    seal()
    settings.SEAL_ROOTS, settings.SEAL_SYSLOG = "/outside", "udp://127.0.0.1:1"
    assert "ROOT_OVERDUE" not in codes()
    owner("UPDATE audit_seal SET at = at - interval '2 days'")
    assert "ROOT_OVERDUE" in codes()

    RootDelivery.objects.create(seal_id=1, channel=Channel.FILE)
    assert "ROOT_OVERDUE" in codes(), "one of two ways"
    RootDelivery.objects.create(seal_id=1, channel=Channel.SYSLOG)
    assert "ROOT_OVERDUE" not in codes()
