"""Which month of the log is to go."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from kernel import forms


class MonthForm(forms.Form):
    """One of the months that the schedule no longer keeps."""

    month = forms.Select(
        "Which month shall go?", coerce=date.fromisoformat, ask="Select a month from the list"
    )

    def __init__(self, data: Any, *, months: Sequence[date]) -> None:
        super().__init__(data)
        self.has_months = bool(months)
        self.fields["month"].choices = [(one.isoformat(), f"{one:%B %Y}") for one in months]  # type: ignore[attr-defined]
