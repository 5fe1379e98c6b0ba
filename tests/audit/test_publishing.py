"""Roots leave the machine by every way that is set; a failure is tried again and can be seen."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.utils import timezone

from audit import keys, outlets, tasks
from audit.keys import SealingKey
from audit.models import Channel, RootDelivery, Seal
from audit.statements import Statement
from kernel import outbox
from kernel.models import OutboxMessage
from tests.audit.events import change, seal
from tests.e2e.stack import Postman, open_post_office

pytestmark = [pytest.mark.usefixtures("sealing_key"), pytest.mark.django_db]


@pytest.fixture
def post(settings: Any) -> Iterator[Postman]:
    """A real SMTP server, to which the portal sends."""
    controller, postman = open_post_office()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", controller.port
    yield postman
    controller.stop()


def deliver() -> None:
    """What the outbox's workers do."""
    for queue in ("audit", "notify"):
        outbox.deliver_waiting(queue)


def newest() -> Statement:
    return Statement.of(Seal.objects.latest("number"))


def left() -> list[tuple[int, str, int]]:
    rows = RootDelivery.objects.order_by("seal", "channel", "place")
    return list(rows.values_list("seal__number", "channel", "place"))


def test_without_a_way_out_nothing_leaves(settings: Any) -> None:
    seal()
    tasks.publish_root()

    assert not OutboxMessage.objects.exists()


def test_without_a_seal_nothing_leaves(settings: Any, tmp_path: Path) -> None:
    settings.SEAL_ROOTS = str(tmp_path / "roots")
    tasks.publish_root()

    assert not OutboxMessage.objects.exists()


# A file


def test_a_file_outside_grows_by_a_line_a_day(settings: Any, tmp_path: Path) -> None:
    settings.SEAL_ROOTS = str(tmp_path / "roots")
    statements = []
    for _ in range(2):
        seal(change())
        statements.append(newest())
        tasks.publish_root()
        deliver()

    assert outlets.read(tmp_path / "roots") == outlets.kept() == statements
    assert left() == [(1, "FILE", 0), (2, "FILE", 0)]


def test_a_statement_has_all_that_a_check_needs_and_nothing_about_anybody(
    settings: Any, tmp_path: Path, sealing_key: SealingKey
) -> None:
    settings.SEAL_ROOTS = str(tmp_path / "roots")
    event = change()
    seal()
    tasks.publish_root()
    deliver()

    line = (tmp_path / "roots").read_text()
    [statement] = outlets.kept()
    assert keys.is_signed(sealing_key.public, statement.signature, statement.signed)
    assert statement.key == sealing_key.id
    assert str(event.pk) not in line
    assert re.fullmatch(
        r'\{"seal":1,"at":"[-0-9T:.]+Z","count":1,"root":"[0-9a-f]{64}","previous":"0{64}",'
        r'"key":"[0-9a-f]{32}","signature":"[0-9a-f]{128}"\}\n',
        line,
    )


def test_a_file_that_cannot_be_written_waits_and_is_tried_again(
    settings: Any, tmp_path: Path
) -> None:
    settings.SEAL_ROOTS = str(tmp_path / "absent" / "roots")
    seal()
    tasks.publish_root()
    deliver()

    message = OutboxMessage.objects.get()
    assert (message.delivered_at, message.attempts) == (None, 1)
    assert message.last_error == "FileNotFoundError"
    assert left() == []

    (tmp_path / "absent").mkdir()
    OutboxMessage.objects.update(available_at=timezone.now() - timedelta(seconds=1))
    deliver()

    assert outlets.kept() == [newest()]
    assert left() == [(1, "FILE", 0)]


def test_a_day_published_twice_leaves_once(settings: Any, tmp_path: Path) -> None:
    settings.SEAL_ROOTS = str(tmp_path / "roots")
    seal()
    for _ in range(2):
        tasks.publish_root()
        deliver()

    assert len(outlets.kept()) == 1


def test_a_delivery_repeated_after_a_kill_is_recorded_once(settings: Any, tmp_path: Path) -> None:
    settings.SEAL_ROOTS = str(tmp_path / "roots")
    seal()
    tasks.publish_root()
    deliver()
    OutboxMessage.objects.update(delivered_at=None, leased_until=None)
    deliver()

    assert len(outlets.kept()) == 2
    assert left() == [(1, "FILE", 0)]


# Syslog, on real sockets

RFC5424 = r"<38>1 (?P<at>[-0-9T:.]+Z) \S+ isp-portal - SEAL - (?P<line>\{.*\})"


