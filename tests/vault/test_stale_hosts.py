"""A host whose ring lags behind: it finds a new key by itself, is refused, and loses nothing."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from celery.signals import heartbeat_sent
from django.db import IntegrityError, connection, transaction
from structlog.testing import capture_logs

from kernel.keys import KeyRing, Purpose, ring
from kernel.tiers import Tier
from kernel.workflow import Workflow
from tests import database
from tests.vault.conftest import WORDS, People, author_of, body_for, write
from tests.vault.keys import Custodian, status_of
from tests.vault.sample import Letter
from tests.vault.test_destroying import Race
from vault import crypto, hosts
from vault.errors import HostLacksKey
from vault.models import DataKey, KeyEncryptionKey, RingReport, Safe
from vault.services import Sealer
from vault.states import KeyStatus

# A web process of another host, which holds its ring in memory and then seals one letter.
OTHER_HOST = """
import sys, django
django.setup()
from django.db import transaction
from kernel.keys import Purpose, ring
from kernel.tiers import Tier
from tests.vault.conftest import author_of
from tests.vault.sample import Letter
from vault import services as vault
from vault.models import Safe

ring().on_disk()
print("ready", flush=True)
sys.stdin.readline()
safe = Safe.objects.get(pk=sys.argv[1])
try:
    with transaction.atomic():
        letter = Letter(safe=safe)
        vault.Sealer(safe, actor=author_of(safe)).seal(safe, letter, Tier.SENSITIVE, body="from the other host")
        letter.save(force_insert=True)
except Exception as error:
    print(type(error).__name__, flush=True)
else:
    print(letter.pk, flush=True)
"""


class OtherHost:
    """A second process with a ring of its own."""

    def __init__(self, folder: Path, safe: Safe) -> None:
        environment = {
            **os.environ,
            "KEY_RING": str(folder),
            "DATABASE_URL": database.url(),
            "HOST_NAME": "other",
            "DJANGO_SETTINGS_MODULE": "isp_portal.settings",
        }
        self.process = subprocess.Popen(
            [sys.executable, "-c", OTHER_HOST, str(safe.pk)],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == "ready\n"

    def seals(self) -> tuple[str, str]:
        """What it says at the end, and its log."""
        said, logged = self.process.communicate("go\n", timeout=60)
        return said.strip(), logged


@pytest.fixture
def far(tmp_path: Path, custodian: Custodian) -> Path:
    folder = tmp_path / "far"
    for key in ring().on_disk():
        KeyRing(folder).add(key)
    return folder


def test_a_running_process_finds_a_key_that_was_added_since_it_started(
    custodian: Custodian, people: People, safe: Safe, far: Path
) -> None:
    other = OtherHost(far, safe)
    second = custodian.rotate()
    KeyRing(far).add(ring().get(Purpose.KEK, second))

    letter_id, _ = other.seals()

    letter = Letter.objects.get(pk=letter_id)
    assert DataKey.objects.get().kek_id == second
    assert body_for(people.author, letter) == "from the other host"


def test_a_process_whose_ring_lacks_the_active_key_seals_nothing_and_says_why(
    custodian: Custodian, safe: Safe, far: Path
) -> None:
    other = OtherHost(far, safe)
    second = custodian.rotate()

    said, logged = other.seals()

    assert said == "HostLacksKey"
    assert "vault.host_lacks_key" in logged
    assert second in logged
    assert str(far) in logged
    assert not DataKey.objects.exists()
    assert not Letter.objects.exists()


def test_a_ring_that_holds_another_key_under_the_active_id_wraps_nothing(
    custodian: Custodian, safe: Safe, settings: Any
) -> None:
    """What it wrapped could be read on no other host, and nowhere once its file is put right."""
    other = ring().create(Purpose.KEK)
    other_file = settings.KEY_RING / other.file_name
    other_file.rename(settings.KEY_RING / f"kek-{custodian.first}.key")
    ring().forget(Purpose.KEK, custodian.first)

    with capture_logs() as logs, pytest.raises(HostLacksKey):
        write(safe)

    assert [one["kek"] for one in logs if one["event"] == "vault.host_lacks_key"] == [
        custodian.first
    ]


def test_a_host_that_thinks_the_old_key_active_is_refused_by_the_database(
    custodian: Custodian, safe: Safe
) -> None:
    custodian.rotate()

    row = DataKey(safe=safe, tier=Tier.SENSITIVE, kek_id=custodian.first)
    row.wrapped = crypto.wrap(crypto.new_material(), row)
    with pytest.raises(IntegrityError, match="stale key ring"):
        row.save(force_insert=True)


# Races, each with the door held open in the middle


def test_retiring_waits_for_a_sealing_that_has_begun(
    custodian: Custodian, people: People, safe: Safe
) -> None:
    second, begun, race = custodian.publish(), threading.Event(), Race()
    order: list[str] = []

    def seal_slowly() -> None:
        with transaction.atomic():
            letter = Letter(safe=safe)
            Sealer(safe, actor=author_of(safe)).seal(safe, letter, Tier.SENSITIVE, body=WORDS)
            letter.save(force_insert=True)
            begun.set()
            time.sleep(0.6)
            order.append("sealed")

    def retire() -> None:
        custodian.activate(second)
        order.append("retired")

    race.start("seal", seal_slowly)
    assert begun.wait(5)
    race.start("retire", retire)

    assert race.finish() == {"seal": "ok", "retire": "ok"}
    assert order == ["sealed", "retired"]
    assert [batch.moved for batch in custodian.rewrap()] == [1], "rewrapping finds what was sealed"
    assert body_for(people.author, Letter.objects.get()) == WORDS


def test_sealing_waits_for_an_activation_that_has_begun_and_uses_the_new_key(
    custodian: Custodian, people: People, safe: Safe, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody who writes at that moment is turned away."""
    second, begun, race = custodian.publish(), threading.Event(), Race()
    apply = Workflow.apply

    def apply_slowly(self: Any, name: str, *args: Any, **changes: Any) -> None:
        apply(self, name, *args, **changes)
        if name == "retire":
            begun.set()
            time.sleep(0.6)

    monkeypatch.setattr("kernel.workflow.Workflow.apply", apply_slowly)
    race.start("activate", lambda: custodian.activate(second))
    assert begun.wait(5)
    race.start("seal", lambda: write(safe))

    assert race.finish() == {"activate": "ok", "seal": "ok"}
    assert DataKey.objects.get().kek_id == second
    assert body_for(people.author, Letter.objects.get()) == WORDS


