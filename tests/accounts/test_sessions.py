import re
from datetime import timedelta

import pytest
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import UpdateError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import EndReason, Session, TotpDevice, User
from accounts.session_store import SessionStore, digest
from accounts.tasks import forget_sessions
from audit.models import AuditEvent
from tests.accounts.conftest import PASSWORD, LeaveAlone, Visitor, code_of, make_device, text_of
from tests.partnership import set_password

IDLE, ABSOLUTE = timedelta(minutes=30), timedelta(hours=12)
SECOND = timedelta(seconds=5)


def test_the_table_of_sessions_signs_nobody_in(signed_in: Visitor) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT key_digest, t::text FROM accounts_session t WHERE ended_at IS NULL")
        digest, row = cursor.fetchone()
    key = signed_in.client.cookies["session"].value

    assert key not in row
    for guess in (digest, digest[:32]):
        thief = Visitor(Client())
        thief.client.cookies["session"] = guess
        assert thief.get("/note/").status_code == 302


def test_session_data_copied_into_another_row_signs_nobody_in(signed_in: Visitor) -> None:
    victim = Session.objects.get(ended_at=None)
    key = "k" * 32
    forged = SessionStore(key)
    Session.objects.create(
        key_digest=digest(key), data=victim.data, user=victim.user, last_seen_at=timezone.now()
    )

    assert SESSION_KEY not in forged
    thief = Visitor(Client())
    thief.client.cookies["session"] = key
    assert thief.get("/note/").status_code == 302


def test_session_data_holds_no_personal_data(signed_in: Visitor, amina: User) -> None:
    signed_in.get("/account/")

    data = signed_in.client.session
    assert amina.email not in str(dict(data.items()))
    assert set(data.keys()) <= {
        "_auth_user_id",
        "_auth_user_backend",
        "_auth_user_hash",
        "otp_device_id",
        "proven_at",
        "passkey_challenge",
    }


@pytest.mark.parametrize(("length", "open_still"), [(IDLE - SECOND, True), (IDLE + SECOND, False)])
def test_half_an_hour_without_use_ends_a_session(
    signed_in: Visitor, leave_alone: LeaveAlone, length: timedelta, open_still: bool
) -> None:
    leave_alone(length)

    response = signed_in.get("/note/?page=2")

    assert (response.status_code == 200) is open_still
    if not open_still:
        assert response.url == "/account/sign-in/?next=%2Fnote%2F%3Fpage%3D2&why=IDLE"
        page = text_of(signed_in.get(response.url))
        assert "because you had not used the portal for a while" in page
        assert "go back to where you were" in page


@pytest.mark.parametrize(
    ("length", "open_still"), [(ABSOLUTE - SECOND, True), (ABSOLUTE + SECOND, False)]
)
def test_twelve_hours_end_a_session_however_busy(
    signed_in: Visitor, length: timedelta, open_still: bool
) -> None:
    Session.objects.update(started_at=timezone.now() - length)

    response = signed_in.get("/note/")

    assert (response.status_code == 200) is open_still
    assert open_still or response.url.endswith("why=TOO_LONG")


def test_using_the_portal_keeps_the_session_open(
    signed_in: Visitor, leave_alone: LeaveAlone
) -> None:
    for _ in range(3):
        leave_alone(timedelta(minutes=29))
        assert signed_in.get("/note/").status_code == 200
    assert Session.objects.get(ended_at=None).last_seen_at > timezone.now() - timedelta(minutes=1)


def test_a_new_key_does_not_start_the_twelve_hours_again(
    signed_in: Visitor, phone: TotpDevice
) -> None:
    started = timezone.now() - timedelta(hours=11)
    Session.objects.update(started_at=started)
    TotpDevice.objects.update(last_step=-1)

    signed_in.post("/account/recovery-codes/new/", {"code": code_of(phone)})

    assert Session.objects.get(ended_at=None).started_at == started


def test_an_ended_session_keeps_no_data_and_is_on_record(
    signed_in: Visitor, leave_alone: LeaveAlone
) -> None:
    leave_alone(IDLE + SECOND)
    signed_in.get("/note/")

    row = Session.objects.exclude(ended_at=None).get()
    assert (row.data, row.end_reason) == ("", EndReason.IDLE)
    event = AuditEvent.objects.get(event="accounts.session_expired")
    assert event.facts == {"reason": "IDLE"}


def test_an_ended_session_cannot_be_taken_up_again(
    signed_in: Visitor, leave_alone: LeaveAlone
) -> None:
    key = signed_in.client.cookies["session"].value
    leave_alone(IDLE + SECOND)
    signed_in.get("/note/")
    signed_in.client.cookies["session"] = key

    assert signed_in.get("/note/").url.endswith("why=IDLE")


def test_signing_out_everywhere_else_leaves_this_browser_alone(
    signed_in: Visitor, another_visitor: Visitor, phone: TotpDevice
) -> None:
    another_visitor.sign_in(phone)
    assert "Sign out everywhere else" in text_of(another_visitor.get("/account/"))

    another_visitor.post("/account/sessions/end/")

    assert another_visitor.get("/note/").status_code == 200
    away = signed_in.get("/note/")
    assert away.url.endswith("why=ELSEWHERE")
    assert "from another browser" in text_of(signed_in.get(away.url))


