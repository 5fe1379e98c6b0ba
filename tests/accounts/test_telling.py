"""People are told by e-mail when their way of signing in changed: the fact and when, no more."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail

from accounts import services
from accounts.models import TotpDevice, User
from accounts.services.telling import Change
from kernel import outbox
from kernel.actors import Actor
from tests.accounts.conftest import PASSWORD, Visitor, code_of, make_device
from tests.accounts.test_account import ask, sent_link
from tests.accounts.test_devices import enrol
from tests.partnership import deactivate

NEW = "heron biscuit lantern"


def change_password(visitor: Visitor, phone: TotpDevice) -> None:
    visitor.post("/account/password/", {"current": PASSWORD, "password": NEW})


def add_device(visitor: Visitor, phone: TotpDevice) -> None:
    TotpDevice.objects.update(last_step=-1)
    enrol(visitor, proof=code_of(phone))


def remove_device(visitor: Visitor, phone: TotpDevice) -> None:
    laptop = make_device(phone.user, "Laptop")
    visitor.post(f"/account/device/{phone.pk}/remove/", {"code": code_of(laptop)})


def new_codes(visitor: Visitor, phone: TotpDevice) -> None:
    visitor.post("/account/recovery-codes/new/", {"code": code_of(phone)})


CHANGES = {
    Change.PASSWORD: change_password,
    Change.DEVICE_ADDED: add_device,
    Change.DEVICE_REMOVED: remove_device,
    Change.RECOVERY_CODES_MADE: new_codes,
}


def sent() -> list[Any]:
    outbox.deliver_waiting("notify")
    return [one for one in mail.outbox if one.subject == "How you sign in has changed"]


@pytest.mark.parametrize(("change", "act"), CHANGES.items(), ids=str)
def test_the_owner_is_told_of_each_change(
    signed_in: Visitor, amina: User, phone: TotpDevice, change: Change, act: Callable[..., None]
) -> None:
    act(signed_in, phone)

    message = sent()[0]
    assert message.to == [amina.email]
    assert change.label in message.body
    assert "http://localhost/account/" in message.body
    assert "Amina" not in message.body


def test_using_a_recovery_code_is_told(
    visitor: Visitor, amina: User, recovery_codes: list[str]
) -> None:
    sent()
    mail.outbox.clear()
    visitor.give_password(amina.email)
    visitor.give_code(recovery_codes[0])

    message = sent()[0]
    assert Change.RECOVERY_CODE_USED.label in message.body
    assert recovery_codes[0] not in message.body


def test_a_new_password_by_a_link_is_told(visitor: Visitor, amina: User) -> None:
    ask(visitor, amina.email)
    visitor.post(sent_link(), {"password": NEW})

    assert Change.PASSWORD.label in sent()[0].body


def test_signing_in_or_a_slip_is_told_to_nobody(signed_in: Visitor, phone: TotpDevice) -> None:
    signed_in.post("/account/password/", {"current": "wrong", "password": NEW})
    signed_in.post("/account/recovery-codes/new/", {"code": "000000"})

    assert sent() == []


def test_nothing_is_sent_to_an_account_that_was_closed(amina: User, phone: TotpDevice) -> None:
    services.make_recovery_codes(actor=Actor(user_id=amina.pk), code=code_of(phone))
    deactivate(amina)

    assert sent() == []


def test_two_changes_are_told_twice(signed_in: Visitor, phone: TotpDevice) -> None:
    for _ in range(2):
        TotpDevice.objects.update(last_step=-1)
        new_codes(signed_in, phone)

    assert len(sent()) == 2
