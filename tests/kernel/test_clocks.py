"""Limits count working time as people live it: weekends, bank holidays and the changing of clocks."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.clocks import LONDON, Days, Limit, WorkingHours, is_bank_holiday, start_of_day

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


TERMS = (
    Days(date(2027, 9, 1), date(2027, 12, 17)),
    Days(date(2028, 1, 4), date(2028, 3, 31)),  # with a leap day
    Days(date(2028, 4, 17), date(2028, 7, 20)),
)
SCHOOL = WorkingHours(time(8), time(16), terms=TERMS)
DUTY = WorkingHours(always=True)
MOVING = WorkingHours(closed=(Days(date(2027, 3, 22), date(2027, 4, 2)),))
DESKS = [OFFICE, SCHOOL, DUTY, MOVING, WorkingHours(time(20), time(23, 30), frozenset({5, 6}))]
moments = st.datetimes(
    datetime(2027, 1, 1),  # noqa: DTZ001 - Hypothesis adds the zone
    datetime(2028, 12, 31),  # noqa: DTZ001
    timezones=st.just(UTC),
)
lengths = st.integers(1, 200 * 60).map(lambda minutes: timedelta(minutes=minutes))


@pytest.mark.parametrize("hours", DESKS)
@given(start=moments, length=lengths)
def test_nothing_is_due_while_nobody_is_there(
    hours: WorkingHours, start: datetime, length: timedelta
) -> None:
    """The very moment of closing is the last one that counts."""
    due = hours.add(start, length)

    assert hours.covers(due - timedelta(microseconds=1))


@pytest.mark.parametrize("hours", DESKS)
@given(start=moments, length=lengths, later=st.integers(0, 100_000))
def test_what_was_sent_later_is_not_due_earlier(
    hours: WorkingHours, start: datetime, length: timedelta, later: int
) -> None:
    assert hours.add(start, length) <= hours.add(start + timedelta(minutes=later), length)


@given(start=moments, hours=st.integers(1, 500))
def test_a_closed_day_more_never_makes_a_limit_shorter(start: datetime, hours: int) -> None:
    limit = Limit(hours, working=True)

    assert limit.due(start, MOVING) >= limit.due(start, OFFICE)


@given(start=moments, length=lengths)
def test_a_desk_attended_day_and_night_runs_on_the_wall_clock(
    start: datetime, length: timedelta
) -> None:
    assert DUTY.add(start, length) == start + length


@given(start=moments)
def test_the_next_opening_is_when_somebody_is_there(start: datetime) -> None:
    opening = SCHOOL.next_opening(start)

    assert SCHOOL.covers(opening)
    assert opening >= start
    assert (opening == start) == SCHOOL.covers(start)


@pytest.mark.parametrize(
    ("start", "hours", "due"),
    [
        ("2027-12-17 15:00", 2, "2028-01-04 09:00"),  # over Christmas
        ("2028-02-28 15:00", 9, "2028-02-29 16:00"),  # on a leap day
        ("2028-07-20 15:00", 2, "2028-07-21 09:00"),  # after the last known term
        ("2027-08-10 10:00", 1, "2027-09-01 09:00"),  # before the first known one
    ],
)
def test_a_schools_desk_counts_its_terms(start: str, hours: int, due: str) -> None:
    assert Limit(hours, working=True).due(london(start), SCHOOL) == london(due)


def test_the_most_urgent_does_not_wait_for_term() -> None:
    start = london("2027-12-24 15:00")

    assert Limit(4, working=False).due(start, SCHOOL) == start + timedelta(hours=4)


@pytest.mark.parametrize("day", [date(2026, 3, 29), date(2026, 10, 25), date(2026, 6, 1)])
def test_a_day_begins_at_midnight_in_london(day: date) -> None:
    begins = start_of_day(day).astimezone(LONDON)

    assert (begins.date(), begins.time()) == (day, time(0))