@contextmanager
def log_host(kind: str, folder: Path) -> Iterator[tuple[str, socket.socket]]:
    """A socket that listens, and the setting that leads to it."""
    family = socket.AF_UNIX if kind == "unix" else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM if kind == "tcp" else socket.SOCK_DGRAM) as here:
        here.settimeout(10)
        if kind == "unix":
            here.bind(str(folder / "log"))
            yield f"unix://{folder / 'log'}", here
            return
        here.bind(("127.0.0.1", 0))
        if kind == "tcp":
            here.listen()
        yield f"{kind}://127.0.0.1:{here.getsockname()[1]}", here


def received(kind: str, here: socket.socket) -> str:
    if kind != "tcp":
        return here.recv(4096).decode()
    connection, _ = here.accept()
    with connection:
        connection.settimeout(10)
        return b"".join(iter(lambda: connection.recv(4096), b"")).decode()


@pytest.mark.parametrize(
    "kind", ["udp", "tcp", pytest.param("unix", marks=pytest.mark.enable_socket)]
)
def test_a_log_host_receives_a_message_of_rfc_5424(
    settings: Any, tmp_path: Path, kind: str
) -> None:
    seal(change())
    with log_host(kind, tmp_path) as (settings.SEAL_SYSLOG, here):
        tasks.publish_root()
        deliver()
        message = received(kind, here)

    assert message.endswith("\n") is (kind == "tcp")
    found = re.fullmatch(RFC5424, message.rstrip("\n"))
    assert found
    assert found["at"] == newest().at
    assert Statement.read(found["line"]) == newest()
    assert left() == [(1, "SYSLOG", 0)]
    (tmp_path / "messages").write_text(message)
    assert outlets.read(tmp_path / "messages") == [newest()]


@pytest.mark.parametrize("url", ["tcp://127.0.0.1:1", "unix:///nowhere/log", "http://loghost"])
def test_a_log_host_that_is_not_there_is_tried_again(settings: Any, url: str) -> None:
    settings.SEAL_SYSLOG = url
    seal()
    tasks.publish_root()
    deliver()

    message = OutboxMessage.objects.get()
    assert message.delivered_at is None
    assert message.last_error
    assert left() == []


# E-mail


def test_both_officers_receive_the_statement_under_a_name_that_stays(settings: Any) -> None:
    settings.SEAL_OFFICERS = ["one@example.org", "two@example.org"]
    event = change()
    seal()
    tasks.publish_root()
    deliver()
    OutboxMessage.objects.update(delivered_at=None, leased_until=None)
    deliver()

    assert [message.to for message in mail.outbox] == [["one@example.org"], ["two@example.org"]] * 2
    names = [message.extra_headers["Message-ID"] for message in mail.outbox]
    assert names[:2] == names[2:]
    assert len(set(names)) == 2
    for message in mail.outbox:
        assert newest().line() in message.body
        assert str(event.pk) not in message.body
    assert left() == [(1, "MAIL", 0), (1, "MAIL", 1)]
    assert "example.org" not in str(list(OutboxMessage.objects.values_list("payload", flat=True)))


def test_an_officer_who_left_the_settings_receives_nothing(settings: Any) -> None:
    settings.SEAL_OFFICERS = ["one@example.org", "two@example.org"]
    seal()
    tasks.publish_root()
    settings.SEAL_OFFICERS = ["one@example.org"]
    deliver()

    assert [message.to for message in mail.outbox] == [["one@example.org"]]
    assert left() == [(1, "MAIL", 0)]


def test_a_message_saved_as_it_came_is_a_statement_for_the_verifier(
    settings: Any, post: Postman, tmp_path: Path
) -> None:
    """Through a real mail server: long lines must arrive unbroken."""
    settings.SEAL_OFFICERS = ["one@example.org"]
    seal()
    tasks.publish_root()
    deliver()

    (tmp_path / "saved.eml").write_bytes(post.raw[0])
    assert outlets.read(tmp_path / "saved.eml") == [newest()]


def test_every_way_that_is_set_is_used(settings: Any, tmp_path: Path) -> None:
    settings.SEAL_ROOTS, settings.SEAL_OFFICERS = str(tmp_path / "roots"), ["one@example.org"]
    with log_host("udp", tmp_path) as (settings.SEAL_SYSLOG, _):
        seal()
        tasks.publish_root()
        deliver()

    assert {row[1] for row in left()} == set(Channel.values)


def test_the_command_lets_a_root_leave_now_and_says_what_is_missing(
    settings: Any, tmp_path: Path
) -> None:
    with pytest.raises(CommandError, match="Set SEAL_ROOTS"):
        call_command("audit_publish")
    settings.SEAL_ROOTS = str(tmp_path / "roots")
    with pytest.raises(CommandError, match="no seal yet"):
        call_command("audit_publish")
    seal()

    call_command("audit_publish", stdout=StringIO())
    deliver()

    assert outlets.kept() == [newest()]
