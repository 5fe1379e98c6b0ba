"""What was compiled from other people's packages is whole, licensed, and free of the crown."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import pytest
from django.conf import settings

VENDOR = Path(settings.BASE_DIR, "static/vendor")
ASSETS = Path(settings.BASE_DIR, "assets")
MANIFEST = json.loads((VENDOR / "manifest.json").read_text())
FILES = sorted(
    str(path.relative_to(VENDOR))
    for path in VENDOR.rglob("*")
    if path.is_file() and path.name != "manifest.json"
)
STYLES = [name for name in FILES if name.endswith(".css")]


def test_the_manifest_names_every_file_and_no_other() -> None:
    assert sorted(MANIFEST["sha256"]) == FILES


@pytest.mark.parametrize("name", FILES)
def test_each_file_is_as_it_was_built(name: str) -> None:
    assert hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() == MANIFEST["sha256"][name]


def test_the_manifest_states_the_locked_versions() -> None:
    lock = json.loads((ASSETS / "package-lock.json").read_text())["packages"]

    assert MANIFEST["versions"]["govuk-frontend"].startswith("6.")
    assert MANIFEST["versions"]["@ministryofjustice/frontend"].startswith("11.")
    for name, version in MANIFEST["versions"].items():
        assert lock[f"node_modules/{name}"]["version"] == version


def test_the_lock_names_no_package_registry() -> None:
    assert '"resolved"' not in (ASSETS / "package-lock.json").read_text()


@pytest.mark.parametrize("name", STYLES)
def test_no_style_uses_the_crown_its_font_or_any_font_file(name: str) -> None:
    style = (VENDOR / name).read_text()

    assert not re.search(r"GDS Transport|@font-face|crown|crest", style, re.IGNORECASE)


@pytest.mark.parametrize("name", STYLES)
def test_styles_fetch_nothing_from_elsewhere(name: str) -> None:
    for address in re.findall(r"url\(([^)]*)\)", (VENDOR / name).read_text()):
        target = address.strip("\"'")
        assert target.startswith("data:") or (VENDOR / target).is_file(), target


def test_both_design_systems_are_there_with_their_licences() -> None:
    style = (VENDOR / "portal.css").read_text()

    assert ".govuk-radios" in style
    assert ".moj-timeline" in style
    assert {"licences/govuk-frontend.txt", "licences/moj-frontend.txt"} <= set(FILES)
