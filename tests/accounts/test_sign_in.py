import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.contrib.auth import SESSION_KEY
from django.test import Client
from django_otp import DEVICE_ID_SESSION_KEY

from accounts import totp
from accounts.hashers import PepperedArgon2Hasher
from accounts.models import Session, TotpDevice, User
from audit import services as audit
from audit.models import AuditEvent
from tests.accounts.conftest import PASSWORD, Clock, Visitor, code_of, make_device, text_of
from tests.partnership import deactivate

REFUSED = "Enter the email address and password that you use for this portal"


def events(*names: str) -> list[str]:
    found = AuditEvent.objects.filter(event__in=names) if names else AuditEvent.objects
    return list(found.order_by("at").values_list("event", flat=True))


def test_password_and_code_lead_to_the_page_that_was_asked_for(
    visitor: Visitor, phone: TotpDevice
) -> None:
    asked = visitor.get("/note/?page=2")
    assert asked.url == "/account/sign-in/?next=%2Fnote%2F%3Fpage%3D2"

    first = visitor.post(asked.url, {"email": phone.user.email, "password": PASSWORD})
    assert first.url == "/account/code/?next=%2Fnote%2F%3Fpage%3D2"
    second = visitor.post(first.url, {"code": code_of(phone)})

    assert second.url == "/note/?page=2"
    assert visitor.get("/note/?page=2").status_code == 200
    assert "accounts.signed_in" in events()


def test_a_password_alone_opens_nothing(visitor: Visitor, phone: TotpDevice) -> None:
    visitor.give_password(phone.user.email)

    for path in ("/", "/note/", "/account/", "/account/password/", "/account/recovery-codes/new/"):
        assert visitor.get(path).url.startswith("/account/code/?next="), path
    assert visitor.get("/account/device/new/").url == "/account/code/"


def test_a_code_alone_opens_nothing(visitor: Visitor, phone: TotpDevice) -> None:
    response = visitor.give_code(code_of(phone))

    assert response.url == "/account/sign-in/?next=%2Faccount%2F"
    assert SESSION_KEY not in visitor.client.session


@pytest.mark.parametrize("email", ["amina@police.example", " AMINA@Police.example "])
def test_an_address_may_be_typed_in_any_case(
    visitor: Visitor, phone: TotpDevice, email: str
) -> None:
    assert visitor.give_password(email).url == "/account/code/"


def test_a_wrong_password_and_a_stranger_get_the_same_answer(
    visitor: Visitor, another_visitor: Visitor, amina: User
) -> None:
    wrong = visitor.give_password(amina.email, "otter violin jam")
    stranger = another_visitor.give_password("nobody@police.example", "otter violin jam")

    texts = [text_of(wrong), text_of(stranger).replace("nobody@", "amina@")]
    assert REFUSED in texts[0]
    assert _without_tokens(texts[0]) == _without_tokens(texts[1])
    assert wrong.status_code == stranger.status_code == 200
    assert events("accounts.sign_in_failed") == ["accounts.sign_in_failed"] * 2


def test_what_was_typed_comes_back_but_never_the_password(visitor: Visitor, amina: User) -> None:
    page = text_of(visitor.give_password("amina@police.exampl", "otter violin jam"))

    assert "amina@police.exampl" in page
    assert "otter violin jam" not in page


def test_a_closed_account_cannot_sign_in_and_looks_like_no_account(
    visitor: Visitor, amina: User
) -> None:
    deactivate(amina)

    assert REFUSED in text_of(visitor.give_password(amina.email))


@pytest.mark.parametrize("email", ["amina@police.example", "nobody@police.example"])
def test_refusing_a_stranger_takes_as_much_work_as_refusing_a_colleague(
    visitor: Visitor, amina: User, monkeypatch: pytest.MonkeyPatch, email: str
) -> None:
    argon2 = PepperedArgon2Hasher.argon2
    worked: list[str] = []

    def counted(name: str, work: Callable[..., Any], *args: Any) -> Any:
        worked.append(name)
        return work(*args)

    for name in ("encode", "verify"):
        monkeypatch.setattr(argon2, name, partial(counted, name, getattr(argon2, name)))

    visitor.give_password(email, "otter violin jam")

    assert len(worked) == 1


