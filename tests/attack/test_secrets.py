"""Everything that the database knows about signing in is read, and tried at every door."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from accounts import services as accounts
from accounts.models import TotpDevice, User
from kernel.actors import Actor
from tests.accounts.conftest import _quick_hashing, code_of
from tests.attack.conftest import Sql
from tests.partnership import Partnership, Player, set_password, sign_in

__all__ = ["_quick_hashing"]

PASSWORD = "otter violin marmalade"


@pytest.fixture
def victim(transactional_db: None, partnership: Partnership, settings: Settings) -> Player:
    """Signed in elsewhere, with a password and a sheet of recovery codes."""
    settings.AXES_ENABLED = False  # the attacker has all the time in the world
    player = partnership.decider
    set_password(player.user, PASSWORD)
    assert sign_in(player).get(reverse("sharing:queue")).status_code == 200
    device = TotpDevice.objects.get(user=player.user)
    accounts.make_recovery_codes(actor=Actor(user_id=player.user.pk), code=code_of(device))
    return player


@pytest.fixture
def loot(victim: Player, as_app: Sql) -> list[str]:
    """Each value of each table about accounts, and of Django's own."""
    tables = as_app(
        "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' "
        "AND (table_name LIKE 'accounts_%' OR table_name LIKE 'axes_%' OR table_name = 'django_session')"
    )
    return sorted({value for (table,) in tables for value in _values(as_app, table)})


def _values(as_app: Sql, table: str) -> Iterator[str]:
    rows = as_app(f"SELECT v.value FROM {table} t, jsonb_each_text(to_jsonb(t)) v")  # noqa: S608
    for (value,) in rows:
        if value and len(value) > 3:
            yield value
            # bytes as PostgreSQL prints them, and each part of a password's hash
            yield value.removeprefix("\\x")
            yield from (part for part in value.split("$") if len(part) > 15)


def test_nothing_in_the_database_serves_as_a_session_cookie(loot: list[str]) -> None:
    assert len(loot) > 20
    for value in loot:
        thief = Client()
        thief.cookies[settings.SESSION_COOKIE_NAME] = value
        assert thief.get(reverse("sharing:queue")).status_code == 302, "a value opened a session"


def test_nothing_in_the_database_serves_as_a_password(victim: Player, loot: list[str]) -> None:
    for value in loot:
        thief = Client()
        thief.post(reverse("accounts:sign_in"), {"email": victim.user.email, "password": value})
        assert "_auth_user_id" not in thief.session


def test_nothing_in_the_database_serves_as_a_code(
    victim: Player, loot: list[str], as_app: Sql
) -> None:
    thief = Client()
    password = {"email": victim.user.email, "password": PASSWORD}
    assert thief.post(reverse("accounts:sign_in"), password).status_code == 302
    for value in loot:
        for table in ("totpdevice", "recoverysheet"):
            # The wait after a failure is switched off, as the application role could do.
            as_app(
                f"UPDATE accounts_{table} SET throttling_failure_count = 0, "  # noqa: S608
                "throttling_failure_timestamp = NULL"
            )
        thief.post(reverse("accounts:code"), {"code": value})
        assert thief.get(reverse("sharing:queue")).status_code == 302, "a value was taken as a code"


@pytest.mark.parametrize("what", ["password", "device", "sheet"])
def test_the_attacker_s_own_secret_copied_to_a_colleague_does_not_serve(
    victim: Player, partnership: Partnership, as_app: Sql, what: str
) -> None:
    """A disloyal colleague knows their own password, telephone and codes, and can write by SQL."""
    mine = partnership.colleague.user
    set_password(mine, "marmalade violin otter")
    thief = Client()
    if what == "password":
        as_app(
            "UPDATE accounts_user SET version = version + 1, "
            "password = (SELECT password FROM accounts_user WHERE id = %s) "
            "WHERE id = %s",
            str(mine.pk),
            str(victim.user.pk),
        )
        stolen = {"email": victim.user.email, "password": "marmalade violin otter"}
        thief.post(reverse("accounts:sign_in"), stolen)
        assert "_auth_user_id" not in thief.session
        return
    sign_in(partnership.colleague)
    own_device = TotpDevice.objects.get(user=mine)
    code = _copied(what, own_device, victim.user, as_app)
    thief.post(reverse("accounts:sign_in"), {"email": victim.user.email, "password": PASSWORD})
    thief.post(reverse("accounts:code"), {"code": code})
    assert thief.get(reverse("sharing:queue")).status_code == 302


def _copied(what: str, own: TotpDevice, victim: User, as_app: Sql) -> str:
    """The attacker's device, or a code of their sheet, now stands under the victim's name."""
    if what == "device":
        code = code_of(own)
        as_app(
            "UPDATE accounts_totpdevice SET version = version + 1, user_id = %s WHERE id = %s",
            str(victim.pk),
            str(own.pk),
        )
        return code
    _, codes = accounts.make_recovery_codes(actor=Actor(user_id=own.user_id), code=code_of(own))
    as_app(
        "UPDATE accounts_recoverycode SET version = version + 1, sheet_id = (SELECT id FROM accounts_recoverysheet "
        "WHERE user_id = %s AND confirmed) WHERE sheet_id IN "
        "(SELECT id FROM accounts_recoverysheet WHERE user_id = %s)",
        str(victim.pk),
        str(own.user_id),
    )
    return codes[0]
