"""Two requests at once, with a pause forced between check and change so that they must meet."""

import threading
import time
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest
from django.db import connection

from accounts import policies, services, totp
from accounts.models import TotpDevice, User
from kernel.actors import Actor
from kernel.decisions import Denied
from tests.accounts.conftest import code_of, make_device

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts: Callable[[], object]) -> list[object]:
    outcomes, gate = [], threading.Barrier(len(acts))

    def run(act: Callable[[], object]) -> None:
        gate.wait()
        try:
            outcomes.append(act())
        except Denied as denied:
            outcomes.append(denied.decision.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def slowly(monkeypatch: pytest.MonkeyPatch, module: ModuleType, name: str) -> None:
    decide = getattr(module, name)

    def decide_slowly(*args: Any, **kwargs: Any) -> Any:
        decision = decide(*args, **kwargs)
        time.sleep(0.3)
        return decision

    monkeypatch.setattr(module, name, decide_slowly)


def test_one_code_posted_twice_at_once_is_accepted_once(
    amina: User, phone: TotpDevice, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, actor = code_of(phone), Actor(user_id=amina.pk)
    slowly(monkeypatch, totp, "matching_step")

    checks = at_once(*[lambda: bool(services.check_code(actor=actor, code=code))] * 2)

    assert sorted(map(bool, checks)) == [False, True]


def test_one_recovery_code_posted_twice_at_once_is_accepted_once(
    amina: User, phone: TotpDevice
) -> None:
    actor = Actor(user_id=amina.pk)
    _, codes = services.make_recovery_codes(actor=actor, code=code_of(phone))

    checks = at_once(*[lambda: bool(services.check_code(actor=actor, code=codes[0]))] * 4)

    assert sorted(map(bool, checks)) == [False, False, False, True]


def test_two_devices_removed_at_once_leave_one(
    amina: User, phone: TotpDevice, monkeypatch: pytest.MonkeyPatch
) -> Any:
    laptop, actor = make_device(amina, "Laptop"), Actor(user_id=amina.pk)
    slowly(monkeypatch, policies, "can_remove_device")

    def remove(device: TotpDevice, other: TotpDevice) -> Any:
        code = code_of(other)
        return lambda: bool(services.remove_device(actor=actor, device_id=device.pk, code=code))

    outcomes = at_once(remove(phone, laptop), remove(laptop, phone))

    assert sorted(map(str, outcomes)) == ["True", "last_device"]
    assert TotpDevice.objects.filter(confirmed=True).count() == 1
