"""People who sign in, and the steps that they take."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from html import unescape
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from accounts import access, resubmission, services, totp
from accounts.hashers import PepperedArgon2Hasher
from accounts.models import Session, TotpDevice, User
from kernel.actors import Actor

LeaveAlone = Callable[[timedelta], None]

PASSWORD = "otter violin marmalade"


@pytest.fixture(autouse=True)
def _pages(settings: Settings) -> None:
    settings.ROOT_URLCONF = "tests.accounts.urls"


@pytest.fixture(autouse=True)
def _quick_hashing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The real hasher with little work, for the tests' sake."""
    for name, value in {"time_cost": 1, "memory_cost": 64, "parallelism": 1}.items():
        monkeypatch.setattr(PepperedArgon2Hasher.argon2, name, value, raising=True)


class Clock:
    """The wall clock as one-time codes and kept forms see it."""

    offset = 0.0

    def time(self) -> float:
        return time.time() + self.offset

    def forward(self, seconds: float) -> None:
        self.offset += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    for module in (totp, resubmission, access):
        monkeypatch.setattr(module, "time", SimpleNamespace(time=clock.time))
    return clock


def make_user(email: str = "amina@police.example", name: str = "Amina O’Neill") -> User:
    return services.create_user(
        actor=Actor.system("tests"), email=email, full_name=name, password=PASSWORD
    )


def make_device(user: User, name: str = "Work phone") -> TotpDevice:
    device = TotpDevice(user=user, name=name, confirmed=True, confirmed_at=timezone.now())
    device.seal_seed(totp.new_seed())
    device.attest().save(force_insert=True)
    return device


def code_of(device: TotpDevice) -> str:
    """The code that the device's owner reads off and may type now."""
    device.refresh_from_db()
    return totp.next_code(device.open_seed(), after=device.last_step)


@pytest.fixture
def amina(db: None) -> User:
    return make_user()


@pytest.fixture
def bryn(db: None) -> User:
    return make_user("bryn@school.example", "Bryn")


@pytest.fixture
def phone(amina: User) -> TotpDevice:
    return make_device(amina)


@dataclass
class Visitor:
    """Somebody at their browser, and the steps that they take."""

    client: Client

    def give_password(self, email: str, password: str = PASSWORD, **more: str) -> Any:
        fields = {"email": email, "password": password, **more}
        return self.client.post("/account/sign-in/", fields)

    def give_code(self, code: str, **more: str) -> Any:
        return self.client.post("/account/code/", {"code": code, **more})

    def sign_in(self, device: TotpDevice) -> Visitor:
        self.give_password(device.user.email)
        TotpDevice.objects.filter(pk=device.pk).update(last_step=-1)
        assert self.give_code(code_of(device)).status_code == 302
        return self

    def get(self, path: str) -> Any:
        return self.client.get(path)

    def post(self, path: str, fields: dict[str, Any] | None = None, **more: Any) -> Any:
        return self.client.post(path, fields or {}, **more)


@pytest.fixture
def visitor() -> Visitor:
    return Visitor(Client())


@pytest.fixture
def another_visitor() -> Visitor:
    return Visitor(Client())


@pytest.fixture
def signed_in(visitor: Visitor, phone: TotpDevice) -> Visitor:
    """Amina, signed in with both factors."""
    return visitor.sign_in(phone)


@pytest.fixture
def leave_alone() -> LeaveAlone:
    """Let all open sessions lie unused for a while."""

    def leave(length: timedelta) -> None:
        then = timezone.now() - length
        Session.objects.filter(ended_at=None).update(last_seen_at=then)

    return leave


def text_of(response: Any) -> str:
    return unescape(response.content.decode())


@pytest.fixture
def recovery_codes(amina: User, phone: TotpDevice) -> list[str]:
    check, codes = services.make_recovery_codes(actor=Actor(user_id=amina.pk), code=code_of(phone))
    assert check
    TotpDevice.objects.update(last_step=-1)
    return list(codes)
