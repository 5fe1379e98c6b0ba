"""A key-encryption key goes its one way, step by step, and each refusal says what to do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, ProgrammingError, transaction
from django.utils import timezone

from audit.models import AuditEvent
from kernel.decisions import WRONG_STATE, Denied
from kernel.keys import KeyRing, Purpose, UnknownKey, ring
from tests import database
from tests.vault.conftest import WORDS, People, body_for, write
from tests.vault.keys import CUSTODIAN, Custodian, files, report_as, status_of
from tests.vault.sample import Letter
from vault import key_policies, rotation
from vault.models import DataKey, KeyEncryptionKey, Safe
from vault.states import KEY_WORKFLOW, KeyStatus

MOVES: dict[str, Callable[[Custodian, str], None]] = {
    "activate": Custodian.activate,
    "withdraw": Custodian.withdraw,
    "destroy": Custodian.destroy,
}


def reason(step: Callable[..., object], *arguments: Any, **options: Any) -> str:
    with pytest.raises(Denied) as denied:
        step(*arguments, **options)
    return denied.value.decision.reason


@pytest.mark.parametrize("status", KeyStatus)
@pytest.mark.parametrize("move", MOVES)
def test_a_key_makes_the_moves_of_its_table_and_no_other(
    custodian: Custodian, status: KeyStatus, move: str
) -> None:
    key_id = custodian.key_in(status)
    if move == "destroy":
        custodian.let_window_pass()
    transition = KEY_WORKFLOW.transitions[move]

    if status in transition.sources:
        MOVES[move](custodian, key_id)
        assert status_of(key_id) == transition.target
    else:
        with pytest.raises(Denied) as denied:
            MOVES[move](custodian, key_id)
        assert denied.value.decision.code == WRONG_STATE
        assert status_of(key_id) == status


def test_activating_retires_the_key_before_in_the_same_moment(custodian: Custodian) -> None:
    second = custodian.rotate()

    old, new = (KeyEncryptionKey.objects.get(pk=one) for one in (custodian.first, second))
    assert (old.status, new.status) == (KeyStatus.RETIRED, KeyStatus.ACTIVE)
    assert old.retired_at == new.activated_at


def test_a_refused_activation_retires_nothing(custodian: Custodian, settings: Any) -> None:
    key_id = custodian.publish()
    (settings.KEY_RING / f"kek-{key_id}.key").unlink()
    ring().forget(Purpose.KEK, key_id)

    with pytest.raises(Exception, match="host_lacks_key"):
        custodian.activate(key_id)

    assert status_of(custodian.first) == KeyStatus.ACTIVE


def test_one_key_waits_at_a_time(custodian: Custodian) -> None:
    key_id = custodian.publish()

    assert "withdraw it first" in reason(custodian.publish)
    custodian.withdraw(key_id)
    custodian.publish()


def test_a_new_key_is_written_before_any_row_names_it(
    custodian: Custodian, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise OSError("the power goes out here")

    monkeypatch.setattr("vault.rotation.audit.record", fail)
    with pytest.raises(OSError, match="power"):
        custodian.publish()

    assert KeyEncryptionKey.objects.count() == 1, "a file that nobody names harms nobody"


# Hosts


@pytest.fixture
def far(tmp_path: Path, custodian: Custodian, settings: Any) -> Path:
    """The ring of another host, which has what was there when it was set up."""
    folder = tmp_path / "far"
    for key in ring().on_disk():
        KeyRing(folder).add(key)
    report_as("far", folder, settings)
    return folder


def test_a_key_is_not_used_before_every_live_host_holds_it(
    custodian: Custodian, far: Path, settings: Any
) -> None:
    key_id = custodian.publish()
    report_as("near", settings.KEY_RING, settings)

    refusal = reason(custodian.activate, key_id)
    assert "far" in refusal
    assert "near" not in refusal

    KeyRing(far).add(ring().get(Purpose.KEK, key_id))
    report_as("far", far, settings)
    custodian.activate(key_id)
    assert status_of(key_id) == KeyStatus.ACTIVE


def test_a_host_that_holds_another_key_under_that_id_does_not_count(
    custodian: Custodian, far: Path, settings: Any
) -> None:
    key_id = custodian.publish()
    other = KeyRing(far).create(Purpose.KEK)
    (far / other.file_name).rename(far / f"kek-{key_id}.key")
    report_as("far", far, settings)

    assert "far" in reason(custodian.activate, key_id)


def test_a_host_that_was_not_heard_of_lately_holds_nothing_up(
    custodian: Custodian, far: Path, settings: Any
) -> None:
    key_id = custodian.publish()
    settings.HOST_LIVE_MINUTES = 0

    custodian.activate(key_id)


def test_a_host_that_is_known_to_be_gone_is_left_out_by_name(
    custodian: Custodian, far: Path
) -> None:
    key_id = custodian.publish()
    custodian.activate(key_id, despite=["far"])

    event = AuditEvent.objects.get(event="vault.key_activated")
    assert event.facts["despite"] == ["far"]


# The end


def test_a_retired_key_is_kept_until_no_backup_needs_it(
    custodian: Custodian, settings: Any
) -> None:
    custodian.rotate()
    settings.BACKUP_WINDOW_DAYS = 35

    assert "BACKUP_WINDOW_DAYS" in reason(custodian.destroy, custodian.first)
    with database.acting_as("owner"):
        almost = timezone.now() - timedelta(days=35) + timedelta(minutes=1)
        KeyEncryptionKey.objects.filter(pk=custodian.first).update(retired_at=almost)
    assert reason(custodian.destroy, custodian.first)
    with database.acting_as("owner"):
        past = timezone.now() - timedelta(days=35)
        KeyEncryptionKey.objects.filter(pk=custodian.first).update(retired_at=past)
    custodian.destroy(custodian.first)


def test_a_key_that_still_wraps_anything_is_not_destroyed(
    custodian: Custodian, people: People, letter: Letter
) -> None:
    custodian.rotate()
    custodian.let_window_pass()

    assert "Run rewrap first" in reason(custodian.destroy, custodian.first)
    custodian.rewrap()
    custodian.destroy(custodian.first)
    custodian.purge()
    assert body_for(people.author, letter) == WORDS


@pytest.mark.parametrize(("said", "is_enough"), [(0, False), (1, True), (2, False)])
def test_damaged_data_keys_are_left_behind_only_by_their_exact_number(
    custodian: Custodian, letter: Letter, as_owner: Any, said: int, *, is_enough: bool
) -> None:
    as_owner.cursor().execute("UPDATE vault_datakey SET wrapped = %s", [bytes(60)])
    custodian.rotate()
    custodian.let_window_pass()
    custodian.rewrap()

    if is_enough:
        custodian.destroy(custodian.first, leave_damaged=said)
    else:
        refusal = reason(custodian.destroy, custodian.first, leave_damaged=said)
        assert "--leave-damaged 1" in refusal


def test_purging_removes_destroyed_keys_from_this_ring_and_no_others(
    custodian: Custodian, settings: Any
) -> None:
    second = custodian.rotate()
    assert custodian.purge() == []
    custodian.let_window_pass()
    custodian.destroy(custodian.first)

    assert custodian.purge() == [custodian.first]
    assert custodian.purge() == []
    assert files(settings.KEY_RING) == {second}
    with pytest.raises(UnknownKey):
        ring().get(Purpose.KEK, custodian.first)
    assert AuditEvent.objects.filter(event="vault.key_purged").count() == 1


def test_each_host_is_named_until_it_has_purged(
    custodian: Custodian, far: Path, settings: Any
) -> None:
    second = custodian.publish()
    KeyRing(far).add(ring().get(Purpose.KEK, second))
    report_as("far", far, settings)
    custodian.activate(second)
    custodian.let_window_pass()
    custodian.destroy(custodian.first)
    custodian.purge()

    assert "Run purge on far" in custodian.says("status")
    KeyRing(far).remove(Purpose.KEK, custodian.first)
    report_as("far", far, settings)
    assert "Run purge" not in custodian.says("status")


def test_a_host_that_is_gone_for_good_is_forgotten_by_name(
    custodian: Custodian, far: Path, settings: Any
) -> None:
    custodian.publish()
    assert "far" in custodian.says("status")

    custodian.says("forget-host", "far")

    assert "far" not in custodian.says("status")
    with pytest.raises(CommandError, match="No host far was heard of"):
        custodian.says("forget-host", "far")
    assert AuditEvent.objects.get(event="vault.host_forgotten").facts["host"] == "far"


def test_where_a_custodian_works_is_no_host_that_others_wait_for(custodian: Custodian) -> None:
    custodian.says("publish")
    custodian.says("activate")
    custodian.let_window_pass()
    custodian.says("destroy", custodian.first)

    assert "Hosts at work: none" in custodian.says("status")


def test_a_process_that_reports_forgets_destroyed_keys(custodian: Custodian, settings: Any) -> None:
    ring().get(Purpose.KEK, custodian.first)
    custodian.rotate()
    custodian.let_window_pass()
    custodian.destroy(custodian.first)
    (settings.KEY_RING / f"kek-{custodian.first}.key").unlink()
    assert ring().get(Purpose.KEK, custodian.first), "it was read before"

    report_as("near", settings.KEY_RING, settings)

    with pytest.raises(UnknownKey):
        ring().get(Purpose.KEK, custodian.first)


def test_what_is_destroyed_today_is_out_of_backups_after_the_rotation_and_the_window(
    settings: Any,
) -> None:
    settings.KEY_ROTATION_DAYS, settings.BACKUP_WINDOW_DAYS = 31, 35
    now = timezone.now()

    assert rotation.final_in_backups(now) - now == timedelta(days=66)
    assert key_policies.may_be_destroyed_at(now) - now == timedelta(days=35)


# The database holds the same


@pytest.mark.parametrize("move", ["publish", "activate", "destroy"])
def test_the_applications_role_moves_no_key(custodian: Custodian, move: str) -> None:
    key_id = custodian.publish() if move == "activate" else custodian.first
    steps: dict[str, Callable[[], object]] = {
        "publish": lambda: rotation.publish(actor=CUSTODIAN),
        "activate": lambda: rotation.activate(actor=CUSTODIAN, key_id=key_id),
        "destroy": lambda: rotation.destroy(actor=CUSTODIAN, key_id=key_id),
    }
    with pytest.raises(ProgrammingError, match="permission denied"):
        steps[move]()


def test_a_data_key_is_not_wrapped_again_under_a_key_that_is_not_active(
    custodian: Custodian, letter: Letter
) -> None:
    custodian.rotate()
    custodian.rewrap()

    with database.acting_as("owner"), pytest.raises(IntegrityError, match="stale key ring"):
        DataKey.objects.update(kek=custodian.first)


@pytest.mark.parametrize("status", [KeyStatus.RETIRED, KeyStatus.DESTROYED])
def test_a_status_without_its_moment_is_refused(custodian: Custodian, status: KeyStatus) -> None:
    with (
        database.acting_as("owner"),
        pytest.raises(IntegrityError, match="has_its_moment"),
        transaction.atomic(),
    ):
        KeyEncryptionKey.objects.update(status=status)


# The command


def test_the_command_goes_the_whole_way(
    custodian: Custodian, people: People, safe: Safe, settings: Any
) -> None:
    letters = [write(safe)]
    second = custodian.says("publish").split()[1].rstrip(",")
    assert "activate it" in custodian.says("status")
    assert "1 data keys are under older keys" in custodian.says("activate")
    letters.append(write(safe))
    assert f"1 data keys are still under {custodian.first}: run rewrap" in custodian.says("status")
    assert "0 data keys are left" in custodian.says("rewrap")
    assert "wait until" in custodian.says("status")
    custodian.let_window_pass()
    assert "destroy it" in custodian.says("status")
    custodian.says("destroy", custodian.first)

    assert files(settings.KEY_RING) == {second}
    assert [body_for(people.author, one) for one in letters] == [WORDS, WORDS]
    events = AuditEvent.objects.filter(event__startswith="vault.key").order_by("at", "id")
    assert [one.event.removeprefix("vault.key") for one in events] == [
        "_published",
        "_retired",
        "_activated",
        "s_rewrapped",
        "_destroyed",
        "_purged",
    ]
    assert {one.via for one in events} == {"system:custodian"}


@pytest.mark.parametrize("step", ["publish", "activate", "rewrap", "withdraw"])
def test_the_command_asks_for_the_owners_role(custodian: Custodian, step: str) -> None:
    with pytest.raises(CommandError, match="PORTAL_DB_ROLE=owner"):
        call_command("keyring", step)


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        (["activate"], "Run publish first"),
        (["withdraw"], "Run publish first"),
        (["destroy", "abc"], "There is no key abc"),
        (["recovery-copy", "copy.age"], "Run recovery-setup first"),
        (["recovery-restore", "nowhere.age"], "nowhere.age: No such file"),
        (["recovery-setup", "--shares", "2", "--needed", "3"], "no more than there are"),
        (["recovery-setup", "--shares", "17", "--needed", "3"], "no more than 16"),
        (["recovery-setup", "--shares", "3", "--needed", "1"], "At least 2"),
    ],
)
def test_a_step_at_the_wrong_time_is_refused_with_what_to_do(
    custodian: Custodian, words: list[str], answer: str
) -> None:
    with pytest.raises(CommandError, match=answer):
        custodian.says(*words)


def test_an_old_key_is_said_to_be_due(custodian: Custodian, settings: Any) -> None:
    assert "publish the next one" not in custodian.says("status")
    settings.KEY_ROTATION_DAYS = 0
    assert "publish the next one" in custodian.says("status")
