"""Dates and times are read as people type them, and never guessed."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.forms.reading import (
    MONTHS,
    Span,
    Typed,
    Unreadable,
    clean_text,
    moment_in_london,
    read_date,
    read_time,
)

TODAY = date(2026, 11, 21)
EVENTS = Span.around(TODAY)
LIVES = Span.of_lives(TODAY)


def read(*boxes: str, span: Span = EVENTS) -> date:
    return read_date(Typed(*boxes), today=TODAY, two_digit_years=span)


READ = [
    (("21", "11", "2026"), date(2026, 11, 21)),
    (("1", "1", "2026"), date(2026, 1, 1)),
    (("01", "01", "2026"), date(2026, 1, 1)),
    (("21", "nov", "2026"), date(2026, 11, 21)),
    (("21", "Nov.", "2026"), date(2026, 11, 21)),
    (("21st", "NOVEMBER", "26"), date(2026, 11, 21)),
    (("3", "sept", "'24"), date(2024, 9, 3)),
    (("29", "2", "2024"), date(2024, 2, 29)),
    (("21/11/2026",), date(2026, 11, 21)),
    (("21-11-26",), date(2026, 11, 21)),
    (("21.11.2026",), date(2026, 11, 21)),
    (("21 11 2026",), date(2026, 11, 21)),
    (("21112026",), date(2026, 11, 21)),
    (("2026-11-21",), date(2026, 11, 21)),
    (("21 Nov 2026",), date(2026, 11, 21)),
    (("21nov2026",), date(2026, 11, 21)),
    (("Saturday 21st of November 2026",), date(2026, 11, 21)),
    (("Sat, 21 Nov 26",), date(2026, 11, 21)),
    (("November 21, 2026",), date(2026, 11, 21)),
    (("today",), TODAY),
    (("Yesterday",), date(2026, 11, 20)),
    (("٢١", "١١", "٢٠٢٦"), date(2026, 11, 21)),
]


@pytest.mark.parametrize(("boxes", "meant"), READ)
def test_a_date_is_read_as_people_type_it(boxes: tuple[str, ...], meant: date) -> None:
    assert read(*boxes) == meant


UNREAD = [
    (("21", "11", ""), "must include a year", ("year",)),
    (("", "", "2026"), "must include a day and month", ("day", "month")),
    (("21 nov",), "must include a year", ("year",)),
    (("21/11",), "must include a year", ("year",)),
    (("31", "2", "2026"), "must be a real date", ("day", "month", "year")),
    (("29", "2", "2025"), "must be a real date", ("day", "month", "year")),
    (("0", "11", "2026"), "must be a real date", ("day",)),
    (("21", "13", "2026"), "must be a real date", ("month",)),
    (("21", "smarch", "2026"), "must be a real date", ("month",)),
    (("21", "ju", "2026"), "must be a real date", ("month",)),
    (("99", "99", "2026"), "must be a real date", ("day", "month")),
    (("11/21/2026",), "must be a real date", ("month",)),
    (("21", "11", "202"), "must include a year with 4 digits, for example 2026", ("year",)),
    (("21", "11", "0026"), "must include a year with 4 digits, for example 2026", ("year",)),
    (("21", "11", "80"), "must include a year with 4 digits, for example 1980 or 2080", ("year",)),
    (("last week",), "must include a month and year", ("month", "year")),
]


@pytest.mark.parametrize(("boxes", "why", "parts"), UNREAD)
def test_an_unreadable_date_says_what_is_wrong_and_where(
    boxes: tuple[str, ...], why: str, parts: tuple[str, ...]
) -> None:
    with pytest.raises(Unreadable) as unreadable:
        read(*boxes)
    assert (unreadable.value.why, unreadable.value.parts) == (why, parts)


def test_what_was_typed_is_not_in_the_text_of_the_exception() -> None:
    with pytest.raises(Unreadable) as unreadable:
        read("Siân’s birthday")
    assert "Siân" not in repr(unreadable.value)


@pytest.mark.parametrize(("year", "meant"), [("35", 1935), ("98", 1998), ("27", 1927)])
def test_a_year_of_two_digits_counts_for_a_birth_when_only_one_century_fits(
    year: str, meant: int
) -> None:
    assert read("1", "2", year, span=LIVES) == date(meant, 2, 1)


@pytest.mark.parametrize("year", ["15", "07", "26"])
def test_a_year_of_two_digits_is_asked_about_when_a_child_or_the_very_old_may_be_meant(
    year: str,
) -> None:
    with pytest.raises(Unreadable, match="unreadable") as unreadable:
        read("1", "2", year, span=LIVES)
    assert unreadable.value.why.endswith(f"19{year} or 20{year}")


dates = st.dates(min_value=date(1000, 1, 1))


@given(dates)
def test_each_date_is_read_from_its_three_numbers(day: date) -> None:
    assert read(str(day.day), str(day.month), f"{day.year}") == day


@given(dates, st.sampled_from(["%d/%m/%Y", "%-d-%-m-%Y", "%d %B %Y", "%-d %b %Y", "%Y-%m-%d"]))
def test_each_date_is_read_when_pasted_whole(day: date, shape: str) -> None:
    assert read(f"{day:{shape}}") == day


@given(dates, st.integers(min_value=3, max_value=9), st.booleans())
def test_months_are_read_by_any_beginning_of_three_letters(
    day: date, length: int, upper: bool
) -> None:
    name = MONTHS[day.month - 1][:length]
    assert read(str(day.day), name.upper() if upper else name, str(day.year)) == day


def date_or_refusal(span: Span, *boxes: str) -> date | str:
    try:
        return read(*boxes, span=span)
    except Unreadable as unreadable:
        return unreadable.why


@given(st.sampled_from([EVENTS, LIVES]), st.lists(st.text(max_size=30), min_size=1, max_size=3))
def test_whatever_is_typed_gives_a_date_or_a_plain_refusal(span: Span, boxes: list[str]) -> None:
    outcome = date_or_refusal(span, *boxes)

    assert isinstance(outcome, date) or outcome.startswith("must ")


@given(st.dates(min_value=EVENTS.first, max_value=EVENTS.last))
def test_a_year_of_two_digits_means_one_near_today(day: date) -> None:
    assert read(str(day.day), str(day.month), f"{day:%y}") == day


TIMES = [
    ("3:04pm", time(15, 4)),
    ("3.04 PM", time(15, 4)),
    ("3pm", time(15)),
    ("3 p.m.", time(15)),
    ("15:04", time(15, 4)),
    ("1504", time(15, 4)),
    ("00:05", time(0, 5)),
    ("12am", time(0)),
    ("12:30pm", time(12, 30)),
    ("12:30", time(12, 30)),
    ("15:04pm", time(15, 4)),
    ("noon", time(12)),
    ("Midnight", time(0)),
]


@pytest.mark.parametrize(("typed", "meant"), TIMES)
def test_a_time_is_read_as_people_type_it(typed: str, meant: time) -> None:
    assert read_time(typed) == meant


@pytest.mark.parametrize("typed", ["3", "3:30", "9.15", "15"])
def test_a_time_that_may_be_morning_or_afternoon_is_asked_about(typed: str) -> None:
    with pytest.raises(Unreadable) as unreadable:
        read_time(typed)
    assert unreadable.value.why == "must say am or pm, like 3:04pm"


@pytest.mark.parametrize(
    "typed", ["25:00", "10:60", "teatime", "13am", "10m", "", "3:4pm", "99999"]
)
def test_what_is_no_time_is_refused(typed: str) -> None:
    with pytest.raises(Unreadable):
        read_time(typed)


def time_or_refusal(typed: str) -> time | str:
    try:
        return read_time(typed)
    except Unreadable as unreadable:
        return unreadable.why


@given(st.text(max_size=12))
def test_whatever_is_typed_gives_a_time_or_a_plain_refusal(typed: str) -> None:
    outcome = time_or_refusal(typed)

    assert isinstance(outcome, time) or outcome.startswith("must ")


def test_the_hour_that_spring_skips_is_refused_and_autumn_s_is_taken() -> None:
    with pytest.raises(Unreadable, match="unreadable"):
        moment_in_london(date(2026, 3, 29), time(1, 30))
    autumn = moment_in_london(date(2026, 10, 25), time(1, 30))
    assert autumn.astimezone(UTC) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


TEXTS = [
    ("e\u0301", "é"),
    ("a\r\nb\rc", "a\nb\nc"),
    ("a\x00b\x07c\x9f", "abc"),
    ("tab\tkept", "tab\tkept"),
    ("\u202egnirts", "gnirts"),
    ("👩‍👧 O’Neill", "👩‍👧 O’Neill"),
]


@pytest.mark.parametrize(("typed", "kept"), TEXTS)
def test_text_is_kept_without_what_nobody_can_see(typed: str, kept: str) -> None:
    assert clean_text(typed) == kept


def test_a_single_line_stays_one_line() -> None:
    assert clean_text("a\r\nb\tc", one_line=True) == "a b c"


@given(st.text())
def test_cleaning_text_twice_changes_nothing_more(typed: str) -> None:
    assert clean_text(clean_text(typed)) == clean_text(typed)
