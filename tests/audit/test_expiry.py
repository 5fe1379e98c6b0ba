"""A month of the log goes when two people say so and the schedule lets it; its seals stay."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from functools import partial
from io import StringIO
from uuid import UUID

import psycopg2
import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, IntegrityError, OperationalError, connection, transaction
from django.utils import timezone

from audit import policies, queries
from audit.management.commands import audit_expire
from audit.models import AuditEvent, Leaf, PartitionExpiry, Seal
from audit.services import expiry, verifying
from audit.verifying import whole
from kernel.actors import Actor, Role
from kernel.decisions import Denied
from kernel.ids import new_id
from retention.models import RetentionClass
from tests import database
from tests.audit.events import change, look, seal
from tests.partnership import Partnership, Player, add_person, partnership

__all__ = ["partnership"]
pytestmark = pytest.mark.usefixtures("sealing_key")

MONTH = date(2001, 5, 1)
EXPIRE = Actor.system("expire")


@pytest.fixture
def officer(partnership: Partnership) -> Player:
    """The partnership's own data protection officer, beside the coordinator."""
    agency = partnership.coordinator.user.memberships.get().agency
    return add_person("Olu Officer", agency, Role.DPO)


@pytest.fixture
def world(
    transactional_db: None, partnership: Partnership, officer: Player
) -> Callable[[str], Actor]:
    """Everybody as an actor, by name."""

    def actor(name: str) -> Actor:
        player: Player = officer if name == "officer" else getattr(partnership, name)
        return player.actor

    return actor


@pytest.fixture
def old(world: Callable[[str], Actor]) -> list[UUID]:
    """Five events of May 2001, two of them at its very edges, and neighbours of both logs."""
    begins, ends = datetime(2001, 5, 1, tzinfo=UTC), datetime(2001, 6, 1, tzinfo=UTC)
    inside = [
        change(at=begins),
        change(at=ends - timedelta(microseconds=1)),
        change(at=begins + timedelta(days=3)),
        look(at=begins + timedelta(days=4)),
        look(at=ends - timedelta(seconds=1)),
    ]
    change(at=begins - timedelta(microseconds=1))
    look(at=ends)
    seal()
    return [event.pk for event in inside]


def proposed(world: Callable[[str], Actor], month: date = MONTH) -> PartitionExpiry:
    return expiry.propose_expiry(actor=world("coordinator"), month=month)


def approved(world: Callable[[str], Actor], month: date = MONTH) -> PartitionExpiry:
    run = proposed(world, month)
    return expiry.approve_expiry(actor=world("officer"), expiry_id=run.pk)


def carry_out(run: PartitionExpiry) -> PartitionExpiry:
    with database.acting_as("disposer"):
        return expiry.carry_out_expiry(actor=EXPIRE, expiry_id=run.pk)


def found() -> set[tuple[str, object]]:
    report = verifying.verify(actor=Actor.system("verify"))
    return {(f.code.value, f.id) for f in report.findings}


def counted(begins: datetime, ends: datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT count(*) FROM audit_auditevent WHERE at >= %s AND at < %s)"
            " + (SELECT count(*) FROM audit_accessevent WHERE at >= %s AND at < %s)",
            [begins, ends] * 2,
        )
        return int(cursor.fetchone()[0])


# Who


@pytest.mark.parametrize(
    ("who", "allowed"),
    [("coordinator", True), ("officer", True), ("dpo", False), ("lead", False), ("asker", False)],
)
def test_the_partnerships_coordinator_and_officer_propose_and_nobody_else(
    world: Callable[[str], Actor], who: str, allowed: bool
) -> None:
    if allowed:
        assert expiry.propose_expiry(actor=world(who), month=MONTH).month == MONTH
        return
    with pytest.raises(Denied) as refused:
        expiry.propose_expiry(actor=world(who), month=MONTH)
    assert refused.value.decision.code == "not_officer"


@pytest.mark.parametrize("who", ["dpo", "lead", "asker"])
def test_nobody_else_approves(world: Callable[[str], Actor], who: str) -> None:
    run = proposed(world)

    with pytest.raises(Denied):
        expiry.approve_expiry(actor=world(who), expiry_id=run.pk)


def test_nobody_approves_their_own_proposal(world: Callable[[str], Actor]) -> None:
    run = proposed(world)

    with pytest.raises(Denied) as refused:
        expiry.approve_expiry(actor=world("coordinator"), expiry_id=run.pk)

    assert refused.value.decision.code == "own_proposal"


