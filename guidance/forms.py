"""Asking the designated lead, answering, and looking through questions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar
from uuid import UUID

from django.core.exceptions import ValidationError

from agencies.models import Membership
from guidance.services import Question
from guidance.states import AdviceStatus, Query
from kernel import forms
from kernel.ids import tidy_reference

MINE = "mine"


class AskLeadForm(forms.Form):
    """What somebody is unsure about, and whom they ask. The record beside which it is asked is known."""

    query = forms.Radios(
        "What is your question about?", ask="Select what it is about", choices=Query.choices
    )
    question = forms.TextArea(
        "Your question",
        ask="Enter your question",
        hint="Do not name the child or anybody of the family: say “a child of 8”, “the mother’s "
        "partner”. Say what you would share, with what kind of agency, and what holds you back.",
        rows=8,
    )
    reference = forms.Text(
        "Reference of the request or share",
        required=False,
        width="10",
        max_length=40,
        spellcheck=False,
        autocomplete="off",
        hint="Like ISP-7Q3K-92M, if there is one. The advice is then shown with your decision",
    )
    leads = forms.Checkboxes(
        "Which leads do you ask?",
        ask="Select at least one lead",
        hint="Untick a lead whom the question is about: they will not learn that you asked.",
    )
    submission = forms.Submission()

    def __init__(
        self, *args: Any, leads: Sequence[Membership], reference: str | None, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.everybody = [one.pk for one in leads]
        if len(leads) > 1:
            choices = [(str(one.pk), one.user.full_name) for one in leads]
            self.fields["leads"].choices = choices  # type: ignore[attr-defined]
            self.fields["leads"].initial = [value for value, _ in choices]
        else:
            del self.fields["leads"]
        if reference is not None:
            del self.fields["reference"]

    def clean_reference(self) -> str:
        typed: str = self.cleaned_data["reference"]
        reference = tidy_reference(typed) if typed else ""
        if reference is None:
            raise ValidationError("Enter a reference like ISP-7Q3K-92M: this one has a slip in it")
        return reference

    def wanted(self) -> Question:
        """The question, of a valid form."""
        cleaned = self.cleaned_data
        asked = {UUID(one) for one in cleaned.get("leads", map(str, self.everybody))}
        return Question(
            submission=cleaned["submission"],
            query=Query(cleaned["query"]),
            words=cleaned["question"],
            reference=cleaned.get("reference", ""),
            left_out=[one for one in self.everybody if one not in asked],
        )


class AdviceForm(forms.Form):
    """What a lead advises."""

    words = forms.TextArea(
        "Your advice",
        ask="Enter your advice",
        hint="Whoever asked decides. Say what you would weigh, and do not ask who the child is.",
        rows=8,
    )


class AdviceFilter(forms.Form):
    """By what waits, and by who asked."""

    says_optional: ClassVar[bool] = False

    status = forms.Select("Status", required=False, empty="Any", choices=AdviceStatus.choices)
    whose = forms.Select(
        "Asked by", required=False, empty="Anybody", choices=[(MINE, "Me"), ("others", "Others")]
    )

    def __init__(self, *args: Any, is_lead: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        if not is_lead:
            del self.fields["whose"]
