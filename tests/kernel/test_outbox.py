"""Work is promised inside a transaction and done after it, at least once."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from celery import Celery, current_app
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from kernel import outbox, tasks
from kernel.actors import Actor
from kernel.facts import NotPlain
from kernel.ids import new_id
from kernel.models import OutboxMessage

ACTOR = Actor(user_id=new_id(), membership_id=new_id(), agency_id=new_id())
TOPIC = "sample.sent"
SECRET = "Aaliyah told her teacher"


class Handler:
    """Remembers what it was asked to do; fails when told to."""

    def __init__(self) -> None:
        self.done: list[Any] = []
        self.fails = False
        self.pause: Callable[[], None] = lambda: None

    def __call__(self, message: OutboxMessage) -> None:
        self.pause()
        if self.fails:
            raise ValueError(SECRET)
        self.done.append(message.pk)


@pytest.fixture
def handler(monkeypatch: pytest.MonkeyPatch) -> Handler:
    handler = Handler()
    monkeypatch.setattr(outbox, "_topics", {})
    outbox.register(TOPIC, handler, queue="sample")
    return handler


@pytest.fixture
def woken(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, list[str], str]]:
    """Wake-up calls that reached the broker."""
    calls: list[tuple[str, list[str], str]] = []

    def send_task(name: str, args: list[str], queue: str, **options: Any) -> None:
        calls.append((name, args, queue))

    monkeypatch.setattr(current_app._get_current_object(), "send_task", send_task)
    monkeypatch.setattr(outbox, "_broker_rests_until", 0.0)
    return calls


def promise(key: str = "one", **facts: object) -> None:
    with transaction.atomic():
        outbox.enqueue(TOPIC, actor=ACTOR, key=key, **facts)


def the_message() -> OutboxMessage:
    return OutboxMessage.objects.get()


def waiting() -> int:
    return outbox.depth()[0].waiting


def make_due() -> None:
    OutboxMessage.objects.update(available_at=timezone.now() - timedelta(seconds=1))


def test_only_a_topic_that_somebody_handles_can_be_promised(handler: Handler, db: None) -> None:
    with pytest.raises(KeyError):
        outbox.enqueue("sample.unknown", actor=ACTOR, key="one")


def test_a_topic_has_one_handler(handler: Handler) -> None:
    outbox.register(TOPIC, handler, queue="sample")
    with pytest.raises(ValueError, match="two handlers"):
        outbox.register(TOPIC, Handler(), queue="sample")


def test_a_promise_says_for_whom_it_is_kept(handler: Handler, db: None) -> None:
    promise(item=new_id())

    message = the_message()
    assert (message.user_id, message.membership_id, message.agency_id) == (
        ACTOR.user_id,
        ACTOR.membership_id,
        ACTOR.agency_id,
    )
    assert message.queue == "sample"


def test_a_promise_holds_ids_and_codes_as_json(handler: Handler, db: None) -> None:
    item, people = new_id(), [new_id(), new_id()]
    promise(item=item, count=2, people=people, reason=None)

    message = the_message()
    assert message.payload == {
        "item": str(item),
        "count": 2,
        "people": [str(one) for one in people],
        "reason": None,
    }
    assert outbox.payload_id(message, "item") == item


@pytest.mark.parametrize(
    "call", [{"key": "one", "name": SECRET}, {"key": "ann@example.org"}, {"key": "one:O'Brien"}]
)
def test_words_are_refused_in_facts_and_in_keys(
    handler: Handler, db: None, call: dict[str, str]
) -> None:
    with pytest.raises(NotPlain):
        promise(**call)
    assert not OutboxMessage.objects.exists()


def test_two_promises_with_one_key_are_one(handler: Handler, db: None) -> None:
    promise("one")
    promise("one")
    promise("two")

    assert OutboxMessage.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_promise_goes_with_its_transaction(handler: Handler, woken: list[Any]) -> None:
    def change() -> None:
        with transaction.atomic():
            outbox.enqueue(TOPIC, actor=ACTOR, key="one")
            raise IntegrityError

    with pytest.raises(IntegrityError):
        change()

    assert not OutboxMessage.objects.exists()
    assert woken == []


@pytest.mark.django_db(transaction=True)
def test_workers_are_woken_after_the_commit_and_not_before(
    handler: Handler, woken: list[Any]
) -> None:
    with transaction.atomic():
        outbox.enqueue(TOPIC, actor=ACTOR, key="one")
        assert woken == []

    assert woken == [("kernel.relay", ["sample"], "sample")]


def test_work_is_done_once(handler: Handler, db: None) -> None:
    promise()

    assert outbox.deliver_waiting("sample") == 1
    assert outbox.deliver_waiting("sample") == 0
    message = the_message()
    assert handler.done == [message.pk]
    assert message.delivered_at is not None
    assert waiting() == 0


def test_more_than_a_handful_is_done_in_the_order_of_the_promises(
    handler: Handler, db: None
) -> None:
    for number in range(25):
        promise(str(number))
    assert waiting() == 25

    assert outbox.deliver_waiting("sample") == 25
    keys = dict(OutboxMessage.objects.values_list("pk", "key"))
    assert [keys[pk] for pk in handler.done] == [f"{TOPIC}:{number}" for number in range(25)]


def test_a_worker_takes_from_its_own_queue_only(handler: Handler, db: None) -> None:
    promise()

    assert outbox.deliver_waiting("other") == 0
    assert handler.done == []


def test_a_failure_is_put_off_a_little_longer_each_time_and_parked_in_the_end(
    handler: Handler, db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kernel.outbox.random.uniform", lambda _low, _high: 1.0)
    handler.fails = True
    promise()
    waits = []
    for attempt in range(1, outbox.ATTEMPTS_BEFORE_PARKING + 1):
        before = timezone.now()
        assert outbox.deliver_waiting("sample") == 0
        message = the_message()
        assert message.attempts == attempt
        assert (message.parked_at is not None) is (attempt == outbox.ATTEMPTS_BEFORE_PARKING)
        waits.append(round((message.available_at - before).total_seconds(), -1))
        make_due()

    assert waits == [10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600, 3600, 3600]

    handler.fails = False
    assert outbox.deliver_waiting("sample") == 0, "what is parked waits for a person"
    assert waiting() == 0


def test_waits_are_spread_so_that_failures_do_not_return_together(
    handler: Handler, db: None
) -> None:
    handler.fails = True
    for number in range(10):
        promise(str(number))
    outbox.deliver_waiting("sample")

    assert len(set(OutboxMessage.objects.values_list("available_at", flat=True))) == 10
    now = timezone.now()
    for at in OutboxMessage.objects.values_list("available_at", flat=True):
        assert timedelta(seconds=6) < at - now < timedelta(seconds=13)


def test_one_bad_row_does_not_stop_the_queue(handler: Handler, db: None) -> None:
    bad, good = "bad", "good"
    promise(bad)
    promise(good)
    failing = OutboxMessage.objects.get(key=f"{TOPIC}:{bad}").pk

    def handle(message: OutboxMessage) -> None:
        if message.pk == failing:
            raise ValueError(SECRET)
        handler.done.append(message.pk)

    outbox._topics[TOPIC] = outbox.Topic(handle, "sample")
    assert outbox.deliver_waiting("sample") == 1
    assert len(handler.done) == 1


def test_a_topic_that_a_newer_version_knows_is_put_off(handler: Handler, db: None) -> None:
    promise()
    OutboxMessage.objects.update(topic="sample.newer")

    assert outbox.deliver_waiting("sample") == 0
    assert the_message().last_error == "KeyError"


def test_only_the_class_of_an_error_is_kept(
    handler: Handler, db: None, caplog: pytest.LogCaptureFixture
) -> None:
    handler.fails = True
    promise()

    outbox.deliver_waiting("sample")

    message = the_message()
    assert message.last_error == "ValueError"
    assert SECRET not in str(vars(message))
    assert SECRET not in caplog.text


def test_a_leased_row_is_left_alone_until_the_lease_runs_out(handler: Handler, db: None) -> None:
    promise()
    taken = outbox._claim("sample")
    assert taken is not None

    assert outbox.deliver_waiting("sample") == 0, "its worker is at it"

    OutboxMessage.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
    assert outbox.deliver_waiting("sample") == 1, "its worker was killed"
    assert the_message().attempts == 2


def test_a_lease_is_as_long_as_the_settings_say(handler: Handler, db: None, settings: Any) -> None:
    settings.OUTBOX_LEASE_SECONDS = 300
    promise()
    message = outbox._claim("sample")

    assert message is not None
    assert message.leased_until is not None
    assert message.leased_until - timezone.now() == pytest.approx(
        timedelta(seconds=300), abs=timedelta(seconds=5)
    )


def test_a_late_failure_does_not_take_the_row_from_the_worker_that_has_it_now(
    handler: Handler, db: None
) -> None:
    promise()
    slow = outbox._claim("sample")
    OutboxMessage.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
    quick = outbox._claim("sample")
    assert slow is not None
    assert quick is not None

    outbox._postpone(slow, "TimeoutError")

    message = the_message()
    assert message.leased_until == quick.leased_until
    assert message.last_error == ""


def in_threads(*works: Callable[[], None]) -> None:
    """Run at once, each on its own connection."""
    errors: list[BaseException] = []

    def run(work: Callable[[], None]) -> None:
        try:
            work()
        except BaseException as error:  # noqa: BLE001 - reported below
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[work]) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert errors == []


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_do_the_work_once(handler: Handler, woken: list[Any]) -> None:
    promise()
    handler.pause = lambda: time.sleep(0.3)
    done: list[int] = []
    gate = threading.Barrier(2)

    def work() -> None:
        gate.wait(5)
        done.append(outbox.deliver_waiting("sample"))

    in_threads(work, work)

    assert sorted(done) == [0, 1]
    assert len(handler.done) == 1


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_arrives_while_another_is_claiming_passes_on(
    handler: Handler, woken: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without FOR UPDATE both would read the row as free before either wrote its lease."""
    promise()
    save = OutboxMessage.save

    def save_slowly(self: OutboxMessage, *args: Any, **options: Any) -> None:
        time.sleep(0.3)
        save(self, *args, **options)

    monkeypatch.setattr(OutboxMessage, "save", save_slowly)
    claimed: list[OutboxMessage | None] = []
    gate = threading.Barrier(2)

    def claim() -> None:
        gate.wait(5)
        claimed.append(outbox._claim("sample"))

    in_threads(claim, claim)

    assert sum(one is not None for one in claimed) == 1
    assert the_message().attempts == 1