def test_a_proposal_is_approved_once(world: Callable[[str], Actor]) -> None:
    run = approved(world)

    with pytest.raises(Denied) as refused:
        expiry.approve_expiry(actor=world("officer"), expiry_id=run.pk)

    assert refused.value.decision.code == "wrong_state"


def test_each_step_is_on_record(world: Callable[[str], Actor], old: list[UUID]) -> None:
    run = carry_out(approved(world))

    events = AuditEvent.objects.filter(target_id=run.pk).order_by("pk")
    assert [(e.event, e.membership_id) for e in events] == [
        ("audit.expiry_proposed", world("coordinator").membership_id),
        ("audit.expiry_approved", world("officer").membership_id),
        ("audit.month_expired", None),
    ]
    assert events[2].via == "system:expire"
    assert events[2].facts == {
        "month": "2001-05-01",
        "changes": 3,
        "looks": 2,
        "last_seal": run.last_seal,
    }


# When


def months_ago(years: int, months: int = 0) -> date:
    today = timezone.now().astimezone(UTC).date()
    back = today.year * 12 + today.month - 1 - years * 12 - months
    return date(back // 12, back % 12 + 1, 1)


def test_a_month_is_due_when_its_last_day_has_been_kept_for_the_period() -> None:
    assert policies.kept_until(MONTH, "15 years") == datetime(2016, 6, 1, tzinfo=UTC)
    assert policies.kept_until(MONTH, "6 months") == datetime(2001, 12, 1, tzinfo=UTC)
    assert policies.kept_until(MONTH, "1 year") == datetime(2002, 6, 1, tzinfo=UTC)
    for endless in ("Permanent", "none", ""):
        assert policies.kept_until(MONTH, endless) is None
    assert policies.is_due(months_ago(15, 1), "15 years")
    assert not policies.is_due(months_ago(15), "15 years")


def test_a_month_that_the_schedule_keeps_is_not_proposed(world: Callable[[str], Actor]) -> None:
    with pytest.raises(Denied) as refused:
        proposed(world, months_ago(15))

    assert refused.value.decision.code == "not_due"
    assert "The retention schedule keeps" in refused.value.decision.reason
    assert proposed(world, months_ago(15, 1)).kept_for == "15 years"


def test_a_month_is_proposed_once(world: Callable[[str], Actor]) -> None:
    proposed(world)

    with pytest.raises(IntegrityError):
        expiry.propose_expiry(actor=world("officer"), month=MONTH.replace(day=9))


def test_months_that_are_due_are_offered_until_somebody_proposes_them(
    world: Callable[[str], Actor], old: list[UUID]
) -> None:
    actor = world("coordinator")
    offered = queries.due_months(actor)

    assert offered[:3] == [date(2001, 4, 1), MONTH, date(2001, 6, 1)]
    assert offered[-1] == months_ago(15, 1)
    proposed(world)
    assert MONTH not in queries.due_months(actor)


# What it destroys


def test_an_expired_month_is_gone_and_nothing_else(
    world: Callable[[str], Actor], old: list[UUID]
) -> None:
    before = Leaf.objects.count(), Seal.objects.count()
    run = carry_out(approved(world))

    assert counted(datetime(2001, 5, 1, tzinfo=UTC), datetime(2001, 6, 1, tzinfo=UTC)) == 0
    assert counted(datetime(2001, 4, 1, tzinfo=UTC), datetime(2001, 5, 1, tzinfo=UTC)) == 1
    assert counted(datetime(2001, 6, 1, tzinfo=UTC), datetime(2001, 7, 1, tzinfo=UTC)) == 1
    assert (Leaf.objects.count(), Seal.objects.count()) == before
    assert (run.audit_events, run.access_events, run.last_seal) == (3, 2, 1)
    assert run.carried_out_at is not None


def test_an_expired_month_counts_as_expired_and_not_as_removed(
    world: Callable[[str], Actor], old: list[UUID]
) -> None:
    carry_out(approved(world))
    seal()

    report = verifying.verify(actor=Actor.system("verify"))
    assert report.findings == []
    assert report.expired == len(old)


@pytest.fixture
def month_partition(as_owner: psycopg2.extensions.connection) -> Iterator[None]:
    """Partitions of May 2001, as it once had."""
    with as_owner.cursor() as cursor:
        for table in ("audit_auditevent", "audit_accessevent"):
            cursor.execute(
                f"CREATE TABLE {table}_2001_05 PARTITION OF {table}"
                " FOR VALUES FROM ('2001-05-01T00:00Z') TO ('2001-06-01T00:00Z')"
            )
        yield
        for table in ("audit_auditevent", "audit_accessevent"):
            cursor.execute(f"DROP TABLE IF EXISTS {table}_2001_05")


def test_partitions_of_the_month_are_dropped(
    month_partition: None, world: Callable[[str], Actor], old: list[UUID]
) -> None:
    run = carry_out(approved(world))

    assert (run.audit_events, run.access_events) == (3, 2)
    with connection.cursor() as cursor:
        for table in ("audit_auditevent", "audit_accessevent"):
            cursor.execute("SELECT to_regclass(%s)", [f"{table}_2001_05"])
            assert cursor.fetchone()[0] is None
    assert found() == set()


def test_the_log_stays_append_only_afterwards(
    world: Callable[[str], Actor], old: list[UUID], as_owner: psycopg2.extensions.connection
) -> None:
    carry_out(approved(world))

    with pytest.raises(psycopg2.errors.InsufficientPrivilege), as_owner.cursor() as cursor:
        cursor.execute("DELETE FROM audit_auditevent_default")


# What it refuses


def call(run_id: UUID, role: str = "disposer") -> None:
    """The function itself, past the service."""
    with database.acting_as(role), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT audit_expire_month(%s)", [run_id])


def refused_by_the_database(run_id: UUID, constraint: str) -> None:
    with pytest.raises(IntegrityError) as refused:
        call(run_id)
    assert refused.value.__cause__.diag.constraint_name == constraint  # type: ignore[union-attr]


def test_a_month_that_nobody_approved_stays(world: Callable[[str], Actor], old: list[UUID]) -> None:
    run = proposed(world)

    with pytest.raises(Denied):
        carry_out(run)
    refused_by_the_database(run.pk, "audit_expiry_is_approved")
    refused_by_the_database(new_id(), "audit_expiry_is_approved")


def test_a_month_is_expired_once(world: Callable[[str], Actor], old: list[UUID]) -> None:
    run = carry_out(approved(world))

    with pytest.raises(Denied):
        carry_out(run)
    refused_by_the_database(run.pk, "audit_expiry_is_approved")


@pytest.mark.parametrize("period", ["30 years", "Permanent"])
def test_a_schedule_that_became_longer_keeps_what_was_approved(
    world: Callable[[str], Actor], old: list[UUID], period: str
) -> None:
    run = approved(world)
    row = RetentionClass.objects.get(code="AUDIT", valid_until=None)
    with database.owner_connection() as owner, owner.cursor() as cursor:
        cursor.execute(
            "UPDATE retention_retentionclass SET period = %s WHERE id = %s", [period, str(row.pk)]
        )
        try:
            with pytest.raises(Denied):
                carry_out(run)
            refused_by_the_database(run.pk, "audit_expiry_is_due")
        finally:
            cursor.execute(
                "UPDATE retention_retentionclass SET period = '15 years' WHERE id = %s",
                [str(row.pk)],
            )


def test_a_month_with_events_that_no_seal_covers_stays(world: Callable[[str], Actor]) -> None:
    change(at=datetime(2001, 5, 3, tzinfo=UTC))
    run = approved(world)

    refused_by_the_database(run.pk, "audit_expiry_is_sealed")
    seal()
    assert carry_out(run).audit_events == 1


def test_only_the_disposer_may_call_the_function(
    world: Callable[[str], Actor], old: list[UUID]
) -> None:
    run = approved(world)

    with pytest.raises(DatabaseError, match="permission denied"):
        call(run.pk, "app")


def forge(**columns: object) -> PartitionExpiry:
    """An approval written into the database by hand."""
    now = timezone.now()
    return PartitionExpiry.objects.create(
        month=MONTH, proposed_by_id=new_id(), kept_for="15 years", approved_by_id=new_id(),
        approved_at=now, mac_key_id="x", mac=b"x" * 32, **columns,
    )  # fmt: skip


def test_an_approval_written_by_hand_destroys_nothing_and_is_named(
    world: Callable[[str], Actor], old: list[UUID]
) -> None:
    run = forge()

    with pytest.raises(Denied) as refused:
        carry_out(run)

    assert refused.value.decision.code == "forged_row"
    assert found() == {("EXPIRY_FORGED", run.pk)}


def test_events_removed_under_a_forged_expiry_are_removed_events(
    world: Callable[[str], Actor], old: list[UUID], as_owner: psycopg2.extensions.connection
) -> None:
    """An owner who deletes rows and says that it was retention."""
    run = forge(carried_out_at=timezone.now(), audit_events=1, access_events=0)
    with as_owner.cursor() as cursor:
        trigger = "TRIGGER audit_auditevent_append_only"
        cursor.execute(f"ALTER TABLE audit_auditevent DISABLE {trigger}")
        cursor.execute("DELETE FROM audit_auditevent WHERE id = %s", [str(old[0])])
        cursor.execute(f"ALTER TABLE audit_auditevent ENABLE {trigger}")

    assert found() == {("EXPIRY_FORGED", run.pk), ("ROW_REMOVED", old[0])}


def test_a_proposal_changed_by_hand_is_not_approved(
    world: Callable[[str], Actor], as_owner: psycopg2.extensions.connection
) -> None:
    run = proposed(world)
    with as_owner.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_partitionexpiry DISABLE TRIGGER USER")
        cursor.execute("UPDATE audit_partitionexpiry SET month = '2001-06-01'")
        cursor.execute("ALTER TABLE audit_partitionexpiry ENABLE TRIGGER USER")

    with pytest.raises(Denied) as refused:
        expiry.approve_expiry(actor=world("officer"), expiry_id=run.pk)

    assert refused.value.decision.code == "forged_row"


@pytest.mark.parametrize(
    ("columns", "constraint"),
    [
        ("approved_by_id = proposed_by_id, approved_at = now()", "approved_by_somebody_else"),
        ("approved_at = now()", "approval_has_person_and_time"),
    ],
)
def test_the_database_holds_the_two_apart(
    world: Callable[[str], Actor], columns: str, constraint: str
) -> None:
    proposed(world)

    with (
        pytest.raises(IntegrityError, match=constraint),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"UPDATE audit_partitionexpiry SET version = 2, {columns}")  # noqa: S608


# The command, and others at work


def expire() -> str:
    out = StringIO()
    with database.acting_as("disposer"):
        call_command("audit_expire", stdout=out)
    return out.getvalue()


def test_the_command_carries_out_what_is_approved_and_says_what_went(
    world: Callable[[str], Actor], old: list[UUID]
) -> None:
    assert expire() == "No month waits that was approved.\n"
    approved(world)

    assert "May 2001: 3 changes and 2 looks destroyed" in expire()
    assert expire() == "No month waits that was approved.\n"


def test_the_command_says_why_it_cannot(world: Callable[[str], Actor], old: list[UUID]) -> None:
    forge()

    with pytest.raises(CommandError, match="May 2001: This record was changed"):
        expire()


def test_expiry_gives_way_to_whoever_writes_and_is_tried_again(
    world: Callable[[str], Actor], old: list[UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A writer holds one log and goes on to the other: without giving way, each would wait."""
    monkeypatch.setattr(time, "sleep", lambda _: writer_goes_on())
    approved(world)
    other = psycopg2.connect(database.url())
    insert = partial(_insert, other)
    insert("audit_accessevent", "kind, why, safes, withheld", "'OPENED', 'X', '{}', 0")

    def writer_goes_on() -> None:
        insert("audit_auditevent", "event, target_type, facts", "'audit.refused', '', '{}'")
        other.commit()

    try:
        assert "May 2001: 3 changes and 2 looks destroyed" in expire()
    finally:
        other.close()
    assert seal().count >= 2


def _insert(other: psycopg2.extensions.connection, table: str, columns: str, values: str) -> None:
    with other.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (id, at, via, request_id, {columns})"  # noqa: S608
            f" VALUES (%s, now(), '', '', {values})",
            [str(new_id())],
        )


def test_no_month_expires_during_a_look(
    world: Callable[[str], Actor], old: list[UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its events would seem to have been removed."""
    run = approved(world)
    expired_months, answers = whole._expired_months, []

    def try_to_expire() -> None:
        try:
            carry_out(run)
        except OperationalError as error:
            answers.append(error)
        finally:
            connection.close()

    def then_expire() -> Callable[[datetime], bool]:
        months = expired_months()
        with ThreadPoolExecutor(1) as pool:
            pool.submit(try_to_expire).result()
        return months

    monkeypatch.setattr(whole, "_expired_months", then_expire)

    assert found() == set()
    assert len(answers) == 1


def test_a_log_in_use_at_length_is_left_for_later(
    world: Callable[[str], Actor], old: list[UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit_expire, "TRIES", 2)
    monkeypatch.setattr(time, "sleep", lambda _: None)
    approved(world)
    other = psycopg2.connect(database.url())
    _insert(other, "audit_auditevent", "event, target_type, facts", "'audit.refused', '', '{}'")
    try:
        with pytest.raises(CommandError, match="Try again later"):
            expire()
    finally:
        other.close()
    assert counted(datetime(2001, 5, 1, tzinfo=UTC), datetime(2001, 6, 1, tzinfo=UTC)) == 5
