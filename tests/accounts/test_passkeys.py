"""Passkeys and security keys: added, used, refused; a row written by SQL signs nobody in."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.models import F

from accounts import services
from accounts.models import Passkey, TotpDevice, User
from accounts.passkeys import Assertion
from audit.models import AuditEvent
from kernel.actors import Actor
from kernel.decisions import Denied
from kernel.models import OutboxMessage
from tests.accounts.authenticator import PRESENT, SecurityKey, text
from tests.accounts.conftest import PASSWORD, Clock, Visitor, code_of, make_device, text_of
from tests.accounts.test_devices import CODE
from tests.accounts.test_races import at_once
from tests.accounts.test_versions import kept

OPTIONS = re.compile(r'data-options="([^"]*)"')
ADD, SECOND_STEP, AGAIN = "/account/passkey/new/", "/account/code/", "/account/code/again/"


def options(page: Any) -> dict[str, Any]:
    """What the page's script hands to the browser."""
    found = OPTIONS.search(page.content.decode())
    assert found, "the page offers no passkey"
    asked: dict[str, Any] = json.loads(unescape(found[1]))
    return asked


def add(visitor: Visitor, key: SecurityKey, **more: str) -> Any:
    made = key.create(options(visitor.get(ADD)))
    return visitor.post(ADD, {"name": "Blue key", "credential": made, **more})


def use(visitor: Visitor, key: SecurityKey, path: str = SECOND_STEP, **more: str) -> Any:
    signed = key.get(options(visitor.get(path)))
    return visitor.post(path, {"credential": signed, **more})


@pytest.fixture
def key() -> SecurityKey:
    return SecurityKey()


@pytest.fixture
def passkey(signed_in: Visitor, key: SecurityKey) -> Passkey:
    """Amina's security key, beside her telephone."""
    assert add(signed_in, key).url == "/account/"
    return Passkey.objects.get()


def is_in(visitor: Visitor) -> bool:
    return bool(visitor.get("/note/").status_code == 200)


def test_a_passkey_can_be_the_first_device_and_brings_recovery_codes(
    visitor: Visitor, amina: User, key: SecurityKey
) -> None:
    visitor.give_password(amina.email)
    assert "/account/passkey/new/" in text_of(visitor.get("/account/device/new/"))

    added = add(visitor, key, next="/note/")

    assert len(set(CODE.findall(text_of(added)))) == 10
    assert 'href="/note/"' in text_of(added)
    assert is_in(visitor)


def test_a_passkey_signs_in_in_place_of_a_code(
    passkey: Passkey, key: SecurityKey, amina: User, another_visitor: Visitor
) -> None:
    another_visitor.give_password(amina.email)

    assert use(another_visitor, key, next="/note/").url == "/note/"
    assert is_in(another_visitor)
    passkey.refresh_from_db()
    assert (passkey.sign_count, passkey.is_genuine()) == (1, True)
    assert passkey.last_used_at is not None


def test_a_code_goes_on_working_beside_it(
    passkey: Passkey, phone: TotpDevice, amina: User, another_visitor: Visitor
) -> None:
    another_visitor.give_password(amina.email)

    assert another_visitor.give_code(code_of(phone)).status_code == 302


def test_it_brings_back_what_was_posted_too_late(
    passkey: Passkey, key: SecurityKey, signed_in: Visitor, clock: Clock
) -> None:
    clock.forward(601)
    asked = signed_in.post("/protected/", {"why": "Nan’s words"})
    carried = re.search(r'name="kept" value="([^"]+)"', asked.content.decode())
    assert carried

    back = signed_in.post(AGAIN, {"credential": key.get(options(asked)), "kept": carried[1]})

    assert "Nan’s words" in text_of(back)
    assert signed_in.get("/protected/").status_code == 200


def test_a_password_alone_gets_no_passkey_added(
    visitor: Visitor, amina: User, phone: TotpDevice
) -> None:
    visitor.give_password(amina.email)

    assert visitor.get(ADD).url == SECOND_STEP
    assert visitor.post(ADD, {"name": "Mine", "credential": "{}"}).url == SECOND_STEP


