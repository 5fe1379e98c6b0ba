import re
from typing import Any

import pytest
from django.contrib.auth.tokens import default_token_generator
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings

from accounts import services
from accounts.models import EndReason, Session, TotpDevice, User
from audit.models import AuditEvent
from kernel import outbox
from kernel.actors import Actor
from kernel.models import OutboxMessage
from tests.accounts.conftest import PASSWORD, Visitor, make_device, text_of
from tests.partnership import deactivate

NEW = "heron biscuit lantern"
LINK = re.compile(r"http://localhost(/account/new-password/\S+?)[\s\"]")


def test_the_account_page_shows_its_owner_what_they_sign_in_with(
    signed_in: Visitor, amina: User
) -> None:
    page = text_of(signed_in.get("/account/"))

    for words in ("Amina O’Neill", amina.email, "Work phone", "0 codes left", "(this one)"):
        assert words in page


def test_the_account_page_costs_the_same_for_one_device_and_for_many(
    signed_in: Visitor, amina: User, phone: TotpDevice
) -> Any:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            signed_in.get("/account/")
        return len(queries)

    few = cost()
    for n in range(4):
        make_device(amina, f"Device {n}")
    for n in range(30):
        Session.objects.create(key_digest=f"{n:064d}", user=amina, data="x")

    assert cost() == few


def test_changing_the_password_asks_for_the_present_one(signed_in: Visitor, amina: User) -> None:
    path = "/account/password/"
    refused = signed_in.post(path, {"current": "otter violin jam", "password": NEW})

    assert "Enter the password that you sign in with now" in text_of(refused)
    amina.refresh_from_db()
    assert amina.check_password(PASSWORD)

    assert signed_in.post(path, {"current": PASSWORD, "password": NEW}).url == "/account/"
    amina.refresh_from_db()
    assert amina.check_password(NEW)
    assert (
        AuditEvent.objects.filter(event="accounts.password_changed", user_id=amina.pk).count() == 1
    )


def test_a_weak_new_password_is_refused_with_what_to_do(signed_in: Visitor) -> None:
    page = signed_in.post("/account/password/", {"current": PASSWORD, "password": "otter"})

    assert "use at least 14 characters or three words" in text_of(page)


def test_changing_the_password_keeps_this_session_and_ends_the_others(
    signed_in: Visitor, another_visitor: Visitor, phone: TotpDevice
) -> None:
    another_visitor.sign_in(phone)

    another_visitor.post("/account/password/", {"current": PASSWORD, "password": NEW})

    assert another_visitor.get("/note/").status_code == 200
    assert signed_in.get("/note/").url.endswith("why=PASSWORD")


def test_guessing_at_the_present_password_is_slowed_down(signed_in: Visitor) -> None:
    path = "/account/password/"
    answers = [signed_in.post(path, {"current": f"guess {n}", "password": NEW}) for n in range(6)]

    assert [a.status_code for a in answers] == [200] * 4 + [429] * 2


def sent_link() -> str:
    outbox.deliver_waiting("notify")
    return str(LINK.findall(str(mail.outbox[-1].body))[0])


def ask(visitor: Visitor, email: str) -> Any:
    return visitor.post("/account/forgotten/", {"email": email})


def test_a_link_sets_a_new_password_and_a_code_is_still_needed(
    visitor: Visitor, amina: User, phone: TotpDevice
) -> None:
    ask(visitor, " Amina@Police.example")
    link = sent_link()

    assert visitor.get(link).status_code == 200
    assert visitor.post(link, {"password": NEW}).url == "/account/sign-in/"

    assert visitor.give_password(amina.email).status_code == 200
    assert visitor.give_password(amina.email, NEW).url == "/account/code/"
    assert visitor.get("/note/").status_code == 302
    assert AuditEvent.objects.filter(event="accounts.password_reset", target_id=amina.pk).exists()


