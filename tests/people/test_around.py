"""When two names may be one person's, and what is sealed of somebody around a child."""

from __future__ import annotations

import pytest

from people.around import Connected, Indicators, Known, Lives, Relationship, Restricted, Safety
from people.identity import Identity, PersonKind
from people.matching import resembles

ALIKE = [
    ("Barnaby Quince", "Barnaby Quince"),
    ("Mr B. Quince", "Barnaby Quince"),
    ("Barnabie Quinse", "Barnaby Quince"),
    ("O’Brien", "Sean O'Brien"),
    ("Siân Ng", "sian ng"),
]
DIFFERENT = [
    ("Asha Asker", "Barnaby Quince"),
    ("", "Barnaby Quince"),
    ("Mr", "Barnaby Quince"),
    ("Barnaby Smith", "Barnaby Quince"),
    ("Children First", "Little Steps"),
]


@pytest.mark.parametrize(("typed", "name"), ALIKE)
def test_names_that_are_or_sound_alike_are_pointed_out(typed: str, name: str) -> None:
    assert resembles(typed, name)
    assert resembles(name, typed)


@pytest.mark.parametrize(("typed", "name"), DIFFERENT)
def test_other_names_are_not(typed: str, name: str) -> None:
    assert not resembles(typed, name)
    assert not resembles(name, typed)


def test_what_was_said_of_somebody_around_comes_back_as_it_was() -> None:
    one = Connected(
        person=Identity(PersonKind.ADULT, "Petronella", "Marsh", address="9 Open Row"),
        relationship=Relationship.OTHER,
        relationship_words="Aunt by choice",
        in_household=Known.NO,
        responsibility=Known.YES,
        lives=Lives.OTHER,
        age="about 30",
        unsafe="She is watched",
        is_excluded=True,
        excluded_why="An order",
        is_asked_about=True,
    )

    assert Connected.from_json(one.to_json()) == one
    assert one.to_json()["relationship"] == ["OTHER_RELATION"]


def test_concerns_are_no_part_of_what_is_sealed_at_the_lower_tier() -> None:
    indicators = Indicators(words="A knife", restricted=(Restricted.POSES_RISK,))
    one = Connected(Identity(PersonKind.ADULT, "A"), Relationship.FATHER, indicators=indicators)

    assert "knife" not in str(one.to_json())
    assert "POSES_RISK" not in str(one.to_json())
    assert "POSES_RISK" not in str(indicators.open_part())
    assert Indicators.from_json(indicators.restricted_part()).restricted == indicators.restricted


@pytest.mark.parametrize("safety", [Safety("No calls"), Safety("", ("A", "B"), "An order")])
def test_a_warning_comes_back_as_it_was_and_counts_as_said(safety: Safety) -> None:
    assert Safety.from_json(safety.to_json()) == safety
    assert safety
    assert not Safety(why="only why")


def test_nothing_of_it_is_printed() -> None:
    assert "Marsh" not in repr(Connected(Identity(PersonKind.ADULT, "Marsh"), Relationship.FATHER))
    assert "No calls" not in repr(Safety("No calls"))
