"""Finding a request again."""

from __future__ import annotations

from typing import ClassVar

from django.core.exceptions import ValidationError

from kernel import forms
from kernel.ids import tidy_reference


class RequestsFilter(forms.Form):
    """How far they are, who sent them, or the one with a reference."""

    says_optional: ClassVar[bool] = False

    status = forms.Select(
        "Progress",
        choices=[
            ("WAITING", "Waiting for an answer"),
            ("OVERDUE", "Overdue"),
            ("ANSWERED", "Answered by everybody"),
        ],
        empty="Any",
        required=False,
    )
    whose = forms.Select(
        "Sent by",
        choices=[("MINE", "Me"), ("DESK", "Colleagues")],
        empty="Anybody",
        required=False,
    )
    reference = forms.Text(
        "Reference", required=False, width="10", max_length=40, spellcheck=False, autocomplete="off"
    )

    def clean_reference(self) -> str:
        typed: str = self.cleaned_data["reference"]
        found = tidy_reference(typed) if typed else ""
        if found is None:
            raise ValidationError("Enter a reference like ISP-7Q3K-92M: this one has a slip in it")
        return found
