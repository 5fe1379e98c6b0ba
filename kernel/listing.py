"""Long lists on the server: one page of rows, sorted, with the links to the other pages."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.core.paginator import Paginator
from django.db.models import Model, QuerySet
from django.http import QueryDict

Row = TypeVar("Row", bound=Model)
Shown = TypeVar("Shown")
PER_PAGE = 25
# Beyond this a list says "more than": nobody needs the number, and it would cost more each year
COUNTED = 1_000


@dataclass(frozen=True, slots=True)
class Listing(Generic[Shown]):
    """One page of a list, and how to get to the others without losing filter or order."""

    rows: tuple[Shown, ...]
    total: int
    page: int
    pages: int
    first: int
    last: int
    sort: str = ""
    descending: bool = False
    query: str = ""
    # There are more than `total`
    is_cut_off: bool = False

    def page_link(self, page: int) -> str:
        """The same list, another page."""
        return self._link(page=str(page))

    def sort_link(self, key: str) -> str:
        """The same list in that order; the other way round if it is in that order already."""
        reverse = key == self.sort and not self.descending
        return self._link(sort=f"-{key}" if reverse else key, page="")

    def page_numbers(self) -> Iterator[int | None]:
        """First, last, and those about the current one; None where some are left out."""
        last_shown = 0
        for number in range(1, self.pages + 1):
            if number in (1, self.pages) or abs(number - self.page) <= 1:
                if number - last_shown > 1:
                    yield None
                yield number
                last_shown = number

    def _link(self, **changes: str) -> str:
        query = QueryDict(self.query, mutable=True)
        for name, value in changes.items():
            query[name] = value
        for name in [name for name, values in query.lists() if not any(values)]:
            del query[name]
        return f"?{query.urlencode()}"


def list_page(
    rows: QuerySet[Row],
    params: QueryDict,
    *,
    sorts: Mapping[str, Sequence[str]],
    default: str,
    present: Callable[[Sequence[Row]], Iterable[Shown]],
    per_page: int = PER_PAGE,
) -> Listing[Shown]:
    """The page that the query string asks for; nonsense in it gives the first page.

    `sorts` names the clear columns of each order; a leading "-" turns `default` or a choice round.
    `present` gets the whole page at once, so that a page of sealed values costs one opening.
    """
    chosen = params.get("sort", default)
    key, descending = chosen.removeprefix("-"), chosen.startswith("-")
    if key not in sorts:
        key, descending = default.removeprefix("-"), default.startswith("-")
    columns = [_turned(column) if descending else column for column in sorts[key]]
    # The key comes last, so that no row is on two pages or on none.
    pages = _Pages(rows.order_by(*columns, "pk"), per_page, params.get("page", ""))
    page = pages.get_page(params.get("page"))
    return Listing(
        rows=tuple(present(list(page.object_list))),
        total=pages.count,
        page=page.number,
        pages=pages.num_pages,
        first=page.start_index(),
        last=page.end_index(),
        sort=key,
        descending=descending,
        query=params.urlencode(),
        is_cut_off=pages.is_cut_off,
    )


class _Pages(Paginator):  # type: ignore[type-arg]  # it takes no parameter when it runs
    """Counts to a limit, and past the page that is asked for: every page can be walked to."""

    def __init__(self, rows: QuerySet[Row], per_page: int, wanted: str) -> None:
        super().__init__(rows, per_page)
        # Six digits are more pages than any list has
        beyond = int(wanted) + 1 if wanted.isdecimal() and len(wanted) <= 6 else 0
        self._limit = max(COUNTED, beyond * per_page)
        self._found = rows.order_by()[: self._limit + 1].count()

    @property
    def count(self) -> int:
        return min(self._found, self._limit)

    @property
    def is_cut_off(self) -> bool:
        return self._found > self._limit


def _turned(column: str) -> str:
    return column.removeprefix("-") if column.startswith("-") else f"-{column}"
