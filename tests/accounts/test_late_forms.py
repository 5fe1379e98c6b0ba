"""What is posted after a session has ended is neither lost nor shown to anybody else."""

import json
import re
import secrets
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client, RequestFactory
from django.utils import timezone

from accounts import resubmission
from accounts.models import EndReason, Session, TotpDevice, User
from tests.accounts.conftest import Clock, LeaveAlone, Visitor, code_of, make_device, text_of

WORDS = "Mum said “he’s not been home since Friday” & <cried>\r\nsecond line"
FIELDS = {"why": WORDS, "desk": ["1", "2"], "blank": ""}
HIDDEN = re.compile(r'<input type="hidden" name="([^"]*)" value="([^"]*)">')
GONE = timedelta(minutes=31)


def hidden(response: Any, name: str) -> list[str]:
    found = HIDDEN.findall(response.content.decode())
    return [unescape(value) for field, value in found if field == name]


@pytest.fixture
def late(signed_in: Visitor, leave_alone: LeaveAlone) -> Any:
    """Amina's form, posted after half an hour at the telephone."""
    leave_alone(GONE)
    return signed_in.post("/note/?step=2", FIELDS, HTTP_REFERER="http://testserver/note/?step=2")


def test_a_late_form_is_answered_by_signing_in_on_the_same_page(late: Any) -> None:
    page = text_of(late)

    assert late.status_code == 401
    assert "because you had not used the portal for a while" in page
    assert "What you typed has not been sent yet" in page
    assert hidden(late, "next") == ["/note/?step=2"]
    assert 'action="/account/sign-in/"' in page


def test_it_comes_back_after_both_steps_and_is_sent_by_its_author(
    signed_in: Visitor, phone: TotpDevice, late: Any
) -> None:
    kept = hidden(late, "kept")[0]

    second = signed_in.give_password(phone.user.email, kept=kept)
    assert second.status_code == 200
    third = signed_in.give_code(code_of(phone), kept=hidden(second, "kept")[0])

    assert 'action="/note/?step=2"' in text_of(third)
    assert hidden(third, "why") == [WORDS]
    assert hidden(third, "desk") == ["1", "2"]
    sent = signed_in.post(
        "/note/?step=2", {"why": hidden(third, "why"), "desk": hidden(third, "desk"), "blank": ""}
    )
    assert json.loads(sent.content) == {"why": [WORDS], "desk": ["1", "2"], "blank": [""]}


def test_slips_on_the_way_do_not_lose_it(signed_in: Visitor, phone: TotpDevice, late: Any) -> None:
    kept = hidden(late, "kept")
    wrong = signed_in.give_password(phone.user.email, "otter violin jam", kept=kept[0])
    assert hidden(wrong, "kept") == kept

    signed_in.give_password(phone.user.email, kept=kept[0])
    slip = signed_in.give_code("abc", kept=kept[0])

    assert hidden(slip, "kept") == kept


def test_a_lock_out_does_not_lose_it(signed_in: Visitor, phone: TotpDevice, late: Any) -> None:
    kept = hidden(late, "kept")
    for _ in range(6):
        locked = signed_in.give_password(phone.user.email, "otter violin jam", kept=kept[0])

    assert locked.status_code == 429
    assert hidden(locked, "kept") == kept


def test_the_words_are_sealed_and_nowhere_in_the_database(late: Any) -> None:
    assert "Friday" not in late.content.decode()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            sql = f'SELECT count(*) FROM "{table}" t WHERE t::text LIKE %s'  # noqa: S608 - our own tables
            cursor.execute(sql, ["%Friday%"])
            assert cursor.fetchone()[0] == 0, table


def test_somebody_else_who_signs_in_does_not_get_it(
    late: Any, bryn: User, another_visitor: Visitor
) -> None:
    theirs, kept = make_device(bryn), hidden(late, "kept")[0]

    second = another_visitor.give_password(bryn.email, kept=kept)
    third = another_visitor.give_code(code_of(theirs), kept=kept)

    assert third.url == "/"
    assert "Friday" not in text_of(second)
    assert "could not be kept" in text_of(another_visitor.get("/account/"))


def test_a_password_alone_does_not_bring_it_back(
    late: Any, phone: TotpDevice, another_visitor: Visitor
) -> None:
    second = another_visitor.give_password(phone.user.email, kept=hidden(late, "kept")[0])

    assert "Friday" not in text_of(second)


