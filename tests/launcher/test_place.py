"""What a portal keeps on a machine belongs to one launcher and one system user."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from launcher.errors import CannotGoOn
from launcher.place import Busy, Place, write_whole
from launcher.secret_files import SecretFiles
from launcher.servers import operators_database


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_secret_is_readable_by_its_system_user_alone(place: Place, secrets: SecretFiles) -> None:
    secrets.get("portal_app")

    assert mode(place.secrets / "portal_app") == 0o600
    assert mode(place.secrets) == mode(place.keys) == mode(place.mail) == mode(place.logs) == 0o700
    assert mode(place.files) == 0o700


def test_a_secret_stays_what_it_was_and_no_two_are_alike(secrets: SecretFiles) -> None:
    first = secrets.get("portal_app")

    assert SecretFiles(secrets.folder).get("portal_app") == first
    assert secrets.get("portal_owner") != first
    assert len(first) >= 48


def test_a_secret_that_others_could_read_is_closed_again(
    place: Place, secrets: SecretFiles
) -> None:
    secrets.get("valkey")
    (place.secrets / "valkey").chmod(0o644)

    secrets.get("valkey")

    assert mode(place.secrets / "valkey") == 0o600


def test_two_launchers_never_work_in_one_place(place: Place) -> None:
    with place.locked():
        assert place.is_locked()
        with pytest.raises(Busy), place.locked():
            pass
    assert not place.is_locked()


def test_a_failed_write_leaves_the_old_text(place: Place) -> None:
    file = place.root / "ports.json"
    write_whole(file, "old")

    with pytest.raises(TypeError):
        write_whole(file, object())  # type: ignore[arg-type]

    assert file.read_text() == "old"


def test_an_operators_server_needs_an_address_for_each_role(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://app@db/portal")
    monkeypatch.setenv("DATABASE_OWNER_URL", "postgres://owner@db/portal")
    monkeypatch.delenv("DATABASE_DISPOSER_URL", raising=False)

    with pytest.raises(CannotGoOn, match="DATABASE_DISPOSER_URL must be set"):
        operators_database()