def test_the_failed_address_is_on_record_only_as_a_keyed_digest(
    visitor: Visitor, amina: User
) -> None:
    visitor.give_password(amina.email, "otter violin jam")

    event = AuditEvent.objects.get(event="accounts.sign_in_failed")
    assert len(event.facts["address"]) == 64
    assert event.target_id == amina.pk


def test_the_session_key_changes_with_each_step(visitor: Visitor, phone: TotpDevice) -> None:
    visitor.client.cookies["session"] = "f" * 32
    visitor.give_password(phone.user.email)
    after_password = visitor.client.session.session_key
    visitor.give_code(code_of(phone))

    keys = {"f" * 32, after_password, visitor.client.session.session_key}
    assert len(keys) == 3
    assert Session.objects.filter(ended_at=None).count() == 1


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "javascript:alert(1)",
        "http:///evil.example",
        "evil.example",
        "\t//evil.example",
    ],
)
def test_signing_in_never_leads_to_another_site(
    visitor: Visitor, phone: TotpDevice, elsewhere: str
) -> None:
    visitor.give_password(phone.user.email, next=elsewhere)

    assert visitor.give_code(code_of(phone), next=elsewhere).url == "/"


def test_a_code_works_once(visitor: Visitor, another_visitor: Visitor, phone: TotpDevice) -> None:
    code = code_of(phone)
    visitor.give_password(phone.user.email)
    another_visitor.give_password(phone.user.email)

    assert visitor.give_code(code).status_code == 302
    again = another_visitor.give_code(code)

    assert "Each code works only once" in text_of(again)
    assert DEVICE_ID_SESSION_KEY not in another_visitor.client.session
    assert events("accounts.code_refused") == ["accounts.code_refused"]


@pytest.mark.parametrize(
    ("steps", "accepted"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)]
)
def test_a_clock_may_be_half_a_minute_out(
    visitor: Visitor, phone: TotpDevice, clock: Clock, steps: int, accepted: bool
) -> None:
    clock.offset = -(time.time() % totp.PERIOD) + totp.PERIOD / 2
    code = totp.code_at(phone.open_seed(), totp.now_step() + steps)
    visitor.give_password(phone.user.email)

    assert (visitor.give_code(code).status_code == 302) is accepted


def test_an_earlier_code_is_refused_after_a_later_one(
    visitor: Visitor, another_visitor: Visitor, phone: TotpDevice
) -> None:
    now = totp.now_step()
    later, earlier = (totp.code_at(phone.open_seed(), step) for step in (now + 1, now))
    visitor.give_password(phone.user.email)
    another_visitor.give_password(phone.user.email)

    assert visitor.give_code(later).status_code == 302
    assert another_visitor.give_code(earlier).status_code == 200


@pytest.mark.parametrize("typed", ["{0} {1}", " {0}{1} ", "{0}\u00a0{1}"])
def test_a_code_may_be_typed_with_spaces(visitor: Visitor, phone: TotpDevice, typed: str) -> None:
    code = code_of(phone)
    visitor.give_password(phone.user.email)

    assert visitor.give_code(typed.format(code[:3], code[3:])).status_code == 302


def test_either_of_two_devices_signs_in(
    visitor: Visitor, another_visitor: Visitor, amina: User, phone: TotpDevice
) -> None:
    laptop = make_device(amina, "Laptop")

    assert visitor.sign_in(phone)
    assert another_visitor.sign_in(laptop)


def test_nobody_signs_in_with_a_colleague_s_device(
    visitor: Visitor, amina: User, phone: TotpDevice, bryn: User
) -> None:
    theirs = make_device(bryn)
    visitor.give_password(amina.email)

    assert visitor.give_code(code_of(theirs)).status_code == 200


