"""The texts: versioned, dated, sourced, and plain."""

from __future__ import annotations

import re
from datetime import date

import pytest

from guidance import content, queries
from guidance.content import FOLDER, Version
from guidance.states import Topic

EVERY = [one for topic in Topic for one in content.versions(topic)]
each_version = pytest.mark.parametrize("version", EVERY, ids=lambda v: f"{v.topic}-{v.name}")


def test_every_topic_has_a_version_that_holds_today() -> None:
    assert [one.topic for one in queries.at_hand()] == list(Topic)


def test_every_file_belongs_to_a_topic_and_is_read() -> None:
    files = {f"{path.parent.name}/{path.stem}" for path in FOLDER.rglob("*.toml")}

    assert files == {f"{one.topic.value}/{one.name}" for one in EVERY}


@pytest.mark.parametrize(
    ("on", "name"),
    [
        (date(2009, 12, 17), "2008"),
        (date(2018, 6, 30), "2015"),
        (date(2018, 7, 1), "2018"),
        (date(2024, 4, 30), "2018"),
        (date(2024, 5, 1), "2024"),
    ],
)
def test_a_decision_is_read_beside_the_rules_of_its_day(on: date, name: str) -> None:
    rules = content.in_force(Topic.GOLDEN_RULES, on)

    assert rules is not None
    assert rules.name == name


def test_before_the_first_version_there_was_none() -> None:
    assert content.in_force(Topic.GOLDEN_RULES, date(2008, 9, 30)) is None
    assert queries.in_force(date(2000, 1, 1)) == []


@each_version
def test_a_version_says_where_it_comes_from_and_how_far_it_was_checked(version: Version) -> None:
    assert version.source
    assert version.check_note
    assert version.in_force_note
    assert version.checked_on >= date(2026, 11, 21)
    assert version.original_url == "" or version.original_url.startswith("https://")


@each_version
def test_a_version_is_sentences_and_no_markup(version: Version) -> None:
    texts = [version.title, version.opening, version.closing]
    texts += [part for one in version.points for part in (one.short, one.text, one.also)]

    assert not [text for text in texts if re.search(r"[<>]|&\w+;|\*\*|\]\(", text)]


def test_the_numbers_that_the_names_promise() -> None:
    counted = {(one.topic, len(one.points)) for one in EVERY}

    assert counted == {(Topic.GOLDEN_RULES, 7), (Topic.KEY_QUESTIONS, 7), (Topic.SAFER, 5)}


def test_safer_spells_its_name() -> None:
    (script,) = content.versions(Topic.SAFER)

    assert "".join(one.short[0] for one in script.points) == "SAFER"
