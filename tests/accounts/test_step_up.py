"""What an unattended screen must not do asks for the second factor again."""

import json
from typing import Any

import pytest
from django.conf import settings
from django.core import signing
from django.test import Client

from accounts.models import Session, TotpDevice, User
from accounts.session_store import SessionStore
from audit.models import AuditEvent
from tests.accounts.conftest import Clock, Visitor, code_of, make_device, text_of
from tests.accounts.test_late_forms import hidden

AGAIN = "/account/code/again/"
FIELDS = {"why": "Father’s new flat & <dog>\r\nsecond line", "desk": ["1", "2"]}


@pytest.fixture
def stale(signed_in: Visitor, clock: Clock) -> Visitor:
    """Amina, signed in, who proved her second factor a little too long ago."""
    clock.forward(settings.STEP_UP_SECONDS + 1)
    return signed_in


def test_a_fresh_proof_opens_the_page_at_once(signed_in: Visitor, clock: Clock) -> None:
    clock.forward(settings.STEP_UP_SECONDS - 5)

    assert signed_in.get("/protected/").status_code == 200


def test_an_old_proof_leads_through_the_code_page_and_back(
    stale: Visitor, phone: TotpDevice
) -> None:
    away = stale.get("/protected/?sort=name")
    assert away.url == f"{AGAIN}?next=%2Fprotected%2F%3Fsort%3Dname"
    assert "You stay signed in" in text_of(stale.get(away.url))

    back = stale.post(AGAIN, {"code": code_of(phone), "next": "/protected/?sort=name"})

    assert back.url == "/protected/?sort=name"
    assert stale.get(back.url).status_code == 200


def test_what_was_posted_is_kept_and_done_only_after_the_proof(
    stale: Visitor, phone: TotpDevice
) -> None:
    asked = stale.post("/protected/?step=2", FIELDS)
    assert asked.status_code == 401
    assert f'action="{AGAIN}"' in text_of(asked)
    assert "Father" not in text_of(asked)

    slip = stale.post(AGAIN, {"code": "12", "kept": hidden(asked, "kept")[0]})
    assert hidden(slip, "kept") == hidden(asked, "kept")
    kept = stale.post(AGAIN, {"code": code_of(phone), "kept": hidden(slip, "kept")[0]})

    assert hidden(kept, "why") == [FIELDS["why"]]
    sent = stale.post("/protected/?step=2", {n: hidden(kept, n) for n in FIELDS})
    assert json.loads(sent.content) == {"why": [FIELDS["why"]], "desk": ["1", "2"]}


@pytest.mark.parametrize("path", ["/note/", "/account/", "/"])
def test_other_pages_do_not_ask_again(stale: Visitor, path: str) -> None:
    assert stale.get(path).status_code == 200


@pytest.mark.parametrize("code", ["", "123456", "nonsense", "\x00" * 6, "9" * 5000])
def test_a_wrong_code_proves_nothing(stale: Visitor, code: str) -> None:
    refused = stale.post(AGAIN, {"code": code})

    assert refused.status_code == 200
    assert stale.get("/protected/").status_code == 302


def test_a_code_proves_it_once(stale: Visitor, phone: TotpDevice, clock: Clock) -> None:
    code = code_of(phone)
    stale.post(AGAIN, {"code": code})
    clock.forward(settings.STEP_UP_SECONDS + 1)

    stale.post(AGAIN, {"code": code})

    assert stale.get("/protected/").status_code == 302


def test_somebody_elses_code_proves_nothing(stale: Visitor, bryn: User) -> None:
    theirs = make_device(bryn)

    stale.post(AGAIN, {"code": code_of(theirs)})

    assert stale.get("/protected/").status_code == 302


def test_a_recovery_code_proves_it_where_the_device_is_lost(
    recovery_codes: list[str], stale: Visitor
) -> None:
    stale.post(AGAIN, {"code": recovery_codes[0]})

    assert stale.get("/protected/").status_code == 200


def test_a_proof_in_one_browser_is_none_in_another(
    stale: Visitor, another_visitor: Visitor, phone: TotpDevice
) -> None:
    another_visitor.sign_in(phone)

    assert another_visitor.get("/protected/").status_code == 200
    assert stale.get("/protected/").status_code == 302


def test_a_password_alone_does_not_reach_the_page_that_asks_again(
    visitor: Visitor, phone: TotpDevice
) -> None:
    visitor.give_password(phone.user.email)

    assert visitor.get(AGAIN).url.partition("?")[0] == "/account/code/"
    assert visitor.get("/protected/").url.partition("?")[0] == "/account/code/"


def test_the_proof_is_on_record(stale: Visitor, phone: TotpDevice, amina: User) -> None:
    stale.post(AGAIN, {"code": code_of(phone)})

    event = AuditEvent.objects.get(event="accounts.confirmed_again")
    assert (event.user_id, event.target_id) == (amina.pk, amina.pk)


def test_a_moment_of_proof_written_by_sql_is_refused(stale: Visitor) -> None:
    """The moment is in the session's signed data: data made without our key signs nobody in."""
    row = Session.objects.get(ended_at=None)
    key = stale.client.cookies[settings.SESSION_COOKIE_NAME].value
    data: dict[str, Any] = SessionStore(key).load()
    forged = signing.dumps({**data, "proven_at": 2**40}, key="guessed", salt="guessed")
    Session.objects.filter(pk=row.pk).update(data=forged)

    assert stale.get("/protected/").url.startswith("/account/sign-in/")


def test_the_cookie_holds_no_moment(stale: Visitor, clock: Clock) -> None:
    """Whatever the browser sends beside its key changes nothing."""
    client: Client = stale.client
    client.cookies["proven_at"] = str(2**40)

    assert stale.get("/protected/").status_code == 302