def test_nobody_is_signed_out_by_a_colleague(
    signed_in: Visitor, another_visitor: Visitor, bryn: User
) -> None:
    another_visitor.sign_in(make_device(bryn))
    another_visitor.post("/account/sessions/end/")

    assert signed_in.get("/note/").status_code == 200


def test_the_cookie_is_hidden_from_scripts_and_from_other_sites(
    visitor: Visitor, phone: TotpDevice
) -> None:
    cookie = visitor.give_password(phone.user.email).cookies["session"]

    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert not cookie["max-age"]


def test_a_visitor_who_does_not_sign_in_leaves_no_session(visitor: Visitor, db: None) -> None:
    visitor.get("/account/sign-in/")
    visitor.get("/leaflet/")

    assert Session.objects.count() == 0


def test_sessions_of_days_ago_are_forgotten(signed_in: Visitor) -> None:
    then = timezone.now() - timedelta(days=3)
    Session.objects.update(last_seen_at=then)
    forget_sessions()

    assert Session.objects.count() == 0


def test_a_request_that_was_overtaken_by_signing_out_does_not_sign_in_again(
    signed_in: Visitor,
) -> None:
    session = signed_in.client.session
    assert SESSION_KEY in session
    Session.objects.update(ended_at=timezone.now(), end_reason=EndReason.ELSEWHERE, data="")
    session["otp_device_id"] = "x"

    with pytest.raises(UpdateError):
        session.save()


def test_a_page_costs_one_query_each_for_session_person_and_device(signed_in: Visitor) -> None:
    signed_in.get("/note/")

    with CaptureQueriesContext(connection) as queries:
        signed_in.get("/note/")

    tables = [re.search(r'FROM "(accounts_\w+)"', query["sql"]) for query in queries]
    assert sorted(table[1] for table in tables if table) == [
        "accounts_session",
        "accounts_totpdevice",
        "accounts_user",
    ]


def test_the_password_of_another_session_s_owner_is_no_way_in(
    signed_in: Visitor, amina: User
) -> None:
    """Changing the password by hand in the database ends sessions, as their hash no longer fits."""
    set_password(amina, PASSWORD + " new")

    assert signed_in.get("/note/").status_code == 302


AGENTS = {
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0": "Firefox on Windows",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.4 Safari/605.1.15": "Safari on Mac",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/138.0.0.0 Safari/537.36 Edg/138.0.0.0": "Edge on Windows",
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/138.0.0.0 Mobile Safari/537.36": "Chrome on Android",
    "": "A browser on a computer",
    "<script>alert(1)</script>" * 500: "A browser on a computer",
}


@pytest.mark.parametrize(("agent", "family"), AGENTS.items(), ids=AGENTS.values())
def test_a_browser_is_known_by_its_family_and_no_more(
    phone: TotpDevice, agent: str, family: str
) -> None:
    visitor = Visitor(Client(HTTP_USER_AGENT=agent)).sign_in(phone)

    assert f"{family} (this one)" in text_of(visitor.get("/account/"))
    assert set(Session.objects.values_list("browser", flat=True)) == {family}


def test_somebody_who_knows_the_password_alone_shows_among_the_sessions(
    signed_in: Visitor, another_visitor: Visitor, amina: User
) -> None:
    another_visitor.give_password(amina.email)

    assert "nobody has finished signing in" in text_of(signed_in.get("/account/"))


def test_one_other_browser_is_signed_out(
    signed_in: Visitor, another_visitor: Visitor, phone: TotpDevice
) -> None:
    another_visitor.sign_in(phone)
    other = Session.objects.filter(ended_at=None).order_by("started_at").last()
    assert other

    assert signed_in.post(f"/account/sessions/{other.pk}/end/").url == "/account/"

    assert another_visitor.get("/note/").url.endswith("why=ELSEWHERE")
    assert signed_in.get("/note/").status_code == 200


def test_nobody_ends_a_colleagues_session(
    signed_in: Visitor, another_visitor: Visitor, bryn: User
) -> None:
    another_visitor.sign_in(make_device(bryn))
    theirs = Session.objects.get(user=bryn, ended_at=None)

    assert signed_in.post(f"/account/sessions/{theirs.pk}/end/").status_code == 404
    assert another_visitor.get("/note/").status_code == 200


def test_signing_out_everywhere_signs_out_here_too(
    signed_in: Visitor, another_visitor: Visitor, phone: TotpDevice
) -> None:
    another_visitor.sign_in(phone)

    away = signed_in.post("/account/sessions/end-all/")

    assert away.url == "/account/sign-in/?why=SIGNED_OUT"
    assert not Session.objects.filter(ended_at=None, user=phone.user).exists()
    assert another_visitor.get("/note/").status_code == 302


def test_the_list_of_sessions_holds_no_key(signed_in: Visitor) -> None:
    page, key = text_of(signed_in.get("/account/")), signed_in.client.cookies["session"].value

    assert key not in page
    assert digest(key) not in page