@pytest.mark.parametrize(("minutes", "comes_back"), [(59, True), (61, False)])
def test_it_is_kept_for_an_hour(
    clock: Clock, late: Any, phone: TotpDevice, visitor: Visitor, minutes: int, comes_back: bool
) -> None:
    kept = hidden(late, "kept")[0]
    clock.forward(minutes * 60)
    visitor.give_password(phone.user.email, kept=kept)

    response = visitor.give_code(code_of(phone), kept=kept, next="/note/")

    assert (response.status_code == 200) is comes_back
    assert comes_back or response.url == "/note/"


@pytest.mark.parametrize("spoil", ["", "x", "a.b", "é", "no.====", "0" * 32 + ".QUFB"])
def test_a_spoilt_field_is_only_a_lost_one(visitor: Visitor, phone: TotpDevice, spoil: str) -> None:
    visitor.give_password(phone.user.email, kept=spoil)

    assert visitor.give_code(code_of(phone), kept=spoil).url == "/"


def test_a_field_with_one_character_changed_is_refused(rf: RequestFactory, amina: User) -> None:
    kept = resubmission.keep(rf.post("/note/", FIELDS), amina.pk)
    assert resubmission.reopen(kept, amina.pk)
    changed = kept[:-3] + ("A" if kept[-3] != "A" else "B") + kept[-2:]

    assert resubmission.reopen(changed, amina.pk) is None


def test_the_token_of_the_old_form_is_not_kept(rf: RequestFactory, amina: User) -> None:
    request = rf.post("/note/", {**FIELDS, "csrfmiddlewaretoken": "t" * 32})

    kept = resubmission.reopen(resubmission.keep(request, amina.pk), amina.pk)

    assert kept == resubmission.KeptForm(
        "/note/", [("why", WORDS), ("desk", "1"), ("desk", "2"), ("blank", "")]
    )


def test_a_form_too_large_to_carry_is_not_promised(
    signed_in: Visitor, leave_alone: LeaveAlone
) -> None:
    leave_alone(GONE)
    response = signed_in.post("/note/", {"why": secrets.token_urlsafe(1_650_000)})

    assert response.status_code == 401
    assert hidden(response, "kept") == []
    assert "copy it before you sign in" in text_of(response)


def test_a_long_narrative_survives(
    signed_in: Visitor, leave_alone: LeaveAlone, phone: TotpDevice
) -> None:
    leave_alone(GONE)
    words = "She was seen at school on Monday. " * 40_000
    late = signed_in.post("/note/", {"why": words})
    kept = hidden(late, "kept")[0]
    signed_in.give_password(phone.user.email, kept=kept)

    assert hidden(signed_in.give_code(code_of(phone), kept=kept), "why") == [words]


def test_a_form_with_a_file_says_that_the_file_is_to_be_attached_again(
    signed_in: Visitor, leave_alone: LeaveAlone, phone: TotpDevice
) -> None:
    leave_alone(GONE)
    file = SimpleUploadedFile("letter.pdf", b"%PDF")
    late = signed_in.post("/note/", {"why": "x", "letter": file})
    kept = hidden(late, "kept")[0]
    signed_in.give_password(phone.user.email, kept=kept)

    assert "attach them again" in text_of(signed_in.give_code(code_of(phone), kept=kept))


def test_a_stranger_s_form_is_not_kept_and_the_page_says_so(visitor: Visitor, db: None) -> None:
    response = visitor.post("/note/", FIELDS)

    assert response.status_code == 401
    assert hidden(response, "kept") == []
    assert "copy it before you sign in" in text_of(response)
    assert "Friday" not in text_of(response)


def test_a_form_posted_between_the_two_steps_is_kept(visitor: Visitor, phone: TotpDevice) -> None:
    visitor.give_password(phone.user.email)

    response = visitor.post("/note/", FIELDS)

    assert response.status_code == 401
    assert "Enter a code to finish signing in" in text_of(response)
    kept = hidden(response, "kept")[0]
    assert hidden(visitor.give_code(code_of(phone), kept=kept), "why") == [WORDS]