def test_a_stranger_locks_out_their_own_address_and_not_the_colleague(
    phone: TotpDevice, amina: User
) -> None:
    stranger = Visitor(Client(REMOTE_ADDR="203.0.113.9"))
    colleague = Visitor(Client(REMOTE_ADDR="203.0.113.10"))

    answers = [stranger.give_password(amina.email, f"otter violin {n}") for n in range(6)]

    assert [a.status_code for a in answers] == [200] * 4 + [429] * 2
    assert "Wait 15 minutes" in text_of(answers[-1])
    assert stranger.give_password(amina.email).status_code == 429
    assert colleague.give_password(amina.email).url == "/account/code/"


@pytest.mark.django_db
def test_a_stranger_s_address_is_locked_like_a_real_one(visitor: Visitor) -> None:
    answers = [visitor.give_password("nobody@police.example", f"guess {n}") for n in range(6)]

    assert [a.status_code for a in answers] == [200] * 4 + [429] * 2


def test_waiting_ends_the_lock_even_if_somebody_goes_on_trying(
    visitor: Visitor, amina: User, phone: TotpDevice
) -> None:
    for n in range(6):
        visitor.give_password(amina.email, f"otter violin {n}")
    attempt = AccessAttempt.objects.get()
    locked_at = attempt.attempt_time
    visitor.give_password(amina.email, "otter violin 7")
    attempt.refresh_from_db()
    assert attempt.attempt_time == locked_at

    AccessAttempt.objects.update(attempt_time=locked_at - timedelta(minutes=16))

    assert visitor.give_password(amina.email).url == "/account/code/"


def test_the_throttle_keeps_no_address_and_no_form(visitor: Visitor, amina: User) -> None:
    visitor.give_password(amina.email, "otter violin jam", kept="sealed words")

    attempt = AccessAttempt.objects.get()
    row = " ".join(str(value) for value in vars(attempt).values())
    assert amina.email not in row
    assert "otter" not in row
    assert "sealed words" not in row


def test_guessing_at_codes_is_slowed_down_and_never_for_long(
    visitor: Visitor, amina: User, phone: TotpDevice
) -> None:
    visitor.give_password(amina.email)
    right = code_of(phone)
    wrong = f"{(int(right) + 1) % 1_000_000:06d}"

    visitor.give_code(wrong)
    at_once = visitor.give_code(right)
    assert "Enter the code that the app shows now" in text_of(at_once)

    TotpDevice.objects.update(throttling_failure_count=1_000_000)
    phone.refresh_from_db()
    left = phone.locked_until() - phone.throttling_failure_timestamp
    assert left.total_seconds() == 15 * 60
    assert "Wait 15 minutes" in text_of(visitor.give_code(right))

    TotpDevice.objects.update(throttling_failure_timestamp="2020-01-01T00:00Z")
    assert visitor.give_code(right).status_code == 302


def test_guessing_on_one_account_slows_down_no_other(
    visitor: Visitor, another_visitor: Visitor, phone: TotpDevice, bryn: User
) -> None:
    theirs = make_device(bryn)
    visitor.give_password(phone.user.email)
    visitor.give_code("000000")

    assert another_visitor.sign_in(theirs)


def test_who_is_signed_in_is_not_asked_again(signed_in: Visitor) -> None:
    assert signed_in.get("/account/sign-in/?next=/note/").url == "/note/"
    assert signed_in.get("/account/code/").url == "/"


def test_signing_out_takes_a_post_and_works_twice(signed_in: Visitor) -> None:
    assert signed_in.get("/account/sign-out/").status_code == 405
    assert signed_in.get("/note/").status_code == 200

    out = signed_in.post("/account/sign-out/")

    assert "You have signed out" in text_of(signed_in.get(out.url))
    assert signed_in.get("/note/").status_code == 302
    assert signed_in.post("/account/sign-out/").status_code == 302
    assert events("accounts.signed_out") == ["accounts.signed_out"]


def test_a_failing_audit_stops_the_sign_in(
    visitor: Visitor, phone: TotpDevice, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError("no audit")

    visitor.give_password(phone.user.email)
    monkeypatch.setattr(audit, "record", fail)

    with pytest.raises(RuntimeError):
        visitor.give_code(code_of(phone))
    assert DEVICE_ID_SESSION_KEY not in visitor.client.session


def _without_tokens(page: str) -> str:
    return "\n".join(line for line in page.splitlines() if "csrfmiddlewaretoken" not in line)
