"""Whether a question seems to say who the child is: a guess that only warns."""

from __future__ import annotations

import pytest

from guidance.naming import tells_who

NAMES = ["Zebedee O'Quill", "Al de Souza-Bell"]

NAME, NUMBER, DATE = "name of somebody", "NHS number", "date of birth"


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("May I tell about zebedee?", NAME),
        ("ZEBEDEE’S school", NAME),
        ("The O’Quill family", NAME),
        ("souza-bell", NAME),
        ("NHS 943 476 5919 knows", NUMBER),
        ("9434765919", NUMBER),
        ("943-476-5919", NUMBER),
        ("born 04/03/2018", DATE),
        ("born 4.3.18", DATE),
        ("2018-03-04", DATE),
        ("4th of March 2018", DATE),
        ("March 4, 2018", DATE),
    ],
)
def test_names_numbers_and_dates_are_pointed_out(text: str, what: str) -> None:
    (found,) = tells_who(text, NAMES)

    assert what in found


@pytest.mark.parametrize(
    "text",
    [
        "A child of 8, the mother’s partner, and al fresco de luxe",
        "Ring 01905 822 666, or 07700 900123",
        "9434765918 is no NHS number",
        "within 24 hours, version 1.2.3, on 4 March",
        "Zebedeeish",
        "",
    ],
)
def test_what_names_nobody_is_let_be(text: str) -> None:
    assert tells_who(text, NAMES) == []


def test_everything_is_told_at_once() -> None:
    assert len(tells_who("Zebedee, 9434765919, 04/03/2018", NAMES)) == 3
