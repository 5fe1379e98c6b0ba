"""Both logs: ids and codes, in the transaction of what they tell of, never changed afterwards."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import psycopg2
import pytest
import structlog
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.utils import timezone

from audit import events, services, tasks
from audit.models import AccessEvent, AccessKind, AuditEvent
from kernel.actors import Actor
from kernel.decisions import deny
from kernel.facts import NotPlain
from kernel.ids import new_id
from vault.models import Dossier

ACTOR = Actor(user_id=new_id(), membership_id=new_id(), agency_id=new_id(), via="system:pdf")
SECRET = "Aaliyah told her teacher"
CHANGE = "UPDATE {} SET via = 'x'"
LOGS = ["audit_auditevent", "audit_accessevent"]


@pytest.fixture(autouse=True)
def _event_of_our_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "_sentences", dict(events._sentences))
    events.register({"sample.changed": "Changed a sample"})


def a_dossier() -> Dossier:
    return Dossier.objects.create(kind="SAMPLE", keep="CASE_DATA")


def look() -> AccessEvent:
    return services.record_access(
        actor=ACTOR, kind=AccessKind.OPENED, why="READING", safes={new_id()}, withheld=2
    )


def test_a_change_is_on_record_with_who_for_whom_what_and_by_which_request(db: None) -> None:
    dossier = a_dossier()
    with structlog.contextvars.bound_contextvars(request_id="f" * 32):
        services.record("sample.changed", actor=ACTOR, target=dossier, count=3, code="PART")

    event = AuditEvent.objects.get()
    assert (event.user_id, event.membership_id, event.agency_id) == (
        ACTOR.user_id,
        ACTOR.membership_id,
        ACTOR.agency_id,
    )
    assert (event.event, event.via, event.request_id) == ("sample.changed", "system:pdf", "f" * 32)
    assert (event.target_type, event.target_id) == ("vault.Dossier", dossier.pk)
    assert event.facts == {"count": 3, "code": "PART"}
    assert timezone.now() - event.at < timedelta(seconds=10)


def test_a_look_is_on_record_with_safes_and_what_was_withheld(db: None) -> None:
    safes = [new_id(), new_id()]
    other = Actor(membership_id=new_id())
    services.record_access(
        actor=ACTOR,
        kind=AccessKind.RENDERED,
        why="CHECKING",
        safes=set(safes),
        withheld=1,
        seen_by=other,
    )

    event = AccessEvent.objects.get()
    assert event.safes == sorted(safes)
    assert (event.kind, event.why, event.withheld) == ("RENDERED", "CHECKING", 1)
    assert (event.membership_id, event.seen_by_id) == (ACTOR.membership_id, other.membership_id)


def test_the_event_goes_with_the_change_that_is_rolled_back(db: None) -> None:
    def change() -> None:
        with transaction.atomic():
            services.record("sample.changed", actor=ACTOR, target=a_dossier())
            raise RuntimeError

    with pytest.raises(RuntimeError):
        change()

    assert not AuditEvent.objects.exists()


def test_a_change_whose_event_cannot_be_written_does_not_happen(db: None) -> None:
    def change() -> None:
        with transaction.atomic():
            services.record("sample.changed", actor=ACTOR, target=a_dossier(), why=SECRET)

    with pytest.raises(NotPlain):
        change()

    assert not Dossier.objects.exists()


def test_an_event_that_nobody_registered_is_refused(db: None) -> None:
    with pytest.raises(KeyError):
        services.record("sample.unknown", actor=ACTOR, target=a_dossier())


def test_words_are_refused_and_not_quoted(db: None) -> None:
    with pytest.raises(NotPlain) as refused:
        services.record("sample.changed", actor=ACTOR, target=a_dossier(), why=SECRET)

    assert str(refused.value) == "why"


def test_event_names_are_dotted_and_say_one_thing() -> None:
    events.register({"sample.changed": "Changed a sample"})

    with pytest.raises(ValueError, match="registered twice"):
        events.register({"sample.changed": "Something else"})
    with pytest.raises(ValueError, match="not a dotted name"):
        events.register({"Changed": "Changed"})
    assert events.sentence("sample.changed") == "Changed a sample"
    assert list(events.registered()) == sorted(events.registered())


def test_a_refusal_is_on_record_by_its_code_not_its_reason(db: None) -> None:
    services.record_refusal(
        actor=ACTOR, decision=deny("not_lead", "Only Ann O'Brien may"), view="sharing:answer"
    )

    assert AuditEvent.objects.get().facts == {"code": "not_lead", "view": "sharing:answer"}


def test_an_incident_is_on_record_and_in_the_log_for_whoever_watches(
    db: None, caplog: pytest.LogCaptureFixture
) -> None:
    row = new_id()
    services.record_incident(actor=ACTOR, code="moved_value", row=row)

    event = AuditEvent.objects.get(event="audit.integrity")
    assert event.facts == {"code": "moved_value", "row": str(row)}
    assert "audit.integrity" in caplog.text


@pytest.mark.parametrize("table", LOGS)
@pytest.mark.parametrize("attack", [CHANGE, "DELETE FROM {}", "TRUNCATE {}", "DROP TABLE {}"])
def test_the_application_role_can_neither_change_nor_remove_an_event(
    db: None, table: str, attack: str
) -> None:
    services.record("sample.changed", actor=ACTOR, target=a_dossier())
    look()

    with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(attack.format(table))


@pytest.mark.parametrize("table", LOGS)
def test_the_application_role_cannot_reach_a_partition_past_its_log(db: None, table: str) -> None:
    partition = f"{table}_{timezone.now():%Y_%m}"

    with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(CHANGE.format(partition))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("table", LOGS)
@pytest.mark.parametrize("attack", [CHANGE, "DELETE FROM {}"])
@pytest.mark.parametrize("partition", ["", "_this_month", "_default"])
def test_even_the_owner_meets_the_trigger(
    as_owner: psycopg2.extensions.connection, table: str, attack: str, partition: str
) -> None:
    services.record("sample.changed", actor=ACTOR, target=a_dossier())
    look()
    long_ago = datetime(2001, 1, 1, tzinfo=UTC)
    AuditEvent.objects.create(event="sample.changed", at=long_ago)
    AccessEvent.objects.create(kind="OPENED", why="READING", safes=[], at=long_ago)
    suffix = f"_{timezone.now():%Y_%m}" if partition == "_this_month" else partition

    with (
        pytest.raises(psycopg2.errors.InsufficientPrivilege, match="append-only"),
        as_owner.cursor() as cursor,
    ):
        cursor.execute(attack.format(table + suffix))


def months_ahead(months: int) -> datetime:
    """The first of the month that many months on."""
    first = timezone.now().astimezone(UTC).replace(day=1, hour=0, minute=0)
    return (first + timedelta(days=31 * months + 1)).replace(day=1)


def partition_of(event: AuditEvent | AccessEvent) -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT tableoid::regclass::text FROM {event._meta.db_table} WHERE id = %s",  # noqa: S608
            [event.pk],
        )
        return str(cursor.fetchone()[0])


def test_an_event_lies_in_the_partition_of_its_month(db: None) -> None:
    event = services.record("sample.changed", actor=ACTOR, target=a_dossier())

    assert partition_of(event) == f"audit_auditevent_{event.at:%Y_%m}"
    assert partition_of(look()) == f"audit_accessevent_{event.at:%Y_%m}"


def test_an_event_of_a_month_without_partition_is_kept_all_the_same(db: None) -> None:
    far = datetime(2099, 1, 1, tzinfo=UTC)
    event = AuditEvent.objects.create(event="sample.changed", at=far)

    assert partition_of(event) == "audit_auditevent_default"


def test_a_month_begins_at_midnight_in_utc(db: None) -> None:
    today = timezone.now().astimezone(UTC)
    first = today.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    event = AuditEvent.objects.create(event="sample.changed", at=first)

    assert partition_of(event) == f"audit_auditevent_{first:%Y_%m}"


@pytest.mark.parametrize("table", LOGS)
def test_partitions_stand_ready_for_three_months_ahead(db: None, table: str) -> None:
    with connection.cursor() as cursor:
        for ahead in range(4):
            name = f"public.{table}_{months_ahead(ahead):%Y_%m}"
            cursor.execute("SELECT to_regclass(%s)", [name])
            assert cursor.fetchone()[0] is not None


@pytest.mark.django_db(transaction=True)
def test_the_application_makes_missing_partitions_without_owning_anything(
    as_owner: psycopg2.extensions.connection,
) -> None:
    month = months_ahead(1)
    partition = f"audit_auditevent_{month:%Y_%m}"
    with as_owner.cursor() as cursor:
        cursor.execute(f"DROP TABLE {partition}")

    tasks.make_partitions()
    tasks.make_partitions()

    event = AuditEvent.objects.create(event="sample.changed", at=month)
    assert partition_of(event) == partition
    with pytest.raises(psycopg2.errors.InsufficientPrivilege), as_owner.cursor() as cursor:
        cursor.execute(CHANGE.format(partition))
    with as_owner.cursor() as cursor:
        cursor.execute(
            "SELECT tableowner = current_user FROM pg_tables WHERE tablename = %s", [partition]
        )
        assert cursor.fetchone() == (True,)


@pytest.mark.django_db(transaction=True)
def test_a_month_whose_partition_came_too_late_holds_up_no_other(
    as_owner: psycopg2.extensions.connection,
) -> None:
    late, next_month = months_ahead(1), months_ahead(2)
    with as_owner.cursor() as cursor:
        for month in (late, next_month):
            cursor.execute(f"DROP TABLE audit_auditevent_{month:%Y_%m}")
    event = AuditEvent.objects.create(event="sample.changed", at=late)

    tasks.make_partitions()

    assert partition_of(event) == "audit_auditevent_default"
    following = AuditEvent.objects.create(event="sample.changed", at=next_month)
    assert partition_of(following) == f"audit_auditevent_{next_month:%Y_%m}"

    with as_owner.cursor() as cursor:
        cursor.execute("TRUNCATE audit_auditevent_default")
    tasks.make_partitions()


@pytest.mark.parametrize("table", LOGS)
@pytest.mark.parametrize("at", ["infinity", "-infinity", "0044-03-15 BC", "9999-01-01"])
def test_a_time_that_no_program_can_read_is_refused(db: None, table: str, at: str) -> None:
    """It would blind whoever looks through the log."""
    columns, values = {
        "audit_auditevent": ("event, target_type, facts", "'audit.refused', '', '{}'"),
        "audit_accessevent": ("kind, why, safes, withheld", "'OPENED', 'X', '{}', 0"),
    }[table]
    with (
        pytest.raises(IntegrityError, match="is_of_our_age"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            f"INSERT INTO {table} (id, at, via, request_id, {columns})"  # noqa: S608
            f" VALUES (gen_random_uuid(), %s, '', '', {values})",
            [at],
        )