def test_a_link_works_once(visitor: Visitor, amina: User, phone: TotpDevice) -> None:
    ask(visitor, amina.email)
    link = sent_link()
    visitor.post(link, {"password": NEW})

    for again in (visitor.get(link), visitor.post(link, {"password": PASSWORD})):
        assert again.status_code == 410
        assert "Ask for a new link" in text_of(again)
    amina.refresh_from_db()
    assert amina.check_password(NEW)


def test_a_link_lasts_an_hour(visitor: Visitor, amina: User, settings: Settings) -> None:
    ask(visitor, amina.email)
    link = sent_link()
    assert settings.PASSWORD_RESET_TIMEOUT == 3600
    settings.PASSWORD_RESET_TIMEOUT = -1

    assert visitor.get(link).status_code == 410


def test_a_link_ends_with_the_next_sign_in(
    visitor: Visitor, another_visitor: Visitor, amina: User, phone: TotpDevice
) -> None:
    ask(visitor, amina.email)
    link = sent_link()
    another_visitor.sign_in(phone)

    assert visitor.get(link).status_code == 410


def test_a_link_opens_nobody_else_s_account(visitor: Visitor, amina: User, bryn: User) -> None:
    token = default_token_generator.make_token(amina)

    assert visitor.get(f"/account/new-password/{bryn.pk}/{token}/").status_code == 410


def test_a_reset_ends_every_session(
    signed_in: Visitor, another_visitor: Visitor, amina: User
) -> None:
    ask(another_visitor, amina.email)
    another_visitor.post(sent_link(), {"password": NEW})

    assert signed_in.get("/note/").url.endswith("why=PASSWORD")
    assert Session.objects.get().end_reason == EndReason.PASSWORD


def test_nobody_learns_from_a_reset_who_has_an_account(
    visitor: Visitor, amina: User, bryn: User
) -> None:
    deactivate(bryn)

    answers = [ask(visitor, email) for email in (amina.email, "nobody@police.example", bryn.email)]

    assert {(a.status_code, a.url) for a in answers} == {(302, "/account/forgotten/sent/")}
    assert OutboxMessage.objects.count() == 3
    outbox.deliver_waiting("notify")
    assert [message.to for message in mail.outbox] == [[amina.email]]


def test_asking_again_and_again_sends_one_message(visitor: Visitor, amina: User) -> None:
    for _ in range(5):
        ask(visitor, amina.email)
    outbox.deliver_waiting("notify")

    assert len(mail.outbox) == 1


def test_the_message_carries_a_link_and_names_nobody(visitor: Visitor, amina: User) -> None:
    ask(visitor, amina.email)
    row = str(vars(OutboxMessage.objects.get()))
    outbox.deliver_waiting("notify")

    message: Any = mail.outbox[0]
    whole = message.subject + message.body + message.alternatives[0].content
    assert "Amina" not in whole
    assert "O’Neill" not in whole
    assert LINK.search(message.alternatives[0].content)
    assert amina.email not in row


def test_a_weak_password_by_link_is_refused_and_the_link_still_works(
    visitor: Visitor, amina: User
) -> None:
    ask(visitor, amina.email)
    link = sent_link()

    assert "14 characters" in text_of(visitor.post(link, {"password": "otter"}))
    assert visitor.post(link, {"password": NEW}).status_code == 302


@pytest.mark.parametrize("path", ["/account/forgotten/sent/", "/account/sign-in/?why=NONSENSE"])
def test_public_pages_open_to_everybody(visitor: Visitor, db: None, path: str) -> None:
    assert visitor.get(path).status_code == 200


def test_a_reset_by_a_stale_service_call_changes_nothing(amina: User) -> None:
    done = services.reset_password(
        actor=Actor.system("sign_in"), user_id=amina.pk, token="1-2", password=NEW
    )

    amina.refresh_from_db()
    assert done is False
    assert amina.check_password(PASSWORD)
