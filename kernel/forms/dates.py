"""Dates and times in boxes that read what people type."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone

from kernel.clocks import LONDON
from kernel.forms.base import ComponentField, DesignField, Params
from kernel.forms.reading import (
    PARTS,
    Span,
    Typed,
    Unreadable,
    moment_in_london,
    read_date,
    read_time,
)
from kernel.presenting import date_long, time_of_day

_WIDTHS = {"day": "2", "month": "3", "year": "4", "time": "5"}


class Boxes(forms.Widget):
    """Several boxes that make one answer: told_on-day, told_on-month, told_on-year."""

    def __init__(self, parts: tuple[str, ...]) -> None:
        super().__init__()
        self.parts = parts

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> dict[str, str]:
        typed = {part: str(data.get(f"{name}-{part}", "")) for part in self.parts}
        if name in data and not any(typed.values()):
            typed["day"] = str(data[name])  # a whole date under the plain name, as in a link
        return typed

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        return not any(key in data for key in (name, *(f"{name}-{part}" for part in self.parts)))


class Date(DesignField):
    """A date in three boxes. Takes "nov", "21/11/2026" pasted into the first box, "today"."""

    component = "date-input"
    is_group = True
    parts: tuple[str, ...] = PARTS
    now_in_words = "today"

    def __init__(
        self,
        label: str,
        *,
        past: bool = False,
        future: bool = False,
        earliest: date | None = None,
        latest: date | None = None,
        hint: str = "For example, 27 3 2026",
        **options: Any,
    ) -> None:
        super().__init__(label, hint=hint, widget=Boxes(self.parts), **options)
        self.past, self.future = past, future
        self.earliest, self.latest = earliest, latest

    def to_python(self, value: Any) -> Any:
        if isinstance(value, date):
            return value
        if not self._anything(value):
            return None
        try:
            return self.read(value)
        except Unreadable as unreadable:
            raise self.problem(unreadable.why, *unreadable.parts) from None

    def _anything(self, value: Any) -> bool:
        return isinstance(value, Mapping) and any(box.strip() for box in value.values())

    def read(self, boxes: Mapping[str, str]) -> Any:
        """The date in the boxes."""
        return self.read_day(Typed.of(boxes))

    def read_day(self, typed: Typed) -> date:
        """The day in the three boxes."""
        today = timezone.localdate(timezone=LONDON)
        return read_date(typed, today=today, two_digit_years=self.span(today))

    def span(self, today: date) -> Span:
        """What a year of two digits may mean here."""
        return Span.around(today)

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value is None:
            return
        self._validate_side(value)
        day = value.astimezone(LONDON).date() if isinstance(value, datetime) else value
        if self.earliest and day < self.earliest:
            raise self.problem(f"must be on or after {date_long(self.earliest)}", "year")
        if self.latest and day > self.latest:
            raise self.problem(f"must be on or before {date_long(self.latest)}", "year")

    def _validate_side(self, value: Any) -> None:
        now = self.now()
        if self.past and value > now:
            raise self.problem(f"must be {self.now_in_words} or in the past")
        if self.future and value < now:
            raise self.problem(f"must be {self.now_in_words} or in the future")

    def now(self) -> Any:
        """What past and future are measured from."""
        return timezone.localdate(timezone=LONDON)

    def as_typed(self, value: Any) -> dict[str, str]:
        if not isinstance(value, date):
            return {}
        return {
            "day": str(value.day),
            "month": str(value.month),
            "year": f"{value.year:04}",
        }

    def error_id(self, bound: ComponentField) -> str:
        first = (bound.wrong_parts or self.parts)[0]
        return f"{bound.auto_id}-{first}"

    def params(self, bound: ComponentField) -> Params:
        items = [self._item(part, bound) for part in self.parts]
        return super().params(bound) | {"items": items, "namePrefix": bound.html_name}

    def _item(self, part: str, bound: ComponentField) -> Params:
        wrong = bool(bound.error) and part in (bound.wrong_parts or self.parts)
        classes = f"govuk-input--width-{_WIDTHS[part]}"
        return {
            "name": part,
            "value": (bound.typed or {}).get(part, ""),
            "classes": f"{classes} govuk-input--error" if wrong else classes,
            "inputmode": "text" if part == "time" else "numeric",
        }


class DateOfBirth(Date):
    """A date of birth: never in the future, and a year like 15 is asked about."""

    def __init__(self, label: str = "Date of birth", **options: Any) -> None:
        super().__init__(label, past=True, **{"hint": "For example, 27 3 2014"} | options)

    def span(self, today: date) -> Span:
        return Span.of_lives(today)

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value and value < self.span(self.now()).first:
            raise self.problem("must be less than 120 years ago: check the year", "year")


class Moment(Date):
    """A date and a time. Cleans to an aware datetime in London."""

    parts = (*PARTS, "time")
    now_in_words = "now"

    def __init__(
        self,
        label: str,
        *,
        hint: str = "For example, 27 3 2026 at 3:04pm",
        **options: Any,
    ) -> None:
        super().__init__(label, hint=hint, **options)

    def read(self, boxes: Mapping[str, str]) -> datetime:
        day = self.read_day(Typed.of(boxes))
        typed_time = boxes.get("time", "").strip()
        if not typed_time:
            raise Unreadable("must include a time", "time")
        return moment_in_london(day, read_time(typed_time))

    def now(self) -> datetime:
        # Somebody who types the minute on the clock is not in the future.
        return timezone.now() + timedelta(minutes=1) if self.past else timezone.now()

    def as_typed(self, value: Any) -> dict[str, str]:
        if not isinstance(value, datetime):
            return super().as_typed(value)
        local = value.astimezone(LONDON)
        return super().as_typed(local) | {"time": time_of_day(local)}


class Time(DesignField, forms.Field):
    """A time of day as typed: 3:04pm, 15:04, noon."""

    component = "input"

    def __init__(
        self, label: str, *, hint: str = "For example, 3:04pm or 15:04", **options: Any
    ) -> None:
        super().__init__(label, hint=hint, **options)

    def to_python(self, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        try:
            return read_time(value) if value.strip() else None
        except Unreadable as unreadable:
            raise self.problem(unreadable.why) from None

    def as_typed(self, value: Any) -> str:
        return time_of_day(value) if value else ""

    def params(self, bound: ComponentField) -> Params:
        return super().params(bound) | {
            "classes": f"govuk-input--width-5 {self.classes}".strip(),
            "value": bound.typed or "",
        }
