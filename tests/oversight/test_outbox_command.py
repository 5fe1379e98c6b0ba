"""`manage.py outbox`: what waits, for people and for monitoring, and another try."""

from __future__ import annotations

import json
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.utils import timezone

from audit.models import AuditEvent
from kernel import outbox
from kernel.ids import new_id
from kernel.models import OutboxMessage
from tests.asks import send_ask
from tests.oversight.parked import deliver, park_everything
from tests.partnership import Partnership

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("outbox", *arguments, stdout=out)
    return out.getvalue()


def queue(name: str) -> dict[str, Any]:
    rows = json.loads(run("--json"))["queues"]
    (row,) = [one for one in rows if one["queue"] == name]
    return dict(row)


def test_an_empty_outbox_shows_every_queue_with_nothing_in_it() -> None:
    lines = run().splitlines()

    assert [word for word in lines[0].split() if word] == [
        *["queue", "waiting", "oldest", "seconds", "in", "progress", "parked"]
    ]
    assert lines[1:]
    assert all(line.split()[1:] == ["0", "-", "0", "0"] for line in lines[1:])


def test_depth_age_and_what_is_parked_are_told_as_json(partnership: Partnership) -> None:
    send_ask(partnership.asker, partnership.police_desk)
    parked = park_everything()
    send_ask(partnership.asker, partnership.police_desk)
    waiting = OutboxMessage.objects.filter(delivered_at=None, parked_at=None)
    waiting.update(created_at=timezone.now() - timedelta(seconds=90))

    row = queue("notify")

    assert (row["waiting"], row["in_progress"], row["parked"]) == (1, 0, len(parked))
    assert 90 <= row["oldest_seconds"] < 120
    outbox._claim("notify")
    assert (queue("notify")["waiting"], queue("notify")["in_progress"]) == (0, 1)


def test_monitoring_is_told_by_the_exit_code_when_something_waits_too_long(
    partnership: Partnership,
) -> None:
    send_ask(partnership.asker, partnership.police_desk)
    run("--oldest", "60")
    OutboxMessage.objects.update(created_at=timezone.now() - timedelta(seconds=90))

    with pytest.raises(SystemExit) as ended:
        run("--oldest", "60")

    assert ended.value.code == 1
    run("--oldest", "900")


def test_monitoring_is_told_by_the_exit_code_when_something_is_parked(
    partnership: Partnership,
) -> None:
    run("--parked", "0")
    send_ask(partnership.asker, partnership.police_desk)
    park_everything()

    with pytest.raises(SystemExit):
        run("--parked", "0")


def test_one_message_or_a_whole_topic_is_tried_again_and_on_record(
    partnership: Partnership,
) -> None:
    send_ask(partnership.asker, partnership.police_desk)
    first, *others = park_everything()

    assert "Being tried again: 1" in run("retry", str(first.pk))
    assert f"Being tried again: {len(others)}" in run("retry", "--topic", "sharing.notice")

    deliver()
    assert len(mail.outbox) == len(others) + 1
    events = AuditEvent.objects.filter(event="oversight.message_retried")
    assert {one.via for one in events} == {"system:operator"}


def test_what_cannot_be_tried_again_is_said_plainly(partnership: Partnership) -> None:
    send_ask(partnership.asker, partnership.police_desk)
    waiting = OutboxMessage.objects.get()

    with pytest.raises(CommandError, match="being tried already"):
        run("retry", str(waiting.pk))
    with pytest.raises(CommandError, match="no message with that id"):
        run("retry", str(new_id()))
