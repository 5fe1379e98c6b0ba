"""Forms say what to do, keep everything that was typed, and are drawn with their errors tied on."""

from __future__ import annotations

import re
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from stdnum.gb import nhs

from kernel import forms


class Person(forms.Form):
    name = forms.Text("Full name", ask="Enter the full name", max_length=40)
    why = forms.TextArea("Why are you asking?", ask="Enter why you are asking", max_length=100)
    born = forms.DateOfBirth(ask="Enter the date of birth", required=False)
    number = forms.NHSNumber(required=False)
    submission = forms.Submission()


GOOD = {"name": "Siân O’Connor", "why": "She has not been seen since Friday."}


def person(**typed: Any) -> Person:
    return Person(GOOD | typed)


def error(form: forms.Form, name: str) -> str:
    return str(form.errors[name][0])


def test_a_good_form_gives_its_answers() -> None:
    form = person(**{"born-day": "3", "born-month": "feb", "born-year": "2019"})

    assert form.is_valid()
    assert form.cleaned_data["name"] == "Siân O’Connor"
    assert form.cleaned_data["born"] == date(2019, 2, 3)
    assert form.error_links == []


def test_every_required_field_says_what_to_do_in_its_own_words() -> None:
    form = Person({})

    assert [(link.text, link.href) for link in form.error_links] == [
        ("Enter the full name", "#id_name"),
        ("Enter why you are asking", "#id_why"),
    ]


def test_a_required_field_cannot_be_declared_without_words_for_its_absence() -> None:
    with pytest.raises(TypeError, match="needs ask="):
        forms.Text("Full name")


@pytest.mark.parametrize(
    "name", ["O’Neill", "O'Neill", "Ng", "X", "Ð", "María José", "李", "d’Arcy-Wu"]
)
def test_a_name_is_a_name(name: str) -> None:
    assert person(name=name).is_valid()


def test_text_that_is_too_long_is_refused_and_comes_back_whole() -> None:
    form = person(why="é" * 101)

    assert error(form, "why") == "This answer must be 100 characters or less"
    assert "é" * 101 in str(form["why"])


def test_newlines_count_once_as_the_browser_counts_them() -> None:
    assert person(why="\r\n".join("x" * 50)).is_valid()


@pytest.mark.parametrize("name", ["name", "why", "number", "born-day", "born-year", "submission"])
def test_a_null_character_never_breaks_a_form(name: str) -> None:
    form = person(**{name: "a\x00b"})

    form.is_valid()
    for bound in form:
        assert str(bound)
    assert "\x00" not in repr(form.cleaned_data)


def test_control_characters_are_dropped_from_what_is_kept() -> None:
    form = person(name="Si\x00â\x07n", why="one\r\n\ttwo\x1b")

    assert form.is_valid()
    assert form.cleaned_data["name"] == "Siân"
    assert form.cleaned_data["why"] == "one\n\ttwo"


def test_a_textarea_gives_back_exactly_what_was_typed() -> None:
    typed = "\n  indented\n\n    more </textarea><script>x</script>"
    html = str(person(why=typed, name="")["why"])

    inside = re.search(r"<textarea[^>]*>(.*)</textarea>", html, re.DOTALL)
    assert inside is not None
    # The browser drops the first newline.
    assert inside[1] == "\n" + typed.replace("<", "&lt;").replace(">", "&gt;")


class Account(forms.Form):
    email = forms.Email("Email address", ask="Enter an email address")
    password = forms.Password("Password", ask="Enter your password")


def test_an_email_address_in_the_wrong_shape_says_what_shape_is_right() -> None:
    form = Account({"email": "sian@", "password": "x"})

    assert error(form, "email").endswith("like name@example.com")
    assert 'value="sian@"' in str(form["email"])


def test_a_password_is_kept_as_typed_and_never_sent_back() -> None:
    form = Account({"email": "nobody", "password": "  three word phrase "})

    form.is_valid()
    assert form.cleaned_data["password"] == "  three word phrase "
    assert "three word" not in str(form["password"])


def test_an_error_is_tied_to_its_control() -> None:
    html = str(Person({})["name"])

    assert 'id="id_name-error"' in html
    assert 'aria-describedby="id_name-error"' in html
    assert "govuk-input--error" in html


def test_a_hint_is_tied_to_its_control() -> None:
    html = str(Person()["number"])

    assert 'aria-describedby="id_number-hint"' in html
    assert "NHS number (optional)" in html


# NHS numbers


@pytest.mark.parametrize(
    "typed", ["9434765919", "943 476 5919", " 943-476-5919 ", "943\u00a0476\u00a05919"]
)
def test_an_nhs_number_is_kept_as_ten_digits(typed: str) -> None:
    form = person(number=typed)

    assert form.is_valid()
    assert form.cleaned_data["number"] == "9434765919"


@pytest.mark.parametrize("typed", ["943476591", "94347659190", "943 476 591O", "none", "9" * 59])
def test_an_nhs_number_that_is_not_ten_digits_says_so(typed: str) -> None:
    form = person(number=typed)

    assert error(form, "number") == "NHS number must be 10 digits, like 943 476 5919"
    assert f'value="{typed}"' in str(form["number"])


@pytest.mark.parametrize("digit", [d for d in "0123456789" if d != "9"])
def test_a_slip_in_an_nhs_number_is_caught_by_its_check_digit(digit: str) -> None:
    assert nhs.is_valid("9434765919")
    assert "check each digit" in error(person(number=f"943476591{digit}"), "number")


def test_an_nhs_number_is_shown_in_threes_and_four() -> None:
    assert 'value="943 476 5919"' in str(Person(initial={"number": "9434765919"})["number"])


# The mark of one filling-in


def test_each_opening_of_a_form_has_a_mark_that_it_sends_back() -> None:
    form = Person()
    mark = re.search(r'type="hidden" name="submission" value="([^"]+)"', str(form["submission"]))

    assert mark is not None
    assert str(form["submission"]) == str(form["submission"])
    sent = person(submission=mark[1])
    assert sent.is_valid()
    assert sent.cleaned_data["submission"] == UUID(mark[1])


@pytest.mark.parametrize("mangled", ["", "x", "0" * 500])
def test_a_mangled_mark_stands_in_nobody_s_way(mangled: str) -> None:
    form = person(submission=mangled)

    assert form.is_valid()
    assert isinstance(form.cleaned_data["submission"], UUID)
