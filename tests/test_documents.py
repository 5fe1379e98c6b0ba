"""The documents: links lead somewhere, decisions are numbered once, words mean one thing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command

from isp_portal.documents import PAGES, variables
from isp_portal.documents.addresses import UNDECLARED, addresses
from kernel.privacy import Kind, declarations
from launcher.__main__ import COMMANDS

ROOT: Path = settings.BASE_DIR
DOCS = ROOT / "docs"
REFERENCE = DOCS / "reference"
DECISIONS = sorted((DOCS / "adr").glob("*.md"))
EVERY_PAGE = sorted([*DOCS.rglob("*.md"), *ROOT.glob("*.md")])

_LINK = re.compile(r"\]\(([^)\s]+)\)")
_FENCED = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def _links(page: Path) -> Iterator[str]:
    text = _FENCED.sub("", page.read_text(encoding="utf-8"))
    return (link for link in _LINK.findall(text) if "://" not in link)


def _anchors(page: Path) -> set[str]:
    """The headings of a page as they stand behind a #."""
    text = _FENCED.sub("", page.read_text(encoding="utf-8"))
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", h.lower()).strip().replace(" ", "-") for h in headings}


def _rows(page: Path) -> list[list[str]]:
    """The cells of every table row of a page."""
    lines = page.read_text(encoding="utf-8").splitlines()
    return [
        [cell.strip() for cell in line.strip("| ").split(" | ")] for line in lines if "|" in line
    ]


@pytest.mark.parametrize("document", EVERY_PAGE, ids=_name)
def test_every_relative_link_leads_somewhere(document: Path) -> None:
    for link in _links(document):
        path, _, anchor = unquote(link).partition("#")
        target = (document.parent / path).resolve() if path else document
        assert target.exists(), link
        assert not anchor or anchor in _anchors(target), link


def test_every_page_can_be_reached_from_the_index() -> None:
    index = {(DOCS / link).resolve() for link in _links(DOCS / "README.md")}

    assert set(DOCS.rglob("*.md")) - index == {DOCS / "README.md"}


def test_decisions_are_numbered_without_gap_or_repetition() -> None:
    assert [int(path.name[:4]) for path in DECISIONS] == list(range(1, len(DECISIONS) + 1))


@pytest.mark.parametrize("decision", DECISIONS, ids=_name)
def test_a_decision_has_its_number_a_status_and_the_roads_not_taken(decision: Path) -> None:
    text = decision.read_text(encoding="utf-8")

    assert text.startswith(f"# {int(decision.name[:4])}. ")
    assert re.search(r"^Status: (proposed|accepted|superseded by \d+)$", text, re.MULTILINE)
    assert "\n## Refused\n" in text


def test_a_word_of_the_glossary_has_one_meaning_and_its_place_in_the_alphabet() -> None:
    terms = [row[0].lower() for row in _rows(REFERENCE / "glossary.md")[2:]]

    assert terms == sorted(set(terms))


def test_every_source_has_the_day_of_its_last_check() -> None:
    rows = [row for row in _rows(REFERENCE / "legal-sources.md") if row[0] not in ("Source", "---")]

    assert rows
    assert all(re.match(r"\d{4}-\d{2}-\d{2}", row[-1]) for row in rows)


def test_the_generated_pages_say_what_the_code_says(capsys: pytest.CaptureFixture[str]) -> None:
    """Without a database: nothing marks this test as needing one."""
    try:
        call_command("generate_docs", check=True)
    except SystemExit:
        pytest.fail(capsys.readouterr().out)


def test_a_page_that_lags_behind_is_shown_and_then_put_right(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "docs" / "reference"
    folder.mkdir(parents=True)
    monkeypatch.setattr(
        "isp_portal.management.commands.generate_docs.PAGES", {"tiers.md": PAGES["tiers.md"]}
    )
    monkeypatch.setattr("isp_portal.management.commands.generate_docs.FOLDER", folder)
    (folder / "tiers.md").write_text("# Tears\n", encoding="utf-8")

    with pytest.raises(SystemExit, match="1"):
        call_command("generate_docs", check=True)

    shown = capsys.readouterr().out
    assert "-# Tears" in shown
    assert "+# Tiers" in shown
    assert (folder / "tiers.md").read_text(encoding="utf-8") == "# Tears\n"
    call_command("generate_docs")
    call_command("generate_docs", check=True)


def test_every_address_declares_who_may_open_it_and_how() -> None:
    found = addresses()

    assert [one.route for one in found if one.who == UNDECLARED] == []
    assert [one.route for one in found if not one.methods] == []


def test_every_setting_has_a_meaning() -> None:
    found = variables.variables(ROOT / "isp_portal" / "settings.py")

    assert {"SECRET_KEY", "DATABASE_OWNER_URL", "TRUSTED_PROXIES"} <= {one.name for one in found}
    assert [one.name for one in found if not one.meaning] == []


def test_settings_are_read_with_type_default_comment_and_heading(tmp_path: Path) -> None:
    settings_file = tmp_path / "settings.py"
    settings_file.write_text(
        "import environ\n\n"
        "# Doors: who may come in\n"
        'OPEN = env.bool("OPEN", False)  # at night too\n'
        "# How many\n"
        'COUNT = env.int("COUNT", 2 * 3)\n'
        'URL = secret("URL") or "redis://here"  # where\n\n'
        "# The only one of its paragraph\n"
        'LAST = [env.str("LAST", COUNT)]\n'
    )

    found = variables.variables(settings_file)

    assert [(v.name, v.type, v.default, v.meaning, v.heading) for v in found] == [
        ("OPEN", "true or false", "False", "at night too", "Doors: who may come in"),
        ("COUNT", "whole number", "2 * 3", "How many", "Doors: who may come in"),
        ("URL", "text, or a file", "redis://here", "where", "Doors: who may come in"),
        ("LAST", "text", "", "The only one of its paragraph", "Doors: who may come in"),
    ]


def test_each_readable_column_of_a_case_is_argued_for() -> None:
    """The vault's page says why; nothing more and nothing less than what the models declare."""
    argued = {
        (row[0].strip("`"), column)
        for row in _rows(DOCS / "explanation" / "vault.md")
        if len(row) == 3 and row[1].startswith("`")
        for column in re.findall(r"`(\w+)`", row[1])
    }
    readable = {
        (model.__name__, name)
        for model in apps.get_models()
        if getattr(getattr(model, "Privacy", None), "keep", "") == "CASE_DATA"
        for name, one in declarations(model).items()
        if one.kind in (Kind.CLEAR, Kind.STAFF) and name not in ("id", "created_at")
    }

    assert argued == readable


def test_the_readme_names_only_commands_that_exist() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    named = set(re.findall(r"\./portal ([a-z]+)", text))

    assert {"up", "test"} <= named <= set(COMMANDS)


def test_the_readme_shows_a_picture_that_loads_quickly() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    pictures = re.findall(r"!\[[^\]]+\]\((docs/images/[^)]+)\)", text)

    assert pictures
    assert all((ROOT / one).stat().st_size < 200_000 for one in pictures)
