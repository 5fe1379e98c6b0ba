"""Limits count working time as people live it: weekends, bank holidays and the changing of clocks."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.clocks import LONDON, Limit, WorkingHours, is_bank_holiday

OFFICE = WorkingHours()
EVERY_DAY = WorkingHours(time(0), time(23, 59, 59, 999999), frozenset(range(7)))


def london(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LONDON)


# start, hours of working time, when they have passed
PASSING = {
    "within one day": ("2026-11-16 10:00", 3, "2026-11-16 13:00"),
    "to the minute of closing": ("2026-11-16 09:00", 8, "2026-11-16 17:00"),
    "over night": ("2026-11-16 16:00", 2, "2026-11-17 10:00"),
    "over a weekend": ("2026-11-20 16:00", 2, "2026-11-23 10:00"),
    "begun on a Saturday": ("2026-11-21 11:30", 1, "2026-11-23 10:00"),
    "begun before opening": ("2026-11-16 06:15", 1, "2026-11-16 10:00"),
    "begun at opening": ("2026-11-16 09:00", 1, "2026-11-16 10:00"),
    "begun at closing": ("2026-11-16 17:00", 1, "2026-11-17 10:00"),
    "begun after closing": ("2026-11-16 22:59", 1, "2026-11-17 10:00"),
    "over a bank holiday": ("2026-05-01 16:30", 1, "2026-05-05 09:30"),
    "over Christmas with its substitute day": ("2026-12-24 16:00", 2, "2026-12-29 10:00"),
    "over Christmas on a weekend": ("2027-12-24 16:00", 2, "2027-12-29 10:00"),
    "over Good Friday and Easter Monday": ("2026-04-02 16:00", 2, "2026-04-07 10:00"),
    "over New Year": ("2026-12-31 16:00", 2, "2027-01-04 10:00"),
    "over the weekend in which summer time begins": ("2026-03-27 16:00", 2, "2026-03-30 10:00"),
    "over the weekend in which summer time ends": ("2026-10-23 16:00", 2, "2026-10-26 10:00"),
    "forty hours are a week": ("2026-11-16 09:00", 40, "2026-11-20 17:00"),
    "nothing to count ends at the next opening": ("2026-11-21 12:00", 0, "2026-11-23 09:00"),
}


@pytest.mark.parametrize(("start", "hours", "due"), PASSING.values(), ids=PASSING.keys())
def test_working_time_passes(start: str, hours: int, due: str) -> None:
    limit = Limit(hours=hours, working=True)

    assert limit.due(london(start), OFFICE) == london(due)


@pytest.mark.parametrize("zone", [UTC, LONDON])
def test_the_zone_of_the_start_makes_no_difference(zone: object) -> None:
    start = london("2026-07-10 16:00").astimezone(zone)  # type: ignore[arg-type]

    assert OFFICE.add(start, timedelta(hours=2)) == london("2026-07-13 10:00")


# A desk that is always attended counts real hours, on the nights of 23 and 25 hours too.
NIGHTS = ["2026-03-28 22:00", "2026-03-29 00:30", "2026-10-24 22:00", "2026-10-25 00:30"]


@pytest.mark.parametrize("start", NIGHTS)
def test_hours_are_real_hours_on_the_night_the_clocks_change(start: str) -> None:
    begun = london(start)
    passed = EVERY_DAY.add(begun, timedelta(hours=6)).astimezone(UTC) - begun.astimezone(UTC)

    assert timedelta(hours=6) <= passed < timedelta(hours=6, seconds=1)


@pytest.mark.parametrize("start", NIGHTS)
def test_the_most_urgent_band_runs_on_the_wall_clock(start: str) -> None:
    begun = london(start)
    due = Limit(hours=6, working=False).due(begun, OFFICE)

    assert due.astimezone(UTC) - begun.astimezone(UTC) == timedelta(hours=6)


def test_a_desk_may_work_other_days_and_hours() -> None:
    weekend = WorkingHours(time(8), time(20), frozenset({5, 6}))

    assert weekend.add(london("2026-11-20 12:00"), timedelta(hours=13)) == london(
        "2026-11-22 09:00"
    )


@pytest.mark.parametrize(
    ("moment", "attended"),
    [
        ("2026-11-16 09:00", True),
        ("2026-11-16 16:59", True),
        ("2026-11-16 17:00", False),
        ("2026-11-16 08:59", False),
        ("2026-11-21 12:00", False),
        ("2026-12-25 12:00", False),
    ],
)
def test_a_desk_is_attended_in_its_hours_only(moment: str, *, attended: bool) -> None:
    assert OFFICE.covers(london(moment).astimezone(UTC)) is attended


@pytest.mark.parametrize(
    "hours",
    [
        {"days": frozenset()},
        {"opens": time(17), "closes": time(9)},
        {"opens": time(9), "closes": time(9)},
    ],
)
def test_hours_that_never_pass_are_refused(hours: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="working hours"):
        WorkingHours(**hours)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("day", "holiday"),
    [
        (date(2026, 12, 25), True),
        (date(2026, 12, 28), True),  # for Boxing Day, a Saturday
        (date(2026, 11, 30), False),  # St Andrew's Day is Scotland's
        (date(2026, 7, 13), False),  # the twelfth is Northern Ireland's
        (date(2026, 8, 31), True),
    ],
)
def test_bank_holidays_are_those_of_england(day: date, *, holiday: bool) -> None:
    assert is_bank_holiday(day) is holiday


@given(
    st.integers(0, 2 * 365 * 24 * 60),
    st.integers(1, 60),
    st.integers(0, 60),
)
def test_counting_in_two_steps_comes_to_the_same(minutes: int, first: int, second: int) -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    one, two = timedelta(hours=first), timedelta(hours=second)
    direct = OFFICE.add(start, one + two)
    stepped = OFFICE.add(OFFICE.add(start, one), two) if two else OFFICE.add(start, one)

    assert direct == stepped
    assert direct >= start
