"""Date and time boxes keep what was typed, and their errors lead to the box to mend."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from kernel import forms
from kernel.clocks import LONDON


class Birth(forms.Form):
    born = forms.DateOfBirth(ask="Enter the date of birth")


def birth(**typed: Any) -> Birth:
    return Birth({name.replace("_", "-"): value for name, value in typed.items()})


def error(form: forms.Form, name: str) -> str:
    return str(form.errors[name][0])


def test_a_date_error_leads_to_the_box_to_mend() -> None:
    form = birth(born_day="3", born_month="2", born_year="")

    assert form.error_links == [
        forms.ErrorLink("Date of birth must include a year", "#id_born-year")
    ]
    html = str(form["born"])
    assert re.search(r'govuk-input--error"\s+id="id_born-year"', html)
    assert not re.search(r'govuk-input--error"\s+id="id_born-day"', html)


def test_a_date_comes_back_box_by_box_as_typed() -> None:
    html = str(birth(born_day=" 31st", born_month="Smarch", born_year="’19")["born"])

    for typed in (" 31st", "Smarch", "’19"):
        assert f'value="{typed}"' in html


def test_a_date_of_birth_is_never_in_the_future() -> None:
    tomorrow = timezone.localdate() + timedelta(days=1)
    form = birth(born=tomorrow.isoformat())

    assert error(form, "born") == "Date of birth must be today or in the past"


def test_a_date_of_birth_is_at_most_120_years_ago() -> None:
    assert "120 years" in error(birth(born="1 1 1890"), "born")


class Call(forms.Form):
    at = forms.Moment("When was the call?", ask="Enter when it was", called="Call", past=True)
    due = forms.Date(
        "Review date",
        ask="Enter the review date",
        required=False,
        future=True,
        latest=date(2099, 1, 1),
        earliest=date(2020, 1, 1),
    )
    visit = forms.Time("Visit", ask="Enter the time", required=False)


def test_a_moment_is_a_time_in_london() -> None:
    form = Call({"at-day": "1/7/2026", "at-time": "3:04pm", "visit": "noon"})

    assert form.is_valid(), form.errors
    assert form.cleaned_data["at"] == datetime(2026, 7, 1, 15, 4, tzinfo=LONDON)
    assert form.cleaned_data["at"].utcoffset() == timedelta(hours=1)


@pytest.mark.parametrize(
    ("boxes", "says", "where"),
    [
        ({"at-day": "1/7/2026"}, "Call must include a time", "#id_at-time"),
        ({"at-day": "1/7/2026", "at-time": "3:04"}, "Call must say am or pm", "#id_at-time"),
        ({"at-time": "3pm"}, "Call must include a day and month and year", "#id_at-day"),
        ({"at-day": "1/7/2999", "at-time": "3pm"}, "Call must be now or in the past", "#id_at-day"),
        ({}, "Enter when it was", "#id_at-day"),
    ],
)
def test_a_moment_says_which_box_is_wrong(boxes: dict[str, str], says: str, where: str) -> None:
    link = Call(boxes).error_links[0]

    assert link.text.startswith(says)
    assert link.href == where


def test_the_present_minute_is_not_in_the_future() -> None:
    now = timezone.localtime(timezone=LONDON)
    form = Call({"at-day": f"{now:%d/%m/%Y}", "at-time": f"{now:%H:%M}"})

    assert form.is_valid(), form.errors


def test_a_date_outside_its_bounds_says_which_bound() -> None:
    moment = {"at-day": "1/7/2026", "at-time": "3pm"}

    assert "on or before 1 January 2099" in error(Call(moment | {"due": "1 1 2100"}), "due")
    assert "today or in the future" in error(Call(moment | {"due": "1 1 2021"}), "due")


def test_a_stored_moment_is_shown_as_one_would_type_it() -> None:
    html = str(Call(initial={"at": datetime(2026, 7, 1, 14, 4, tzinfo=LONDON)})["at"])

    for shown in ("1", "7", "2026", "2:04pm"):
        assert f'value="{shown}"' in html
