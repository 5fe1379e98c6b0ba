"""What the pages ask: of whoever reports, and of those who answer for the agencies concerned."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, ClassVar
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils import timezone

from agencies.models import Agency
from incidents.services import Assessment, DecisionInput
from incidents.states import Category, Kind, PeopleTold, Risk, Status
from kernel import forms
from kernel.decisions import Decision

NO_NAMES = "Do not name the people it is about: say “a child”, “the mother”, or give a reference"


class IncidentsFilter(forms.Form):
    """The part of the list that somebody wants to see."""

    says_optional: ClassVar[bool] = False

    show = forms.Select(
        "Show",
        required=False,
        empty="All",
        choices=[
            ("running", "Those whose clock runs"),
            ("overdue", "Overdue"),
            ("mine", "Those that I reported"),
            ("closed", "Closed"),
        ],
    )


class ReportForm(forms.Form):
    """Something went wrong. Nothing but what it was and the words is owed: the rest can follow."""

    key = forms.Submission()
    kind = forms.Radios(
        "What went wrong?",
        ask="Select what went wrong",
        choices=[(one.value, one.label) for one in Kind],
        coerce=Kind,
    )
    account = forms.TextArea(
        "What happened, and what has been done so far?", ask="Enter what happened", hint=NO_NAMES
    )
    aware_at = forms.Moment(
        "When did you notice it?",
        ask="Enter when you noticed it",
        called="When you noticed it",
        hint="The time to tell the regulator counts from then. For example, today at 3:04pm",
        past=True,
        initial=timezone.now,
    )
    happened_at = forms.Moment(
        "When did it happen?", called="When it happened", past=True, required=False
    )
    others = forms.Checkboxes(
        "Which other agencies does it concern?",
        hint="Whose information it was, or who has it now. Their data protection officers and "
        "leads are told at once",
        required=False,
        coerce=UUID,
    )

    def __init__(self, *args: Any, agencies: Collection[Agency], **options: Any) -> None:
        super().__init__(*args, **options)
        choices = [forms.Choice(one.pk, one.short_name) for one in agencies]
        self.fields["others"].choices = choices  # type: ignore[attr-defined]


class AssessForm(forms.Form):
    """The regulator's questions, without the names that it asks to leave out."""

    risk = forms.Radios(
        "Is anybody’s safety, dignity or livelihood at risk because of it?",
        ask="Select whether people are at risk",
        choices=[(one.value, one.label) for one in Risk],
        coerce=Risk,
    )
    categories = forms.Checkboxes(
        "What kind of information was it?",
        ask="Select what kind of information it was",
        choices=[forms.Choice(one.value, one.label) for one in Category],
        coerce=Category,
    )
    people_about = forms.Text(
        "About how many people?", inputmode="numeric", width="5", max_length=9, required=False
    )
    records_about = forms.Text(
        "About how many records?", inputmode="numeric", width="5", max_length=9, required=False
    )
    containment = forms.TextArea(
        "What has been done to contain it and limit harm?",
        ask="Enter what has been done",
        hint=NO_NAMES,
    )
    consequences = forms.TextArea("What may it mean for people?", required=False, hint=NO_NAMES)

    def clean_people_about(self) -> int | None:
        return self._number("people_about")

    def clean_records_about(self) -> int | None:
        return self._number("records_about")

    def _number(self, name: str) -> int | None:
        typed = self.cleaned_data[name].replace(",", "").replace(" ", "")
        if not typed:
            return None
        if not (typed.isascii() and typed.isdecimal()):
            raise ValidationError("Enter a whole number, like 12", code="invalid")
        return int(typed)

    def assessment(self) -> Assessment:
        """What a valid form comes to."""
        return Assessment(**self.cleaned_data)


class DecideForm(forms.ConditionalForm):
    """Whether the regulator is told, with the reasons either way."""

    decision = forms.Radios(
        "Has it been reported to the regulator?",
        ask="Select whether it has been reported",
        choices=[
            forms.Choice(
                Status.REPORTED, "Yes", reveals=("decided_at", "regulator_reference")
            ),
            forms.Choice(Status.NOT_REPORTED, "No: a risk to people is unlikely"),
        ],
    )  # fmt: skip
    decided_at = forms.Moment(
        "When was it reported?",
        ask="Enter when it was reported",
        called="When it was reported",
        past=True,
    )
    regulator_reference = forms.Text(
        "The regulator’s reference", max_length=40, width="20", required=False
    )
    reasons = forms.TextArea(
        "The reasons for this decision", ask="Enter the reasons", hint=NO_NAMES
    )
    people_told = forms.Radios(
        "Have the people concerned been told?",
        ask="Select whether the people concerned have been told",
        hint="Where a high risk is likely they must be told without delay, unless that would put "
        "somebody in danger",
        choices=[(one.value, one.label) for one in PeopleTold],
        coerce=PeopleTold,
    )

    def __init__(self, *args: Any, unreported: Decision, **options: Any) -> None:
        super().__init__(*args, **options)
        self._unreported = unreported

    def clean_decision(self) -> str:
        """What the policy says of not reporting is said here, so that the reasons typed are kept."""
        chosen: str = self.cleaned_data["decision"]
        if chosen == Status.NOT_REPORTED and not self._unreported:
            raise ValidationError(self._unreported.reason, code=self._unreported.code)
        return chosen

    def decision_made(self) -> DecisionInput:
        """What a valid form comes to."""
        values = dict(self.cleaned_data)
        return DecisionInput(is_reported=values.pop("decision") == Status.REPORTED, **values)


class WordsForm(forms.Form):
    """One answer in words: a note, or the lessons."""

    text = forms.TextArea("What do you want to add?", ask="Enter what you want to add", hint=NO_NAMES)  # fmt: skip


class LessonsForm(forms.Form):
    """What an incident taught, before it is closed."""

    lessons = forms.TextArea(
        "What was learnt, and what will change?", ask="Enter what was learnt", hint=NO_NAMES
    )