def test_a_data_key_on_its_way_in_under_the_old_key_meets_the_activation_and_is_refused(
    custodian: Custodian, safe: Safe, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As above, for a host that did not hold the active key: the trigger waits and looks again."""
    second, begun, race = custodian.publish(), threading.Event(), Race()
    row = DataKey(safe=safe, tier=Tier.SENSITIVE, kek_id=custodian.first)
    row.wrapped = crypto.wrap(crypto.new_material(), row)
    apply = Workflow.apply

    def apply_slowly(self: Any, name: str, *args: Any, **changes: Any) -> None:
        apply(self, name, *args, **changes)
        if name == "activate":
            begun.set()
            time.sleep(0.6)

    monkeypatch.setattr("kernel.workflow.Workflow.apply", apply_slowly)
    race.start("activate", lambda: custodian.activate(second))
    assert begun.wait(5)
    race.start("insert", lambda: row.save(force_insert=True))

    assert race.finish() == {"activate": "ok", "insert": "IntegrityError"}
    assert not DataKey.objects.exists()


def test_an_activation_gives_way_to_somebody_who_writes_for_very_long(
    custodian: Custodian, safe: Safe, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else everybody else who wants to write would queue behind it."""
    monkeypatch.setattr("vault.rotation._LOCK_SECONDS", 1)
    second, begun, done, race = custodian.publish(), threading.Event(), threading.Event(), Race()

    def seal_for_long() -> None:
        with transaction.atomic():
            Sealer(safe, actor=author_of(safe)).seal(
                safe, Letter(safe=safe), Tier.SENSITIVE, body=WORDS
            )
            begun.set()
            done.wait(10)

    race.start("seal", seal_for_long)
    assert begun.wait(5)
    race.start("activate", lambda: custodian.activate(second))
    race.threads[1].join(8)
    done.set()

    assert race.finish() == {"seal": "ok", "activate": "OperationalError"}
    assert status_of(custodian.first) == KeyStatus.ACTIVE


# Reports


def test_the_health_page_reports_the_ring_at_most_once_a_minute(
    custodian: Custodian, client: Any, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.HOST_NAME = "web-1"
    clock = [1000.0]
    monkeypatch.setattr("vault.hosts.time.monotonic", lambda: clock[0])
    monkeypatch.setattr(hosts._Clock, "due", 0.0)
    seen: list[datetime] = []
    for moment in (1000.0, 1001.0, 1059.0, 1061.0):
        clock[0] = moment
        assert client.get("/health/ready").status_code == 200
        seen.append(RingReport.objects.get().seen_at)

    assert RingReport.objects.get().host == "web-1"
    assert RingReport.objects.get().fingerprints == [
        KeyEncryptionKey.objects.get().fingerprint,
    ]
    assert seen[0] == seen[1] == seen[2] < seen[3]


def test_a_workers_heartbeat_reports_its_ring_and_keeps_no_connection(
    custodian: Custodian, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hosts._Clock, "due", 0.0)

    heartbeat_sent.send(sender=None)

    assert connection.connection is None
    assert RingReport.objects.count() == 1


def test_a_process_in_another_role_reports_nothing(
    custodian: Custodian, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The retention worker has no key ring and no right to write there."""
    monkeypatch.setattr(hosts._Clock, "due", 0.0)
    settings.DB_ROLE = "disposer"

    assert not hosts.report_when_due()
    assert not RingReport.objects.exists()
