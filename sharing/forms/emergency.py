"""Opening a case in an emergency, reviewing that, and looking through openings."""

from __future__ import annotations

from typing import ClassVar

from django.core.exceptions import ValidationError

from kernel import forms
from kernel.ids import tidy_reference
from kernel.presenting import time_of_day
from sharing.services.emergency import EmergencyInput, Tried
from sharing.states.emergency import EmergencyOutcome, EmergencyWhy

# The same whether nobody has it, another agency has it, or one is kept from it
_NOT_FOUND = (
    "No record with this reference was sent by or to your agency. Check it with whoever gave it to "
    "you. If a child may be in danger, do not wait: ring the agency that it is from, or call 999"
)


class EmergencyForm(forms.Form):
    """Which record must be read now, and why it cannot wait."""

    says_optional: ClassVar[bool] = False

    reference = forms.Text(
        "Reference of the request or share",
        ask="Enter the reference",
        width="10",
        max_length=40,
        spellcheck=False,
        autocomplete="off",
        hint="Like ISP-7Q3K-92M: from the e-mail to your desk’s mailbox, or from whoever rang",
    )
    why = forms.Radios(
        "Why can it not wait?", ask="Select why it cannot wait", choices=EmergencyWhy.choices
    )
    words = forms.TextArea(
        "What is happening?",
        ask="Enter what is happening",
        hint="A line is enough. Say whom you tried to reach. Your lead reads this; it is sealed",
        max_length=2_000,
        rows=3,
    )
    submission = forms.Submission()

    def clean_reference(self) -> str:
        reference = tidy_reference(self.cleaned_data["reference"])
        if reference is None:
            raise ValidationError("Enter a reference like ISP-7Q3K-92M: this one has a slip in it")
        return reference

    def wanted(self) -> EmergencyInput:
        """What was asked for, of a valid form."""
        cleaned = self.cleaned_data
        return EmergencyInput(
            submission=cleaned["submission"],
            reference=cleaned["reference"],
            why=EmergencyWhy(cleaned["why"]),
            words=cleaned["words"],
        )

    def say(self, tried: Tried) -> None:
        """Why nothing was opened, and what to do now."""
        if tried.wait_until:
            said = (
                "You have tried as many references as one may in an hour. You can try again at "
                f"{time_of_day(tried.wait_until)}. Ring your lead, or the agency that it is from"
            )
        elif tried.reads_already:
            said = "You can read all that your agency holds of this already: look on your home page"
        else:
            said = _NOT_FOUND
        self.add_error("reference", said)


class ReviewForm(forms.Form):
    """What a lead found of an opening."""

    says_optional: ClassVar[bool] = False

    outcome = forms.Radios(
        "Was it justified?", ask="Select whether it was justified", choices=EmergencyOutcome.choices
    )
    words = forms.TextArea(
        "Why, and what follows from it",
        ask="Enter why, and what follows from it",
        hint="Do not name the child. Whoever opened it reads this too",
        max_length=4_000,
        rows=5,
    )


class OpeningsFilter(forms.Form):
    """By how far the review is."""

    says_optional: ClassVar[bool] = False

    show = forms.Select(
        "Show",
        required=False,
        empty="All",
        choices=[
            ("waiting", "Waiting for review"),
            ("overdue", "Review overdue"),
            ("reviewed", "Reviewed"),
            ("mine", "Opened by me"),
        ],
    )