@pytest.mark.django_db(transaction=True)
def test_the_lease_is_committed_before_the_work_begins(handler: Handler, woken: list[Any]) -> None:
    promise()
    seen: list[Any] = []

    def look() -> None:
        in_threads(lambda: seen.append(the_message().leased_until))

    handler.pause = look
    outbox.deliver_waiting("sample")

    assert len(seen) == 1
    assert seen[0] is not None


@pytest.fixture
def broker_that_is_down(monkeypatch: pytest.MonkeyPatch) -> Celery:
    """The portal's own settings, and a port where nobody listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    app = Celery("test", set_as_current=False)
    app.config_from_object("django.conf:settings", namespace="CELERY")
    app.conf.broker_url = f"redis://127.0.0.1:{port}/0"
    monkeypatch.setattr(outbox, "current_app", app)
    monkeypatch.setattr(outbox, "_broker_rests_until", 0.0)
    return app


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_is_down_stops_no_request_and_loses_no_work(
    handler: Handler, broker_that_is_down: Celery
) -> None:
    started = time.monotonic()
    promise()

    assert time.monotonic() - started < 4
    assert outbox._broker_rests_until > started, "the call was tried and failed"
    assert outbox.deliver_waiting("sample") == 1, "the sweep finds it"


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_failed_is_let_rest_instead_of_tried_for_each_message(
    handler: Handler, broker_that_is_down: Celery, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = []

    def send_task(name: str, **options: Any) -> None:
        tried.append(name)
        raise ConnectionError(SECRET)

    monkeypatch.setattr(broker_that_is_down, "send_task", send_task)
    with transaction.atomic():
        for number in range(5):
            outbox.enqueue(TOPIC, actor=ACTOR, key=str(number))
    assert tried == ["kernel.relay"]

    monkeypatch.setattr(outbox, "BROKER_REST_SECONDS", 0)
    monkeypatch.setattr(outbox, "_broker_rests_until", 0.0)
    promise("later")
    promise("last")
    assert len(tried) == 3


def test_the_sweep_wakes_every_queue(handler: Handler, woken: list[Any]) -> None:
    outbox.register("sample.other", Handler(), queue="another")

    tasks.sweep()

    assert woken == [
        ("kernel.relay", ["another"], "another"),
        ("kernel.relay", ["sample"], "sample"),
    ]


def test_the_relay_does_what_waits(handler: Handler, db: None) -> None:
    promise()

    tasks.relay("sample")

    assert len(handler.done) == 1
