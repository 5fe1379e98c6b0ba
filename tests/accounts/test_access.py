"""Every address of this package, against everybody who may come to it."""

import pytest
from django.http import HttpResponse
from django.urls import get_resolver

from accounts.access import Needs, needs
from accounts.models import TotpDevice, User
from tests.accounts.conftest import Visitor, make_device

SIGN_IN, CODE, DEVICE = "/account/sign-in/", "/account/code/", "/account/device/new/"
UUID = "01a1fee6-9048-7035-a9d9-c8087ef90094"

Answer = int | str  # a status, or where one is sent

# path, method: what a stranger, somebody half-way (with a device), and somebody signed in get
ACCESS = [
    ("", "get", SIGN_IN, CODE, 200),
    ("", "post", SIGN_IN, CODE, 405),
    ("sign-in/", "get", 200, CODE, "/"),
    ("sign-in/", "post", 200, CODE, "/"),
    ("code/", "get", SIGN_IN, 200, "/"),
    ("code/", "post", SIGN_IN, 200, "/"),
    ("code/again/", "get", SIGN_IN, CODE, "/"),
    ("code/again/", "post", SIGN_IN, CODE, "/"),
    ("sign-out/", "get", 405, 405, 405),
    ("sign-out/", "post", SIGN_IN, SIGN_IN, SIGN_IN),
    ("device/new/", "get", SIGN_IN, CODE, 200),
    ("device/new/", "post", SIGN_IN, CODE, 200),
    ("passkey/new/", "get", SIGN_IN, CODE, 200),
    ("passkey/new/", "post", SIGN_IN, CODE, 200),
    (f"device/{UUID}/remove/", "get", SIGN_IN, CODE, 404),
    (f"device/{UUID}/remove/", "post", SIGN_IN, CODE, 404),
    ("recovery-codes/new/", "get", SIGN_IN, CODE, 200),
    ("recovery-codes/new/", "post", SIGN_IN, CODE, 200),
    ("sessions/end/", "get", SIGN_IN, CODE, 405),
    ("sessions/end/", "post", SIGN_IN, CODE, "/account/"),
    ("sessions/end-all/", "get", SIGN_IN, CODE, 405),
    ("sessions/end-all/", "post", SIGN_IN, CODE, SIGN_IN),
    (f"sessions/{UUID}/end/", "get", SIGN_IN, CODE, 405),
    (f"sessions/{UUID}/end/", "post", SIGN_IN, CODE, 404),
    (f"fresh-start/{UUID}/1-2/", "get", 410, 410, 410),
    (f"fresh-start/{UUID}/1-2/", "post", 405, 405, 405),
    ("password/", "get", SIGN_IN, CODE, 200),
    ("password/", "post", SIGN_IN, CODE, 200),
    ("forgotten/", "get", 200, 200, 200),
    ("forgotten/", "post", 200, 200, 200),
    ("forgotten/sent/", "get", 200, 200, 200),
    ("forgotten/sent/", "post", 405, 405, 405),
    (f"new-password/{UUID}/1-2/", "get", 410, 410, 410),
    (f"new-password/{UUID}/1-2/", "post", 410, 410, 410),
]


@pytest.mark.parametrize(("path", "method", "stranger", "half_way", "signed_in"), ACCESS)
@pytest.mark.parametrize("who", ["stranger", "half_way", "signed_in"])
def test_each_page_opens_to_whom_it_should(
    visitor: Visitor,
    phone: TotpDevice,
    who: str,
    path: str,
    method: str,
    stranger: Answer,
    half_way: Answer,
    signed_in: Answer,
) -> None:
    if who == "half_way":
        visitor.give_password(phone.user.email)
    if who == "signed_in":
        visitor.sign_in(phone)

    response = getattr(visitor, method)(f"/account/{path}")

    expected = {"stranger": stranger, "half_way": half_way, "signed_in": signed_in}[who]
    if isinstance(expected, str):
        assert response.status_code == 302
        assert response.url.partition("?")[0] == expected
    else:
        assert response.status_code == expected


def test_the_table_lists_every_address(db: None) -> None:
    patterns = get_resolver("accounts.urls").url_patterns
    listed = {row[0].replace(UUID, "<id>").replace("1-2", "<token>") for row in ACCESS}
    found = {_shape(str(pattern.pattern)) for pattern in patterns}

    assert found == listed


def test_a_view_that_says_nothing_needs_both_factors() -> None:
    assert needs(HttpResponse) is Needs.BOTH_FACTORS


def test_pages_for_everybody_open_to_everybody(visitor: Visitor, db: None) -> None:
    assert visitor.get("/leaflet/").status_code == 200
    assert visitor.post("/leaflet/").status_code == 200


def test_nothing_that_a_signed_in_person_sees_is_kept_by_the_browser(
    signed_in: Visitor, amina: User
) -> None:
    make_device(amina, "Laptop")
    for path in ("", "password/", "device/new/", "recovery-codes/new/"):
        assert signed_in.get(f"/account/{path}")["Cache-Control"] == "no-store, private", path


def test_the_pages_forbid_scripts_and_styles_of_their_own(
    signed_in: Visitor, another_visitor: Visitor
) -> None:
    for response in (signed_in.get("/account/device/new/"), another_visitor.get(SIGN_IN)):
        policy = response["Content-Security-Policy"]
        assert "unsafe" not in policy
        page = response.content.decode()
        assert " style=" not in page
        assert "<style" not in page


def _shape(pattern: str) -> str:
    return (
        pattern.replace("<uuid:pk>", "<id>")
        .replace("<uuid:user_id>", "<id>")
        .replace("<str:token>", "<token>")
        .replace("<str:link>", "<token>")
    )
