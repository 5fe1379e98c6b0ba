"""Somebody who may write to the tables of accounts gets nobody's sign-in from it."""

from __future__ import annotations

from typing import Any

import pytest
from django.core import mail
from django.db import IntegrityError, models, transaction
from django.db.models import F
from django.urls import reverse

from accounts import services
from accounts.models import RecoveryCode, RecoverySheet, Session, TotpDevice, User
from kernel import outbox
from kernel.actors import Actor
from kernel.decisions import Denied
from tests.accounts.conftest import PASSWORD, Visitor, code_of, make_device
from tests.accounts.test_account import ask, sent_link
from tests.partnership import deactivate, set_password

NEW = "heron biscuit lantern"


def by_sql(row: models.Model, **changes: Any) -> None:
    """As one who may write to the table: nothing but the database's own guards is in the way."""
    rows = type(row)._meta.base_manager.filter(pk=row.pk)
    rows.update(**{"version": F("version") + 1} | changes)


def is_in(visitor: Visitor) -> bool:
    return bool(visitor.get("/note/").status_code == 200)


def kept(row: models.Model) -> dict[str, Any]:
    values = type(row)._meta.base_manager.filter(pk=row.pk).values().get()
    return {name: value for name, value in values.items() if name != "id"}


def test_the_hash_of_somebody_whose_password_one_knows_signs_nobody_else_in(
    visitor: Visitor, amina: User, bryn: User
) -> None:
    set_password(bryn, NEW)
    by_sql(amina, password=bryn.password)

    visitor.give_password(amina.email, NEW)

    assert "_auth_user_id" not in visitor.client.session


def test_an_older_password_is_not_put_back(visitor: Visitor, amina: User) -> None:
    before = kept(amina)
    set_password(amina, NEW)

    with pytest.raises(IntegrityError, match="next version"), transaction.atomic():
        by_sql(amina, **before)
    by_sql(amina, **before | {"version": 3})
    visitor.give_password(amina.email, PASSWORD)

    assert "_auth_user_id" not in visitor.client.session


def test_an_address_written_by_sql_gets_no_link_for_a_new_password(
    visitor: Visitor, amina: User
) -> None:
    by_sql(amina, email="thief@elsewhere.example")

    ask(visitor, "thief@elsewhere.example")
    outbox.deliver_waiting("notify")

    assert mail.outbox == []


def test_a_used_link_does_not_open_again_with_the_older_row(visitor: Visitor, amina: User) -> None:
    before = kept(amina)
    ask(visitor, amina.email)
    link = sent_link()
    visitor.post(link, {"password": NEW})
    by_sql(amina, **before | {"version": 3})

    visitor.post(link, {"password": "lantern otter violin"})

    amina.refresh_from_db()
    assert amina.check_password(PASSWORD)
    assert not amina.is_genuine()


def test_a_closed_account_is_not_opened_by_sql(visitor: Visitor, amina: User) -> None:
    deactivate(amina)
    by_sql(amina, is_active=True)

    visitor.give_password(amina.email)

    assert "_auth_user_id" not in visitor.client.session


def test_a_session_ends_where_its_account_was_written_to_by_sql(
    signed_in: Visitor, amina: User
) -> None:
    assert is_in(signed_in)
    by_sql(amina, email="thief@elsewhere.example")

    assert not is_in(signed_in)


def test_the_portal_does_not_sign_an_account_that_somebody_else_wrote(amina: User) -> None:
    by_sql(amina, email="thief@elsewhere.example")

    with pytest.raises(Denied, match="forged_row"):
        services.change_password(actor=Actor(user_id=amina.pk), password=NEW, keep_session=None)


def test_a_device_that_was_removed_is_not_taken_into_use_again(
    visitor: Visitor, amina: User, phone: TotpDevice
) -> None:
    second = make_device(amina, "Second")
    seed, before = second.open_seed(), kept(second)
    code = code_of(phone)
    assert services.remove_device(actor=Actor(user_id=amina.pk), device_id=second.pk, code=code)

    with pytest.raises(IntegrityError, match="next version"), transaction.atomic():
        by_sql(second, **before)
    by_sql(second, **before | {"version": 3})
    second.refresh_from_db()
    visitor.give_password(amina.email)

    assert second.open_seed() == seed
    assert visitor.give_code(code_of(second)).status_code == 200
    assert not is_in(visitor)


def test_a_sheet_that_was_replaced_is_not_taken_into_use_again(
    visitor: Visitor, amina: User, recovery_codes: list[str], phone: TotpDevice
) -> None:
    old = RecoverySheet.objects.get(user=amina)
    TotpDevice.objects.update(last_step=-1)
    services.make_recovery_codes(actor=Actor(user_id=amina.pk), code=code_of(phone))
    RecoverySheet.objects.get(user=amina, confirmed=True)
    by_sql(RecoverySheet.objects.get(user=amina, confirmed=True), confirmed=False)
    by_sql(old, confirmed=True)

    visitor.give_password(amina.email)

    assert visitor.give_code(recovery_codes[0]).status_code == 200
    assert not is_in(visitor)


def test_a_used_recovery_code_is_not_made_fresh_again(
    visitor: Visitor, amina: User, recovery_codes: list[str]
) -> None:
    visitor.give_password(amina.email)
    assert visitor.give_code(recovery_codes[0]).status_code == 302
    visitor.post(reverse("accounts:sign_out"), {})
    used = RecoveryCode.objects.get(used_at__isnull=False)
    with pytest.raises(IntegrityError, match="next version"), transaction.atomic():
        by_sql(used, used_at=None, version=1)
    by_sql(used, used_at=None)

    visitor.give_password(amina.email)

    assert visitor.give_code(recovery_codes[0]).status_code == 200


def test_the_digest_of_one_s_own_session_key_opens_nobody_else_s_session(
    signed_in: Visitor, another_visitor: Visitor, bryn: User
) -> None:
    """The attacker's own row takes over what the victim's row holds, or the other way round."""
    victim = Session.objects.get()
    another_visitor.sign_in(make_device(bryn))
    own = Session.objects.exclude(pk=victim.pk).get(ended_at=None)
    assert is_in(another_visitor)

    Session.objects.filter(pk=own.pk).update(data=victim.data, user=victim.user)

    assert not is_in(another_visitor)


def test_the_whole_row_of_a_session_under_another_digest_opens_nothing(
    signed_in: Visitor, another_visitor: Visitor, bryn: User
) -> None:
    victim = Session.objects.get()
    another_visitor.sign_in(make_device(bryn))
    own = Session.objects.exclude(pk=victim.pk).get(ended_at=None)
    digest = own.key_digest
    Session.objects.filter(pk=own.pk).update(key_digest="0" * 64)
    Session.objects.filter(pk=victim.pk).update(key_digest=digest)

    assert not is_in(another_visitor)
