import re
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from django.db import connection

from accounts import policies, services, totp
from accounts.models import RecoveryCode, RecoverySheet, TotpDevice, User
from accounts.sealing import Unreadable
from audit.models import AuditEvent
from kernel.actors import Actor
from kernel.decisions import Denied
from tests.accounts.conftest import Visitor, code_of, make_device, text_of

CODE = re.compile(r"[0-9A-HJKMNP-Y]{4}-[0-9A-HJKMNP-Y]{4}-[0-9A-HJKMNP-Y]{4}")


def offered_seed() -> bytes:
    return TotpDevice.objects.get(confirmed=False, removed_at=None).open_seed()


def enrol(visitor: Visitor, path: str = "/account/device/new/", **more: str) -> Any:
    visitor.get(path)
    code = totp.code_at(offered_seed(), totp.now_step())
    return visitor.post(path, {"name": "Work phone", "code": code, **more})


def test_the_first_sign_in_leads_to_adding_a_device_and_then_to_the_page(
    visitor: Visitor, amina: User
) -> None:
    first = visitor.give_password(amina.email, next="/note/")
    assert first.url == "/account/device/new/?next=%2Fnote%2F"

    added = enrol(visitor, next="/note/")

    assert len(set(CODE.findall(text_of(added)))) == 10
    assert 'href="/note/"' in text_of(added)
    assert added["Cache-Control"] == "no-store, private"
    assert visitor.get("/note/").status_code == 200
    found = AuditEvent.objects.filter(user_id=amina.pk).values_list("event", flat=True)
    assert {"accounts.device_added", "accounts.recovery_codes_made", "accounts.signed_in"} <= set(
        found
    )


def test_the_page_gives_picture_key_and_settings_and_is_not_stored(
    visitor: Visitor, amina: User
) -> None:
    visitor.give_password(amina.email)

    page = visitor.get("/account/device/new/")

    secret = totp.secret(offered_seed())
    assert re.fullmatch(r"([A-Z2-7]{4} ){7}[A-Z2-7]{4}", secret)
    assert secret in text_of(page)
    assert 'src="data:image/svg+xml' in text_of(page)
    assert "6 digits, every 30 seconds" in text_of(page)
    assert page["Cache-Control"] == "no-store, private"


def test_the_picture_says_what_authenticators_need() -> None:
    address = totp.address(
        b"12345678901234567890", issuer="ISP Æ & co", account="o'neill+x@a.example"
    )

    parts = urlsplit(address)
    assert (parts.scheme, parts.netloc) == ("otpauth", "totp")
    assert unquote(parts.path) == "/ISP Æ & co:o'neill+x@a.example"
    assert parse_qs(parts.query) == {
        "secret": ["GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"],
        "issuer": ["ISP Æ & co"],
        "algorithm": ["SHA1"],
        "digits": ["6"],
        "period": ["30"],
    }


