"""What keeping the directory asks."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError

from agencies import queries
from agencies.models import WEEKDAYS, Agency, Desk
from agencies.sectors import Duty, Kind, Sector
from agencies.services import AgencyEntry, DeskEntry
from kernel import forms


class DirectoryFilter(forms.Form):
    """Narrows the directory down."""

    says_optional = False

    search = forms.Text("Name or area", required=False)
    sector = forms.Select(
        "Sector",
        choices=Sector.choices,
        empty="Any sector",
        required=False,
        classes="govuk-!-width-full",
    )


class AgencyForm(forms.Form):
    """An agency's entry in the directory."""

    name = forms.Text("Name", ask="Enter the agency's name", max_length=120)
    short_name = forms.Text(
        "Short name",
        ask="Enter a short name",
        hint="What people call it, for lists and tables",
        max_length=40,
        width="20",
    )
    sector = forms.Select("Sector", choices=Sector.choices, ask="Select the sector")
    kind = forms.Radios(
        "What is it in law?",
        choices=Kind.choices,
        hint="This decides which lawful bases its people are shown",
        ask="Select what the agency is in law",
    )
    duty = forms.Radios(
        "Where does it stand under the duty to share?",
        choices=[forms.Choice(d.value, d.label) for d in Duty],
        hint="Children Act 2004, section 16LA",
        ask="Select where the agency stands under the duty to share",
    )
    area = forms.Text("Area it serves", required=False, max_length=120)

    def __init__(self, *args: Any, agency: Agency | None = None, **options: Any) -> None:
        self.agency = agency
        super().__init__(*args, **options)

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if queries.name_is_taken(name, but=self.agency):
            raise ValidationError("Another agency has this name. Enter a different one")
        return name

    def clean_short_name(self) -> str:
        short_name: str = self.cleaned_data["short_name"]
        if queries.short_name_is_taken(short_name, but=self.agency):
            raise ValidationError("Another agency has this short name. Enter a different one")
        return short_name

    def entry(self) -> AgencyEntry:
        return AgencyEntry(**self.cleaned_data)


class AgencyEditForm(AgencyForm):
    """The same, and when it leaves."""

    ended_on = forms.Date(
        "First day on which it no longer takes part",
        required=False,
        hint="Leave empty while it takes part. From this day its people can no longer act for it",
    )


class DeskForm(forms.Form):
    """A desk's entry in the directory."""

    name = forms.Text("Name of the desk", ask="Enter the desk's name", max_length=80)
    mailbox = forms.Email(
        "Role mailbox",
        required=False,
        autocomplete="off",
        hint="Notices go here as well as to the desk's people. They carry a reference and a link only",
    )
    phone = forms.Text("Telephone", required=False, max_length=40, width="20", inputmode="tel")
    days = forms.Checkboxes(
        "Days on which somebody is there",
        choices=list(enumerate(WEEKDAYS)),
        coerce=int,
        ask="Select at least one day",
    )
    opens = forms.Time("Opens at", ask="Enter when the desk opens", hint="For example, 9am")
    closes = forms.Time("Closes at", ask="Enter when the desk closes", hint="For example, 5:30pm")
    out_of_hours = forms.Text(
        "Out of hours",
        required=False,
        max_length=200,
        hint="Whom to ring at night, at weekends and on bank holidays",
    )
    is_open = forms.YesNo(
        "Does this desk take requests?",
        hint="A desk that takes none cannot be chosen by senders. What it has already stays with it",
        ask="Select yes if this desk takes requests",
    )

    def __init__(
        self, *args: Any, agency: Agency, desk: Desk | None = None, **options: Any
    ) -> None:
        self.agency, self.desk = agency, desk
        super().__init__(*args, **options)

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if queries.desk_name_is_taken(self.agency, name, but=self.desk):
            raise ValidationError("This agency has a desk of that name. Enter a different one")
        return name

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        opens, closes = cleaned.get("opens"), cleaned.get("closes")
        if opens and closes and opens >= closes:
            self.add_error("closes", "Closing time must be later than opening time")
        return cleaned

    def entry(self) -> DeskEntry:
        return DeskEntry(**self.cleaned_data)
