"""Copies, where one filed them, CP-IS, and a word back to those who answered."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from kernel import forms
from sharing.models import Answer
from sharing.states import Outcome
from sharing.states.papers import CopyForm, CpisCheck


class TakeCopy(forms.Form):
    """In which form somebody wants their copy."""

    form = forms.Radios(
        "Copy for your own records",
        ask="Select text or PDF",
        choices=[
            forms.Choice(
                CopyForm.TEXT, "Text", hint="To paste into your case system. You get it at once"
            ),
            forms.Choice(
                CopyForm.PDF, "PDF", hint="To attach or print. It takes a few seconds to make"
            ),
        ],
    )
    submission = forms.Submission()


class Note(forms.ConditionalForm):
    """Where it is filed on one's own side, and whether CP-IS was looked at."""

    reference = forms.Text(
        "Filed under our reference",
        hint="The number in your own case system. Only your side sees it",
        required=False,
        max_length=100,
        width="20",
        spellcheck=False,
    )
    cpis = forms.Radios(
        "Was CP-IS checked?",
        hint="The Child Protection – Information Sharing service shows whether a child is looked "
        "after or has a protection plan",
        required=False,
        choices=[
            forms.Choice(CpisCheck.YES, "Yes", reveals=("cpis_on", "cpis_found")),
            forms.Choice(CpisCheck.NO, "No"),
            forms.Choice(CpisCheck.UNAVAILABLE, "It was unavailable", reveals=("unavailable_on",)),
        ],
    )
    cpis_on = forms.Date("When was it checked?", ask="Enter when it was checked", past=True)
    cpis_found = forms.TextArea("What did it show?", required=False, max_length=2_000, rows=3)
    unavailable_on = forms.Date("When was it tried?", ask="Enter when it was tried", past=True)
    submission = forms.Submission()

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors and not cleaned.get("reference") and not cleaned.get("cpis"):
            self.add_error("reference", "Enter your reference, or select whether CP-IS was checked")
        return cleaned


class SendWordBack(forms.Form):
    """One line on what came of it, and to whom."""

    words = forms.TextArea(
        "What came of it?",
        ask="Enter what came of it",
        hint="One or two sentences. Say no more than those desks need to know",
        max_length=1_000,
        rows=3,
        count=True,
    )
    desks = forms.Checkboxes("Who should know?", ask="Select at least one desk")
    submission = forms.Submission()

    def __init__(self, *args: Any, answers: Iterable[Answer], **options: Any) -> None:
        super().__init__(*args, **options)
        field: Any = self.fields["desks"]
        answers = list(answers)
        field.choices = [(str(one.ask_id), _named(one)) for one in answers]
        # Those who gave something are told unless the author decides otherwise; to tell a desk that
        # refused is the author's choice.
        field.initial = [str(one.ask_id) for one in answers if Outcome(one.outcome).shares]


def _named(answer: Answer) -> str:
    return f"{answer.from_agency.short_name}: {Outcome(answer.outcome).label.lower()}"
