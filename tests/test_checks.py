"""The portal refuses to start in a dangerous combination, and says what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.checks import CheckMessage
from django.core.checks.registry import registry
from django.db import IntegrityError, connection, transaction
from pytest_django import DjangoAssertNumQueries

from audit import keys
from isp_portal import checks
from kernel.keys import Purpose, ring
from kernel.models import Installation
from tests import database

Check = Callable[..., Any]


@pytest.fixture(autouse=True)
def _a_real_installation(settings: Any) -> None:
    """As it should stand in production."""
    settings.DEMO = settings.DEBUG = False
    settings.TLS = True
    settings.BASE_URL = "https://portal.example.org"
    settings.SECRET_KEY = "x7Kp2Qw9Zr4Tn6Yb1Mc8Vd3Lf5Hg0Js-aE_uIoSxGtBqWzRy2Nk7"


def ids(check: Check, **options: Any) -> list[str | None]:
    messages: list[CheckMessage] = list(check(None, **options))
    assert all(message.hint for message in messages), "each says what to do"
    assert all(message.is_serious() for message in messages)
    return [message.id for message in messages]


def test_every_check_is_registered_and_runs() -> None:
    ours = set(registry.get_checks(include_deployment_checks=False))

    assert {
        checks.secrets_are_strong,
        checks.pages_travel_encrypted,
        checks.debug_is_for_demonstrations,
        checks.key_ring_is_private,
        checks.sealing_key_is_private,
        checks.application_role_is_harmless,
        checks.demonstration_holds_no_real_data,
    } <= ours


# E001


def test_a_strong_secret_passes() -> None:
    assert ids(checks.secrets_are_strong) == []


@pytest.mark.parametrize(
    "key", ["", "short", "a" * 60, "ab" * 30, "django-insecure-" + "x7Kp2Qw9Zr" * 5]
)
def test_a_missing_short_uniform_or_placeholder_secret_is_refused_and_not_shown(
    settings: Any, key: str
) -> None:
    settings.SECRET_KEY = key

    assert ids(checks.secrets_are_strong) == ["portal.E001"]
    (message,) = checks.secrets_are_strong(None)
    assert not key or key not in str(message)


# E002


@pytest.mark.parametrize(
    ("url", "demo", "refused"),
    [
        ("https://portal.example.org", False, False),
        ("https://portal.example.org", True, False),
        ("http://portal.example.org", False, True),
        ("http://portal.example.org", True, True),
        ("http://127.0.0.1:8000", True, False),
        ("http://localhost:8000", True, False),
        ("http://[::1]:8000", True, False),
        ("http://127.0.0.1:8000", False, True),
        ("http://localhost.example.org", True, True),
    ],
)
def test_pages_travel_encrypted_but_for_a_demonstration_on_this_machine(
    settings: Any, url: str, *, demo: bool, refused: bool
) -> None:
    settings.BASE_URL, settings.DEMO, settings.TLS = url, demo, url.startswith("https")

    assert ids(checks.pages_travel_encrypted) == (["portal.E002"] if refused else [])


# E003


@pytest.mark.parametrize(
    ("debug", "demo", "refused"),
    [(False, False, False), (True, False, True), (True, True, False), (False, True, False)],
)
def test_debug_is_for_demonstrations(
    settings: Any, *, debug: bool, demo: bool, refused: bool
) -> None:
    settings.DEBUG, settings.DEMO = debug, demo

    assert ids(checks.debug_is_for_demonstrations) == (["portal.E003"] if refused else [])


# E004


@pytest.fixture
def folder(tmp_path: Path, settings: Any) -> Path:
    settings.KEY_RING = tmp_path / "keys"
    ring().create(Purpose.KEK)
    return tmp_path / "keys"


def test_a_private_key_ring_passes(folder: Path) -> None:
    assert ids(checks.key_ring_is_private) == []


def test_a_key_file_that_others_can_read_is_refused(folder: Path) -> None:
    (file,) = folder.glob("*.key")
    file.chmod(0o644)

    assert ids(checks.key_ring_is_private) == ["portal.E004"]
    (message,) = checks.key_ring_is_private(None)
    assert file.name in message.msg


def test_a_key_folder_that_others_can_enter_is_refused(folder: Path) -> None:
    folder.chmod(0o750)

    assert ids(checks.key_ring_is_private) == ["portal.E004"]


# E005


def role_check() -> list[str | None]:
    return ids(checks.application_role_is_harmless, databases=["default"])


def test_the_application_role_as_migrated_passes(db: None) -> None:
    assert role_check() == []


def test_the_owner_in_the_applications_place_is_refused(transactional_db: None) -> None:
    with database.acting_as("owner"):
        assert role_check() == ["portal.E005"]


@pytest.mark.parametrize(
    "right",
    [
        "UPDATE ON audit_auditevent",
        "DELETE ON audit_pending",
        "UPDATE ON audit_leaf",
        "DELETE ON audit_seal",
        "DELETE ON audit_accessevent",
        "TRUNCATE ON audit_auditevent",
        "UPDATE (via) ON audit_auditevent",
        "CREATE ON SCHEMA public",
    ],
)
def test_a_right_too_many_is_refused(
    transactional_db: None, as_owner: Any, settings: Any, right: str
) -> None:
    with as_owner.cursor() as cursor:
        cursor.execute(f"GRANT {right} TO {settings.DB_APP_ROLE}")
    try:
        assert role_check() == ["portal.E005"]
    finally:
        with as_owner.cursor() as cursor:
            cursor.execute(f"REVOKE {right} FROM {settings.DB_APP_ROLE}")
    assert role_check() == []


@pytest.mark.parametrize("role", ["owner", "disposer"])
def test_owner_and_disposer_at_their_own_work_are_let_pass(
    transactional_db: None, settings: Any, role: str
) -> None:
    settings.DB_ROLE = role
    with database.acting_as(role):
        assert role_check() == []


# E007


@pytest.fixture
def sealing_folder(tmp_path: Path, settings: Any, key_ring: Path) -> Iterator[Path]:
    settings.SEALING_KEY = tmp_path / "sealing"
    key = keys.SealingKey.make()
    keys.store(key, keys.CURRENT)
    yield tmp_path / "sealing"
    (key_ring / f"seal-{key.id}.pub").unlink()


def test_a_private_sealing_key_passes_and_so_does_none(sealing_folder: Path, settings: Any) -> None:
    assert ids(checks.sealing_key_is_private) == []
    settings.SEALING_KEY = None
    assert ids(checks.sealing_key_is_private) == []


@pytest.mark.parametrize("name", ["", keys.CURRENT])
def test_a_sealing_key_that_others_can_read_is_refused(sealing_folder: Path, name: str) -> None:
    (sealing_folder / name).chmod(0o750)

    assert ids(checks.sealing_key_is_private) == ["portal.E007"]


# E006


@pytest.mark.parametrize(
    ("begun_as", "demo", "debug", "refused"),
    [
        (None, False, False, False),
        (None, True, False, False),
        ("REAL", False, False, False),
        ("REAL", True, False, True),
        ("REAL", True, True, True),
        ("REAL", False, True, True),
        ("DEMONSTRATION", True, False, False),
        ("DEMONSTRATION", True, True, False),
        ("DEMONSTRATION", False, False, True),
    ],
)
def test_demonstration_and_real_data_never_share_a_database(
    db: None, settings: Any, begun_as: str | None, *, demo: bool, debug: bool, refused: bool
) -> None:
    if begun_as:
        Installation.objects.create(kind=begun_as)
    settings.DEMO, settings.DEBUG = demo, debug

    found = ids(checks.demonstration_holds_no_real_data, databases=["default"])
    assert found == (["portal.E006"] if refused else [])


def test_an_installation_is_begun_once_and_for_one_purpose(db: None) -> None:
    Installation.objects.create(kind=Installation.Kind.REAL)
    with pytest.raises(IntegrityError), transaction.atomic():
        Installation.objects.create(kind=Installation.Kind.DEMONSTRATION)


def test_checks_of_the_database_ask_it_nothing_unless_they_are_told_to(
    db: None, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        assert ids(checks.application_role_is_harmless) == []
        assert ids(checks.demonstration_holds_no_real_data) == []


def test_before_the_first_migration_there_is_nothing_to_check(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection.introspection, "table_names", list)

    assert role_check() == []
    assert ids(checks.demonstration_holds_no_real_data, databases=["default"]) == []
