"""./portal itself: what it says to a person on a machine that lacks something."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from launcher.place import PROJECT

STRANGER = {
    # A machine whose Python has no venv module and no Pango, used by somebody who is not root.
    "id": "echo 1000",
    "python3": 'case "$*" in -V) echo Python 3.11.2;; *) exit 1;; esac',
    "sudo": "exit 1",
}


@pytest.fixture
def door(tmp_path: Path) -> Path:
    """A fresh checkout's ./portal, so that no running portal is disturbed."""
    shutil.copytree(PROJECT / "launcher", tmp_path / "launcher")
    shutil.copy(PROJECT / "requirements.lock", tmp_path)
    return Path(shutil.copy(PROJECT / "portal", tmp_path))


def call(door: Path, *words: str, **programs: str) -> subprocess.CompletedProcess[str]:
    """Call ./portal where these programs are other than they are here."""
    shims = door.parent / "shims"
    shims.mkdir(exist_ok=True)
    for name, script in programs.items():
        (shims / name).write_text(f"#!/bin/sh\n{script}\n")
        (shims / name).chmod(0o755)
    environment = {**os.environ, "PATH": f"{shims}:{os.environ['PATH']}", "CHROMIUM": ""}
    return subprocess.run(
        [str(door), *words], env=environment, capture_output=True, text=True, check=False
    )


def test_without_root_it_names_the_packages_and_the_command_and_stops(door: Path) -> None:
    answer = call(door, "up", **STRANGER)

    assert answer.returncode == 1
    packages = "python3-venv libpango-1.0-0 libpangoft2-1.0-0"
    assert f"apt-get install --no-install-recommends {packages}\n" in answer.stderr
    assert not (door.parent / ".venv").exists()


def test_the_tests_need_the_browsers_packages_too(door: Path) -> None:
    without = dict.fromkeys(("google-chrome", "chromium-browser"), "exit 1")
    answer = call(door, "test", **STRANGER, **without)

    assert answer.returncode == 1
    assert "libatomic1" in answer.stderr


def test_an_old_python_is_refused_by_name(door: Path) -> None:
    old = 'case "$*" in -V) echo Python 3.9.2;; *version_info*) exit 1;; *) exit 0;; esac'

    answer = call(door, "up", python3=old)

    assert answer.returncode == 1
    assert "Python 3.11 or newer; python3 here is Python 3.9.2" in answer.stderr


def test_help_and_status_install_nothing(door: Path) -> None:
    assert "./portal up" in call(door, "help").stdout
    status = call(door, "status")

    assert status.returncode == 1
    assert "./portal up" in status.stdout
    assert not (door.parent / ".venv").exists()


def test_a_word_it_does_not_know_is_answered_with_those_it_does(door: Path) -> None:
    answer = call(door, "start")

    assert answer.returncode == 2
    assert "./portal up" in answer.stderr


def test_what_another_system_user_made_is_not_mixed_up(door: Path) -> None:
    (door.parent / ".run").mkdir()
    if os.geteuid() != 0:
        pytest.skip("only root can give a folder away")
    os.chown(door.parent / ".run", 65534, 65534)

    answer = call(door, "status")

    assert answer.returncode == 1
    assert "chown -R" in answer.stderr