@pytest.mark.parametrize("reason", ["TOO_LONG", "ELSEWHERE"])
def test_however_the_session_ended(
    signed_in: Visitor, phone: TotpDevice, another_visitor: Visitor, reason: str
) -> None:
    if reason == "TOO_LONG":
        Session.objects.update(started_at=timezone.now() - timedelta(hours=13))
    else:
        another_visitor.sign_in(phone).post("/account/sessions/end/")

    late = signed_in.post("/note/", FIELDS)

    assert EndReason(reason).label in text_of(late)
    assert len(hidden(late, "kept")) == 1


def test_nothing_is_done_by_a_late_form_itself(late: Any, signed_in: Visitor) -> None:
    assert signed_in.get("/note/").status_code == 302


@pytest.fixture
def strict(phone: TotpDevice) -> Visitor:
    """A browser whose forms carry tokens, as all real ones do."""
    return Visitor(Client(enforce_csrf_checks=True, headers={"Origin": "http://testserver"}))


def _token(response: Any) -> str:
    return hidden(response, "csrfmiddlewaretoken")[0]


def test_a_kept_form_comes_back_through_real_tokens(
    strict: Visitor, phone: TotpDevice, leave_alone: LeaveAlone
) -> None:
    page = strict.get("/account/sign-in/")
    second = strict.give_password(phone.user.email, csrfmiddlewaretoken=_token(page))
    page = strict.get(second.url)
    strict.give_code(code_of(phone), csrfmiddlewaretoken=_token(page))
    token = _token(strict.get("/account/password/"))
    leave_alone(GONE)

    late = strict.post("/note/", {**FIELDS, "csrfmiddlewaretoken": token})
    assert late.status_code == 401
    kept = {"kept": hidden(late, "kept")[0]}
    second = strict.give_password(phone.user.email, csrfmiddlewaretoken=_token(late), **kept)
    phone.__class__.objects.update(last_step=-1)
    third = strict.give_code(code_of(phone), csrfmiddlewaretoken=_token(second), **kept)

    assert hidden(third, "why") == [WORDS]
    sent = strict.post("/note/?step=2", {**FIELDS, "csrfmiddlewaretoken": _token(third)})
    assert json.loads(sent.content)["why"] == [WORDS]


def test_a_form_from_another_site_is_not_kept(
    strict: Visitor, phone: TotpDevice, leave_alone: LeaveAlone
) -> None:
    response = strict.post("/note/", FIELDS, headers={"Origin": "https://evil.example"})

    assert response.status_code == 403
    assert hidden(response, "kept") == []


def test_a_form_left_open_while_signing_in_in_another_tab_is_offered_again(
    strict: Visitor, phone: TotpDevice
) -> None:
    open_tab = _token(strict.get("/account/sign-in/"))
    strict.client.handler.enforce_csrf_checks = False
    strict.sign_in(phone)
    strict.client.handler.enforce_csrf_checks = True

    response = strict.post("/note/", {**FIELDS, "csrfmiddlewaretoken": open_tab})

    assert 'action="/note/"' in text_of(response)
    assert hidden(response, "why") == [WORDS]


def test_a_form_kept_in_one_tab_is_offered_after_signing_in_in_another(
    strict: Visitor, phone: TotpDevice, leave_alone: LeaveAlone
) -> None:
    strict.client.handler.enforce_csrf_checks = False
    strict.sign_in(phone)
    leave_alone(GONE)
    late = strict.post("/note/", FIELDS)
    strict.sign_in(phone)
    strict.client.handler.enforce_csrf_checks = True

    response = strict.give_password(
        phone.user.email, kept=hidden(late, "kept")[0], csrfmiddlewaretoken=_token(late)
    )

    assert hidden(response, "why") == [WORDS]


@pytest.mark.parametrize("origin", ["https://evil.example", "null", ""])
def test_another_site_cannot_have_its_form_offered(
    strict: Visitor, phone: TotpDevice, origin: str
) -> None:
    strict.client.handler.enforce_csrf_checks = False
    strict.sign_in(phone)
    strict.client.handler.enforce_csrf_checks = True
    strict.client.defaults.pop("HTTP_ORIGIN")

    headers = {"Origin": origin} if origin else {}
    assert strict.post("/note/", FIELDS, headers=headers).status_code == 403


def test_a_password_typed_too_late_is_typed_again_and_not_kept(
    signed_in: Visitor, leave_alone: LeaveAlone
) -> None:
    leave_alone(GONE)

    late = signed_in.post("/account/password/", {"current": "a", "password": "b"})

    assert late.url == "/account/sign-in/?next=%2Faccount%2F&why=IDLE"
