"""Dates, limits and lists are told in plain words."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest

from kernel import presenting

SUMMER = datetime(2026, 7, 1, 14, 4, tzinfo=UTC)
NOW = datetime(2026, 11, 21, 15, 4, tzinfo=UTC)


def test_moments_are_told_in_london_time() -> None:
    assert presenting.moment(SUMMER) == "1 July 2026 at 3:04pm"
    assert presenting.date_long(datetime(2026, 6, 30, 23, 30, tzinfo=UTC)) == "1 July 2026"
    assert presenting.date_short(date(2026, 11, 21)) == "21 Nov 2026"


@pytest.mark.parametrize(
    ("at", "told"),
    [(time(0), "midnight"), (time(12), "midday"), (time(9), "9am"), (time(0, 5), "12:05am")],
)
def test_times_are_told_as_people_say_them(at: time, told: str) -> None:
    assert presenting.time_of_day(at) == told


def test_what_is_not_known_is_left_blank() -> None:
    assert presenting.date_long(None) == presenting.date_short(None) == ""
    assert (
        presenting.moment(None) == presenting.time_of_day(None) == presenting.nhs_number("") == ""
    )


@pytest.mark.parametrize(
    ("left", "kind", "told"),
    [
        (timedelta(hours=3, minutes=59), "due_soon", "Nearly due, in 3 hours"),
        (timedelta(minutes=1), "due_soon", "Nearly due, in 1 minute"),
        (timedelta(seconds=5), "due_soon", "Nearly due, in less than a minute"),
        (timedelta(hours=30), "due", "Due in 30 hours"),
        (timedelta(days=2), "due", "Due in 2 days"),
        (timedelta(hours=-1), "overdue", "Overdue by 1 hour"),
        (timedelta(days=-2, hours=-3), "overdue", "Overdue by 2 days"),
    ],
)
def test_a_limit_is_told_in_words_and_not_by_colour_alone(
    left: timedelta, kind: str, told: str
) -> None:
    at = NOW + left
    due = presenting.due(at, NOW, at - timedelta(hours=4))

    assert (due.kind, due.text) == (kind, told)


def test_counts_agree_with_their_noun() -> None:
    assert presenting.plural(1, "request") == "1 request"
    assert presenting.plural(10_000, "person", "people") == "10,000 people"
    assert presenting.plural(0, "share") == "0 shares"
