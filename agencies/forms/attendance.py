"""What is asked about when nobody is at a desk."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID

from agencies.models import Desk, Membership, Period, Terms
from agencies.models.attendance import LONGEST
from agencies.services import Cover, PeriodEntry
from kernel import forms


class DaysForm(forms.Form):
    """From a day to a day, both included."""

    from_on = forms.Date("First day", ask="Enter the first day")
    until_on = forms.Date("Last day", ask="Enter the last day")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        first, last = cleaned.get("from_on"), cleaned.get("until_on")
        if first and last and last < first:
            self.add_error("until_on", "The last day must not be before the first")
        if first and last and last - first > timedelta(days=LONGEST):
            self.add_error("until_on", "Enter a year at most. Enter the rest when it has begun")
        return cleaned


class PeriodForm(DaysForm):
    """Days on which a desk is closed, or a school term."""

    kind = forms.Radios(
        "What are these days?",
        choices=[
            forms.Choice(Period.Kind.CLOSED, "Closed", hint="A training day, a move, a funeral"),
            forms.Choice(
                Period.Kind.TERM,
                "School term",
                hint="Counts only for a desk that keeps terms of its own",
            ),
        ],
        coerce=Period.Kind,
        ask="Select what these days are",
    )
    what = forms.Text(
        "What to call them",
        ask="Enter what to call these days",
        hint="For example, Training day, or Autumn term, first half. Everybody in the partnership "
        "sees it, so name nobody",
        max_length=80,
    )
    field_order = ("kind", "what", "from_on", "until_on")

    def entry(self) -> PeriodEntry:
        return PeriodEntry(**self.cleaned_data)


class CountyTermForm(PeriodForm):
    """A term of the county's."""

    kind = None  # type: ignore[assignment]  # a county has terms alone

    def entry(self) -> PeriodEntry:
        return PeriodEntry(kind=Period.Kind.TERM, **self.cleaned_data)


class CoverForm(forms.Form):
    """When in the year a desk is attended, and who takes over where nobody is."""

    always = forms.YesNo(
        "Is somebody there day and night, every day of the year?",
        hint="For an emergency duty team. Its usual hours are then for information",
        ask="Select yes if somebody is always there",
    )
    terms = forms.Radios(
        "When in the year is somebody there?",
        choices=Terms.choices,
        coerce=Terms,
        hint="Time does not run outside term. What is most urgent runs by the clock on the wall",
        ask="Select when somebody is there",
    )
    fallback_id = forms.Select(
        "Which desk takes over where nobody is?",
        coerce=UUID,
        empty="None",
        empty_value=None,
        required=False,
        classes="govuk-!-width-full",
        hint="It may be another agency’s, such as the emergency duty team. Agree it with them first",
    )

    def __init__(self, *args: Any, desks: Iterable[Desk], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["fallback_id"].choices = [  # type: ignore[attr-defined]
            (one.pk, f"{one.agency.name}, {one.name}") for one in desks
        ]
        self.fields["fallback_id"].error_messages["invalid_choice"] = (
            "That desk takes no requests, or it falls back on this one. Choose another desk"
        )

    def cover(self) -> Cover:
        return Cover(**self.cleaned_data)


class AwayForm(DaysForm):
    """From when to when a member is away, and who stands in."""

    stand_in_id = forms.Select(
        "Who stands in?",
        coerce=UUID,
        empty="Everybody else at the desk",
        empty_value=None,
        required=False,
        hint="Reminders go to them and to the desk. Nobody is given access by this",
    )

    def __init__(self, *args: Any, colleagues: Iterable[Membership], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["stand_in_id"].choices = [  # type: ignore[attr-defined]
            (one.pk, one.user.full_name) for one in colleagues
        ]