def test_a_screen_left_alone_adds_no_passkey(
    signed_in: Visitor, key: SecurityKey, clock: Clock
) -> None:
    made = key.create(options(signed_in.get(ADD)))
    clock.forward(601)

    assert signed_in.get(ADD).url.startswith(AGAIN)
    assert signed_in.post(ADD, {"credential": made}).url.startswith(AGAIN)
    assert not Passkey.objects.exists()


LIES = {
    "a look-alike address": {"origin": "https://localhost.evil.example"},
    "another host": {"host": "evil.example"},
    "nobody touched it": {"flags": 0},
}


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES)
def test_what_was_made_or_signed_elsewhere_is_refused(
    passkey: Passkey, key: SecurityKey, amina: User, another_visitor: Visitor, lie: dict[str, Any]
) -> None:
    another_visitor.give_password(amina.email)
    for name, value in lie.items():
        setattr(key, name, value)

    refused = use(another_visitor, key)

    assert "The passkey was not accepted" in text_of(refused)
    assert not is_in(another_visitor)


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES)
def test_a_key_made_elsewhere_is_not_added(signed_in: Visitor, lie: dict[str, Any]) -> None:
    refused = add(signed_in, SecurityKey(**lie))

    assert "The passkey was not accepted" in text_of(refused)
    assert 'value="Blue key"' in text_of(refused)
    assert not Passkey.objects.exists()
    assert AuditEvent.objects.filter(event="accounts.passkey_refused").exists()


def test_an_answer_works_once(
    passkey: Passkey, amina: User, another_visitor: Visitor, key: SecurityKey
) -> None:
    """Also from a key that does not count."""
    key.counts = False
    another_visitor.give_password(amina.email)
    signed = key.get(options(another_visitor.get(SECOND_STEP)))
    assert another_visitor.post(SECOND_STEP, {"credential": signed}).status_code == 302
    another_visitor.post("/account/sign-out/")
    another_visitor.give_password(amina.email)

    assert another_visitor.post(SECOND_STEP, {"credential": signed}).status_code == 200
    another_visitor.get(SECOND_STEP)
    assert another_visitor.post(SECOND_STEP, {"credential": signed}).status_code == 200
    assert not is_in(another_visitor)


def test_an_answer_given_in_one_browser_is_none_in_another(
    passkey: Passkey, amina: User, key: SecurityKey, visitor: Visitor, another_visitor: Visitor
) -> None:
    thief = another_visitor
    thief.give_password(amina.email)
    thief.get(SECOND_STEP)
    signed = key.get(options(visitor.get("/account/recovery-codes/new/")))

    assert thief.post(SECOND_STEP, {"credential": signed}).status_code == 200
    assert not is_in(thief)


def test_a_copied_key_that_counts_backwards_is_refused(
    passkey: Passkey, key: SecurityKey, amina: User, another_visitor: Visitor
) -> None:
    Passkey.objects.update(sign_count=7)
    another_visitor.give_password(amina.email)

    assert use(another_visitor, key).status_code == 200
    assert not is_in(another_visitor)


def test_somebody_elses_passkey_signs_nobody_else_in(
    passkey: Passkey, key: SecurityKey, bryn: User, another_visitor: Visitor
) -> None:
    add_for(bryn, SecurityKey())
    another_visitor.give_password(bryn.email)
    key.count = 40

    assert use(another_visitor, key).status_code == 200
    assert not is_in(another_visitor)


def add_for(user: User, key: SecurityKey) -> Passkey:
    challenge = bytes(32)
    made = key.create({"challenge": text(challenge)})
    passkey, _ = services.add_passkey(
        actor=Actor(user_id=user.pk), name="Key", credential=made, challenge=challenge
    )
    assert passkey
    return passkey


