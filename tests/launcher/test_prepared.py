"""An unchanged portal starts at once; a changed one is prepared again."""

from __future__ import annotations

from pathlib import Path

import pytest

from launcher.place import Place
from launcher.prepared import Prepared


@pytest.fixture
def prepared(place: Place, tmp_path: Path) -> Prepared:
    """A portal that was prepared, with one app, one template, one key."""
    (place.postgres / "data").mkdir(parents=True)
    (place.keys / "kek-1.key").touch()
    (tmp_path / "people" / "migrations").mkdir(parents=True)
    (tmp_path / "people" / "migrations" / "0001_initial.py").write_text("operations = []")
    (tmp_path / "tests").mkdir()
    prepared = Prepared(place, tmp_path)
    prepared.remember()
    return prepared


def test_nothing_changed_so_nothing_is_prepared(prepared: Prepared) -> None:
    (prepared.project / "tests" / "test_new.py").touch()

    assert prepared.is_current()


def test_a_portal_never_prepared_is_prepared(place: Place, tmp_path: Path) -> None:
    assert not Prepared(place, tmp_path).is_current()


def test_a_new_migration_is_applied(prepared: Prepared) -> None:
    (prepared.project / "people" / "migrations" / "0002_more.py").touch()

    assert not prepared.is_current()


def test_a_changed_file_is_noticed(prepared: Prepared) -> None:
    (prepared.project / "people" / "migrations" / "0001_initial.py").write_text("operations = [1]")

    assert not prepared.is_current()


def test_a_lost_key_is_noticed(prepared: Prepared) -> None:
    (prepared.place.keys / "kek-1.key").unlink()

    assert not prepared.is_current()


def test_another_data_folder_is_prepared(prepared: Prepared) -> None:
    data = prepared.place.postgres / "data"
    data.rename(data.with_name("old"))
    data.mkdir()

    assert not prepared.is_current()


def test_a_start_cut_short_is_done_again(prepared: Prepared) -> None:
    prepared.forget()

    assert not prepared.is_current()
