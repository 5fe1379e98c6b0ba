"""A program dies between the commit of a request and the arrival of its notices. Nobody is forgotten."""

from __future__ import annotations

import os
import signal
import time
from collections import Counter
from collections.abc import Callable

import pytest
import redis

from kernel import outbox
from kernel.models import OutboxMessage
from sharing.models import Request
from tests.asks import send_ask
from tests.e2e.stack import Postman
from tests.kill.conftest import Programs, until
from tests.partnership import Partnership

Wake = Callable[[str], None]

# Where a worker stops, and how often one message may then arrive.
STEPS = {
    "before it takes a message": ("kernel.outbox:_lease_next:before", 1),
    "the lease is committed": ("kernel.outbox:_lease_next:after", 1),
    "some of the recipients are promised their notice": ("kernel.outbox:enqueue:after:2", 1),
    "all are, and the fan-out is not marked": ("kernel.outbox:enqueue:after:4", 1),
    "the message is composed": ("kernel.mail:send:before", 1),
    "the mail server has taken it": ("kernel.mail:send:after", 2),
    "the mail server has taken the third": ("kernel.mail:send:after:3", 2),
    "it is marked as delivered": ("kernel.outbox:_deliver:after", 1),
}


def undelivered() -> int:
    return OutboxMessage.objects.filter(delivered_at=None).count()


def everybody_at_the_desk(partnership: Partnership) -> set[str]:
    """Who has to hear of a request: its desk's people and its role mailbox."""
    seated = [partnership.decider, partnership.colleague, partnership.uncleared]
    return {one.user.email for one in seated} | {partnership.police_desk.mailbox}


def counted(postman: Postman) -> Counter[str]:
    return Counter(str(one["To"]) for one in postman.messages)


@pytest.mark.parametrize("step", STEPS)
def test_a_worker_killed_at_any_step_loses_no_notice_and_repeats_one_at_most(
    partnership: Partnership, programs: Programs, postman: Postman, wake: Wake, step: str
) -> None:
    hold, copies = STEPS[step]
    send_ask(partnership.asker, partnership.police_desk)
    worker = programs.worker(hold=hold)
    wake("notify")
    worker.wait_until_held().kill()

    finish()

    arrived = counted(postman)
    assert set(arrived) == everybody_at_the_desk(partnership)
    assert sum(arrived.values()) <= len(arrived) + copies - 1
    per_person = Counter((str(m["To"]), str(m["Message-ID"])) for m in postman.messages)
    assert len(per_person) == len(arrived), "a repeat keeps its Message-ID"


def finish() -> None:
    """What the next worker does, once the lease of the dead one has run out."""

    def done() -> bool:
        outbox.deliver_waiting("notify")
        return undelivered() == 0

    until(done, "all to be delivered")


def test_a_broker_that_dies_with_all_it_knew_loses_nothing(
    partnership: Partnership, programs: Programs, postman: Postman, wake: Wake, broker: str
) -> None:
    """Its whole memory is emptied while a worker is at work and a wake-up call waits."""
    send_ask(partnership.asker, partnership.police_desk)
    worker = programs.worker(hold="kernel.mail:send:before")
    wake("notify")
    worker.wait_until_held()
    wake("notify")
    redis.Redis.from_url(broker).flushdb()
    worker.kill()

    finish()

    assert counted(postman) == Counter(everybody_at_the_desk(partnership))


def test_a_worker_killed_again_and_again_delivers_in_the_end(
    partnership: Partnership, programs: Programs, postman: Postman, wake: Wake
) -> None:
    """Killed by the clock rather than at a chosen place; the last of them is left alive."""
    for _ in range(3):
        send_ask(partnership.asker, partnership.police_desk)
    for number in range(5):
        worker = programs.worker()
        wake("notify")
        time.sleep(1.2 + number / 5)
        worker.kill()
    programs.worker()

    def done() -> bool:
        wake("notify")
        time.sleep(0.2)
        return undelivered() == 0

    until(done, "all to be delivered")

    arrived = counted(postman)
    assert set(arrived) == everybody_at_the_desk(partnership)
    ids = Counter(str(m["Message-ID"]) for m in postman.messages)
    assert len(ids) == 3 * len(arrived)


@pytest.mark.parametrize("signal_", [signal.SIGTERM, signal.SIGKILL], ids=["asked", "killed"])
def test_one_child_of_a_worker_that_dies_holds_up_nobody(
    partnership: Partnership, programs: Programs, postman: Postman, wake: Wake, signal_: int
) -> None:
    """As when the system runs out of memory: the worker replaces its child and goes on."""
    send_ask(partnership.asker, partnership.police_desk)
    worker = programs.worker(hold="kernel.mail:send:before:2")
    wake("notify")
    worker.wait_until_held()
    os.kill(int(worker.flag.read_text()), signal_)
    worker.kill()

    finish()

    assert set(counted(postman)) == everybody_at_the_desk(partnership)
    assert Request.objects.count() == 1


def test_work_that_kills_every_worker_is_parked_in_the_end_and_stops_no_queue(
    partnership: Partnership, programs: Programs, postman: Postman, wake: Wake
) -> None:
    """It never gets as far as failing, so the count of leases alone must stop it."""
    send_ask(partnership.asker, partnership.police_desk)
    OutboxMessage.objects.update(attempts=outbox.ATTEMPTS_BEFORE_PARKING - 1)
    worker = programs.worker(hold="kernel.outbox:_lease_next:after")
    wake("notify")
    worker.wait_until_held().kill()
    deadly = OutboxMessage.objects.get()
    send_ask(partnership.asker, partnership.charity_desk)

    def parked() -> bool:
        outbox.deliver_waiting("notify")
        return outbox.parked().exists()

    until(parked, "the parking")

    assert outbox.parked().get() == deadly
    deadly.refresh_from_db()
    assert deadly.last_error == "WorkerLost"
    told = {partnership.outsider.user.email, partnership.charity_desk.mailbox}
    assert set(counted(postman)) == told
