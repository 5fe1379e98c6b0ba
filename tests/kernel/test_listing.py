"""A long list is one page of rows, in a stable order, whatever the address says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from django.http import QueryDict

from kernel.listing import COUNTED, Listing, list_page

SORTS = {"due": ("due_at",), "agency": ("agency", "-due_at")}


class Rows:
    """Stands for a query: remembers the order that it was asked for."""

    def __init__(self, length: int) -> None:
        self.numbers = range(length)
        self.ordered_by: tuple[str, ...] = ()

    def order_by(self, *columns: str) -> Rows:
        self.ordered_by = columns or self.ordered_by
        return self

    def __getitem__(self, part: slice) -> Rows:
        return Rows(0)._of(self.numbers[part])

    def __iter__(self) -> Iterator[int]:
        return iter(self.numbers)

    def __len__(self) -> int:
        return len(self.numbers)

    def count(self) -> int:
        return len(self.numbers)

    def _of(self, numbers: range) -> Rows:
        self.numbers = numbers
        return self


def page_of(rows: Rows, query: str = "") -> Listing[str]:
    def present(page: Sequence[Any]) -> list[str]:
        return [f"row {number}" for number in page]

    return list_page(rows, QueryDict(query), sorts=SORTS, default="-due", present=present)  # type: ignore[arg-type]


ORDERS = [
    ("", ("-due_at", "pk")),
    ("sort=due", ("due_at", "pk")),
    ("sort=agency", ("agency", "-due_at", "pk")),
    ("sort=-agency", ("-agency", "due_at", "pk")),
    ("sort=password", ("-due_at", "pk")),
    ("sort=--due", ("-due_at", "pk")),
]


@pytest.mark.parametrize(("query", "columns"), ORDERS)
def test_only_offered_orders_are_taken_and_the_key_comes_last(
    query: str, columns: tuple[str, ...]
) -> None:
    rows = Rows(3)
    page_of(rows, query)

    assert rows.ordered_by == columns


@pytest.mark.parametrize(
    ("query", "page", "first", "last"),
    [
        ("", 1, 1, 25),
        ("page=2", 2, 26, 50),
        ("page=400", 400, 9976, 10_000),
        ("page=401", 400, 9976, 10_000),
        ("page=-1", 40, 976, 1_000),
        ("page=x", 1, 1, 25),
    ],
)
def test_a_page_that_is_not_there_gives_one_that_is(
    query: str, page: int, first: int, last: int
) -> None:
    found = page_of(Rows(10_000), query)

    assert (found.page, found.first, found.last) == (page, first, last)
    assert len(found.rows) == 25
    assert found.rows[0] == f"row {first - 1}"


def test_an_empty_list_is_a_list() -> None:
    found = page_of(Rows(0))

    assert (found.rows, found.total, found.pages, found.first, found.last) == ((), 0, 1, 0, 0)


def test_a_very_long_list_is_counted_to_a_limit_and_past_the_page_asked_for() -> None:
    first, far = page_of(Rows(10_000)), page_of(Rows(10_000), "page=300")

    assert (first.total, first.is_cut_off) == (COUNTED, True)
    assert (far.total, far.page, far.is_cut_off) == (301 * 25, 300, True)
    assert page_of(Rows(COUNTED)).is_cut_off is False


def listing(page: int, pages: int, **more: object) -> Listing[str]:
    return Listing((), total=0, page=page, pages=pages, first=0, last=0, **more)  # type: ignore[arg-type]


def test_page_links_leave_out_what_is_far_away() -> None:
    assert list(listing(7, 400).page_numbers()) == [1, None, 6, 7, 8, None, 400]
    assert list(listing(1, 3).page_numbers()) == [1, 2, 3]
    assert list(listing(1, 1).page_numbers()) == [1]


def test_links_keep_the_filter_and_sorting_starts_at_the_first_page() -> None:
    found = listing(2, 3, query="status=NEW&status=LATE&page=2&desk=", sort="due")

    assert found.page_link(3) == "?status=NEW&status=LATE&page=3"
    assert found.sort_link("due") == "?status=NEW&status=LATE&sort=-due"
    assert found.sort_link("agency") == "?status=NEW&status=LATE&sort=agency"