@pytest.mark.parametrize(
    ("at", "code"), [(59, "287082"), (1111111109, "081804"), (20000000000, "353130")]
)
def test_codes_are_those_of_the_standard(at: int, code: str) -> None:
    assert totp.code_at(b"12345678901234567890", at // totp.PERIOD) == code


def test_the_same_key_is_offered_until_it_is_confirmed(visitor: Visitor, amina: User) -> None:
    visitor.give_password(amina.email)
    visitor.get("/account/device/new/")
    seed = offered_seed()

    wrong = visitor.post("/account/device/new/", {"name": "Phone", "code": "000000"})

    assert "Enter the code that the app shows now" in text_of(wrong)
    assert 'value="Phone"' in text_of(wrong)
    assert offered_seed() == seed
    TotpDevice.objects.update(offered_at="2020-01-01T00:00Z")
    visitor.get("/account/device/new/")
    assert offered_seed() != seed


def test_a_code_sent_before_any_key_was_offered_leads_to_the_offer(
    visitor: Visitor, amina: User
) -> None:
    visitor.give_password(amina.email)

    page = visitor.post("/account/device/new/", {"name": "Work phone", "code": "000000"})

    assert page.status_code == 200
    assert totp.secret(offered_seed()) in text_of(page)
    assert not TotpDevice.objects.filter(confirmed=True).exists()


def test_an_unconfirmed_device_signs_nobody_in(
    visitor: Visitor, amina: User, phone: TotpDevice
) -> None:
    services.offer_device(actor=Actor(user_id=amina.pk))
    code = totp.code_at(offered_seed(), totp.now_step())
    visitor.give_password(amina.email)

    assert visitor.give_code(code).status_code == 200


def test_using_one_device_does_not_slow_down_the_other(amina: User, phone: TotpDevice) -> None:
    laptop, actor = make_device(amina, "Laptop"), Actor(user_id=amina.pk)

    for _ in range(2):
        assert services.check_code(actor=actor, code=code_of(laptop))

    phone.refresh_from_db()
    assert phone.throttling_failure_count == 0


def test_a_further_device_needs_a_code_from_one_in_use(
    signed_in: Visitor, phone: TotpDevice
) -> None:
    path = "/account/device/new/"
    missing = enrol(signed_in)
    assert "Enter a code from a device that you use already" in text_of(missing)
    TotpDevice.objects.filter(confirmed=False).update(throttling_failure_timestamp=None)
    wrong = enrol(signed_in, proof="000000")
    assert wrong.status_code == 200
    TotpDevice.objects.filter(confirmed=True).update(throttling_failure_timestamp=None)

    right = enrol(signed_in, proof=code_of(phone))

    assert right.url == "/account/", path
    assert TotpDevice.objects.filter(confirmed=True).count() == 2
    assert RecoverySheet.objects.count() == 0


def test_a_password_alone_adds_no_further_device(
    visitor: Visitor, amina: User, phone: TotpDevice
) -> None:
    visitor.give_password(amina.email)
    services.offer_device(actor=Actor(user_id=amina.pk))
    code = totp.code_at(offered_seed(), totp.now_step())

    response = visitor.post("/account/device/new/", {"name": "Mine", "code": code, "proof": code})

    assert response.url == "/account/code/"
    assert TotpDevice.objects.filter(confirmed=True).count() == 1


def test_there_are_at_most_five_devices(amina: User, phone: TotpDevice) -> None:
    for n in range(policies.MOST_DEVICES - 1):
        make_device(amina, f"Device {n}")
    actor = Actor(user_id=amina.pk)
    services.offer_device(actor=actor)

    with pytest.raises(Denied):
        services.add_device(actor=actor, name="Sixth", code="000000", proof="000000")


def test_removing_a_device_takes_a_code_from_one_that_stays(
    signed_in: Visitor, amina: User, phone: TotpDevice
) -> None:
    laptop = make_device(amina, "Laptop")
    path = f"/account/device/{phone.pk}/remove/"
    TotpDevice.objects.update(last_step=-1)

    assert signed_in.post(path, {"code": code_of(phone)}).status_code == 200
    assert TotpDevice.objects.filter(pk=phone.pk, confirmed=True).exists()

    TotpDevice.objects.update(throttling_failure_timestamp=None)
    assert signed_in.post(path, {"code": code_of(laptop)}).url == "/account/"
    phone.refresh_from_db()
    assert not phone.confirmed
    assert bytes(phone.seed) == b""
    assert signed_in.get("/account/").status_code == 200


def test_the_only_device_cannot_be_removed(
    signed_in: Visitor, amina: User, phone: TotpDevice
) -> None:
    with pytest.raises(Denied):
        services.remove_device(
            actor=Actor(user_id=amina.pk), device_id=phone.pk, code=code_of(phone)
        )
    assert signed_in.get(f"/account/device/{phone.pk}/remove/").status_code == 403


def test_nobody_removes_a_colleague_s_device(signed_in: Visitor, bryn: User) -> None:
    theirs = make_device(bryn)
    make_device(bryn, "Other")

    assert signed_in.get(f"/account/device/{theirs.pk}/remove/").status_code == 404


def test_a_removed_device_signs_nobody_in_and_ends_its_session(
    another_visitor: Visitor, signed_in: Visitor, amina: User, phone: TotpDevice
) -> None:
    laptop = make_device(amina, "Laptop")
    another_visitor.sign_in(laptop)
    seed = phone.open_seed()
    another_visitor.post(f"/account/device/{phone.pk}/remove/", {"code": code_of(laptop)})

    assert signed_in.get("/note/").url.startswith("/account/code/")
    assert signed_in.give_code(totp.code_at(seed, totp.now_step())).status_code == 200


@pytest.mark.parametrize("typed", ["{0}", "{1}", "{2}", " {0} "])
def test_a_recovery_code_signs_in_however_it_is_copied(
    visitor: Visitor, amina: User, recovery_codes: list[str], typed: str
) -> None:
    code = recovery_codes[0]
    visitor.give_password(amina.email)
    forms = (code, code.lower().replace("-", " "), code.replace("-", "").replace("0", "O"))

    assert visitor.give_code(typed.format(*forms)).url == "/"
    assert "accounts.recovery_code_used" in AuditEvent.objects.values_list("event", flat=True)


def test_a_recovery_code_works_once(
    visitor: Visitor, another_visitor: Visitor, amina: User, recovery_codes: list[str]
) -> None:
    for each, answer in ((visitor, 302), (another_visitor, 200)):
        each.give_password(amina.email)
        assert each.give_code(recovery_codes[0]).status_code == answer
    assert RecoveryCode.objects.filter(used_at=None).count() == 9


def test_who_lost_their_device_gets_in_adds_a_new_one_and_removes_the_old(
    visitor: Visitor, amina: User, phone: TotpDevice, recovery_codes: list[str]
) -> None:
    visitor.give_password(amina.email)
    visitor.give_code(recovery_codes[0])

    assert enrol(visitor, proof=recovery_codes[1]).url == "/account/"
    new = TotpDevice.objects.exclude(pk=phone.pk).get()
    TotpDevice.objects.update(last_step=-1)
    removed = visitor.post(f"/account/device/{phone.pk}/remove/", {"code": code_of(new)})

    assert removed.url == "/account/"
    assert list(TotpDevice.objects.filter(confirmed=True)) == [new]


def test_new_recovery_codes_end_the_old(
    signed_in: Visitor,
    another_visitor: Visitor,
    amina: User,
    phone: TotpDevice,
    recovery_codes: list[str],
) -> None:
    page = signed_in.post("/account/recovery-codes/new/", {"code": code_of(phone)})

    new = CODE.findall(text_of(page))
    assert page["Cache-Control"] == "no-store, private"
    assert "recovery-codes.txt" in text_of(page)
    another_visitor.give_password(amina.email)
    assert another_visitor.give_code(recovery_codes[0]).status_code == 200
    RecoverySheet.objects.update(throttling_failure_timestamp=None)
    assert another_visitor.give_code(new[0]).status_code == 302


def test_new_codes_by_a_recovery_code_keep_the_session(
    visitor: Visitor, amina: User, recovery_codes: list[str]
) -> None:
    visitor.give_password(amina.email)
    visitor.give_code(recovery_codes[0])

    visitor.post("/account/recovery-codes/new/", {"code": recovery_codes[1]})

    assert visitor.get("/note/").status_code == 200


def test_recovery_codes_are_shown_once(signed_in: Visitor, phone: TotpDevice) -> None:
    path = "/account/recovery-codes/new/"
    signed_in.post(path, {"code": code_of(phone)})

    assert not CODE.search(text_of(signed_in.get(path)))
    assert not CODE.search(text_of(signed_in.get("/account/")))


def test_neither_seeds_nor_recovery_codes_stand_in_the_database(
    amina: User, phone: TotpDevice, recovery_codes: list[str]
) -> None:
    seed = phone.open_seed()
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(t::text, ' ') FROM accounts_totpdevice t")
        devices = cursor.fetchone()[0]
        cursor.execute("SELECT string_agg(t::text, ' ') FROM accounts_recoverycode t")
        codes = cursor.fetchone()[0]

    assert seed.hex() not in devices
    assert totp.secret(seed).replace(" ", "") not in devices
    assert not any(c in codes or c.replace("-", "") in codes for c in recovery_codes)


def test_a_seed_copied_to_a_colleague_by_sql_opens_nothing(
    amina: User, bryn: User, phone: TotpDevice
) -> None:
    mine = make_device(bryn)
    TotpDevice.objects.filter(pk=phone.pk).update(
        seed=mine.seed, seed_key_id=mine.seed_key_id, version=2
    )
    phone.refresh_from_db()
    with pytest.raises(Unreadable):
        phone.open_seed()

    TotpDevice.objects.filter(pk=mine.pk).update(user=amina, version=2)
    mine.refresh_from_db()
    with pytest.raises(Unreadable):
        mine.open_seed()


def test_recovery_codes_copied_to_a_colleague_by_sql_open_nothing(
    visitor: Visitor, amina: User, bryn: User, recovery_codes: list[str]
) -> None:
    theirs = make_device(bryn)
    _, own = services.make_recovery_codes(actor=Actor(user_id=bryn.pk), code=code_of(theirs))
    sheet = RecoverySheet.objects.get(user=amina)
    RecoveryCode.objects.filter(sheet__user=bryn).update(sheet=sheet, version=2)
    visitor.give_password(amina.email)

    assert visitor.give_code(own[0]).status_code == 200