@pytest.mark.parametrize(
    "nonsense",
    [
        "{}",
        "null",
        "[]",
        "12",
        "not json",
        "[" * 9000,
        "\x00",
        '{"id": null}',
        '{"id": "AA", "rawId": "AA", "type": "public-key", "response": {}}',
        '{"id": "é", "rawId": "é", "type": "x", "response": {"clientDataJSON": 1}}',
        "x" * 50_000,
    ],
)
@pytest.mark.parametrize("path", [ADD, AGAIN, "/account/recovery-codes/new/"])
def test_nonsense_is_refused_and_breaks_nothing(
    passkey: Passkey, signed_in: Visitor, clock: Clock, path: str, nonsense: str
) -> None:
    if path == AGAIN:
        clock.forward(601)
    signed_in.get(path)

    refused = signed_in.post(path, {"credential": nonsense})

    assert refused.status_code == 200
    assert "There is a problem" in text_of(refused)
    assert Passkey.objects.count() == 1


def test_every_byte_of_an_answer_matters(passkey: Passkey, key: SecurityKey, amina: User) -> None:
    """Each part changed a little is refused; unchanged it is accepted."""
    challenge = bytes(range(32))
    good = json.loads(key.get({"challenge": text(challenge)}))
    actor = Actor(user_id=amina.pk)
    for part, value in good["response"].items():
        for place in (2, len(value) // 2, len(value) - 6):
            other = "A" if value[place] != "A" else "B"
            changed = {**good["response"], part: value[:place] + other + value[place + 1 :]}
            answer = Assertion(json.dumps({**good, "response": changed}), challenge)
            assert not services.check_code(actor=actor, code=answer), (part, place)

    assert services.check_code(actor=actor, code=Assertion(json.dumps(good), challenge))


def test_without_a_challenge_nothing_is_accepted(
    passkey: Passkey, key: SecurityKey, amina: User
) -> None:
    answer = Assertion(key.get({"challenge": ""}), b"")

    assert not services.check_code(actor=Actor(user_id=amina.pk), code=answer)


def test_a_key_without_a_pin_is_a_second_factor_all_the_same(
    signed_in: Visitor, amina: User, another_visitor: Visitor
) -> None:
    key = SecurityKey(flags=PRESENT)
    add(signed_in, key)
    another_visitor.give_password(amina.email)

    assert use(another_visitor, key).status_code == 302


def test_one_key_is_added_once(signed_in: Visitor, key: SecurityKey, passkey: Passkey) -> None:
    known = options(signed_in.get(ADD))["excludeCredentials"]
    assert [one["id"] for one in known] == [text(key.id)]

    assert "not accepted" in text_of(add(signed_in, key))
    assert Passkey.objects.count() == 1


def test_apps_and_passkeys_together_are_at_most_five(
    signed_in: Visitor, amina: User, passkey: Passkey
) -> None:
    for n in range(3):
        make_device(amina, f"Device {n}")

    assert signed_in.get(ADD).status_code == 403
    with pytest.raises(Denied):
        add_for(amina, SecurityKey())


def test_a_passkey_is_removed_by_a_device_that_stays_and_signs_nobody_in_again(
    signed_in: Visitor, phone: TotpDevice, passkey: Passkey, key: SecurityKey, amina: User
) -> None:
    path = f"/account/device/{passkey.pk}/remove/"
    assert not OPTIONS.search(signed_in.get(path).content.decode()), "not by itself"

    assert signed_in.post(path, {"code": code_of(phone)}).url == "/account/"

    passkey.refresh_from_db()
    assert (passkey.confirmed, bytes(passkey.public_key)) == (False, b"")
    answer = Assertion(key.get({"challenge": text(bytes(32))}), bytes(32))
    assert not services.check_code(actor=Actor(user_id=amina.pk), code=answer)


def test_a_passkey_proves_the_removal_of_an_app(
    signed_in: Visitor, phone: TotpDevice, passkey: Passkey, key: SecurityKey
) -> None:
    assert use(signed_in, key, f"/account/device/{phone.pk}/remove/").url == "/account/"
    assert not TotpDevice.objects.filter(confirmed=True).exists()


def test_new_recovery_codes_by_a_passkey(
    signed_in: Visitor, passkey: Passkey, key: SecurityKey
) -> None:
    page = use(signed_in, key, "/account/recovery-codes/new/")

    assert len(set(CODE.findall(text_of(page)))) == 10


# What SQL can do to the table: every one of these is a way round the second factor if it works


def test_a_passkey_inserted_by_sql_signs_nobody_in(
    visitor: Visitor, amina: User, phone: TotpDevice, bryn: User
) -> None:
    """With a good public key, and with the signature of a genuine row of the thief's own."""
    thiefs = SecurityKey()
    row = Passkey.objects.filter(pk=add_for(bryn, thiefs).pk).values().get()
    Passkey.objects.bulk_create([Passkey(**{**row, "id": phone.pk, "user_id": amina.pk})])
    visitor.give_password(amina.email, PASSWORD)

    assert use(visitor, thiefs).status_code == 200
    assert not is_in(visitor)


@pytest.mark.parametrize("change", ["public_key", "user_id", "both"])
def test_a_passkey_edited_by_sql_signs_nobody_in(
    visitor: Visitor, passkey: Passkey, bryn: User, another_visitor: Visitor, change: str
) -> None:
    thiefs = SecurityKey()
    own = add_for(bryn, thiefs)
    changes: dict[str, dict[str, Any]] = {
        "public_key": {"public_key": own.public_key, "credential_id": own.credential_id},
        "user_id": {"mac": own.mac},
        "both": {
            "public_key": own.public_key,
            "credential_id": own.credential_id,
            "mac": own.mac,
            "mac_key_id": own.mac_key_id,
        },
    }
    if change == "user_id":
        Passkey.objects.filter(pk=own.pk).update(user=passkey.user, version=F("version") + 1)
    else:
        rows = Passkey.objects.filter(pk=passkey.pk)
        rows.update(version=F("version") + 1, **changes[change])
    another_visitor.give_password(passkey.user.email)

    assert use(another_visitor, thiefs).status_code == 200
    assert not is_in(another_visitor)


def test_a_session_that_rests_on_an_edited_passkey_is_asked_again(
    passkey: Passkey, key: SecurityKey, amina: User, another_visitor: Visitor
) -> None:
    another_visitor.give_password(amina.email)
    use(another_visitor, key)
    assert is_in(another_visitor)
    Passkey.objects.update(public_key=b"other", version=F("version") + 1)

    assert not is_in(another_visitor)


def test_a_removed_passkey_is_not_put_back_by_sql(
    signed_in: Visitor, phone: TotpDevice, passkey: Passkey, key: SecurityKey, amina: User
) -> None:
    before = kept(passkey)
    signed_in.post(f"/account/device/{passkey.pk}/remove/", {"code": code_of(phone)})
    with pytest.raises(IntegrityError, match="next version"), transaction.atomic():
        Passkey.objects.filter(pk=passkey.pk).update(**before)
    Passkey.objects.filter(pk=passkey.pk).update(**before | {"version": F("version") + 1})

    answer = Assertion(key.get({"challenge": text(bytes(32))}), bytes(32))
    assert not services.check_code(actor=Actor(user_id=amina.pk), code=answer)


@pytest.mark.django_db(transaction=True)
def test_one_answer_posted_twice_at_once_is_accepted_once(amina: User) -> None:
    key = SecurityKey(counts=False)
    add_for(amina, key)
    actor = Actor(user_id=amina.pk)
    challenge = bytes(range(32))
    answer = Assertion(key.get({"challenge": text(challenge)}), challenge)

    outcomes = at_once(*[lambda: bool(services.check_code(actor=actor, code=answer))] * 4)

    assert sorted(map(bool, outcomes)) == [False, False, False, True]


def test_the_page_runs_no_script_of_its_own(signed_in: Visitor, passkey: Passkey) -> None:
    page = signed_in.get("/account/recovery-codes/new/")

    scripts = re.findall(r"<script([^>]*)>([^<]*)</script>", page.content.decode())
    assert all(src.strip() and not body.strip() for src, body in scripts)
    # Under its own name, or that of its content
    assert re.search(r"passkeys(\.\w+)?\.js", text_of(page))


def test_adding_and_removing_is_told_to_the_owner(
    signed_in: Visitor, passkey: Passkey, phone: TotpDevice
) -> None:
    signed_in.post(f"/account/device/{passkey.pk}/remove/", {"code": code_of(phone)})

    told = OutboxMessage.objects.filter(topic="accounts.changed").order_by("created_at")
    assert [one.payload["change"] for one in told] == ["DEVICE_ADDED", "DEVICE_REMOVED"]
