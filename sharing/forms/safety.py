"""What to beware of: how somebody must not be reached, who must not learn, and dangers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kernel import forms
from people.around import Concern, Indicators, Restricted, Safety

UNSAFE_HINT = (
    "For example: leave no messages on this number; do not write to this address; "
    "somebody else reads the e-mail; ring in school hours only"
)


def concerns_field() -> forms.Checkboxes:
    return forms.Checkboxes(
        "What should those who act beware of?",
        choices=Concern.choices,
        coerce=Concern,
        required=False,
        hint="Read by those cleared for sensitive information",
    )


def concern_words_field() -> forms.TextArea:
    return forms.TextArea(
        "What they should know about it", required=False, rows=3, max_length=2_000
    )


def restricted_field() -> forms.Checkboxes:
    return forms.Checkboxes(
        "Restricted indicators",
        choices=Restricted.choices,
        coerce=Restricted,
        required=False,
        hint="Kept apart: only your own desk, and those cleared for sensitive information at the "
        "desks that you ask about this person, ever learn of them. Give no history",
    )


def indicators_of(answers: Mapping[str, Any]) -> Indicators:
    return Indicators(
        tuple(answers["concerns"]), answers["concern_words"], tuple(answers["restricted"])
    )


class WarningForm(forms.Form):
    """How somebody must not be reached, and who must not learn what is said of them."""

    unsafe = forms.TextArea(
        "Unsafe ways to reach them or the family",
        required=False,
        rows=4,
        max_length=2_000,
        hint=UNSAFE_HINT,
    )
    excluded = forms.TextArea(
        "Who outside the agencies must not get this information?",
        required=False,
        rows=3,
        max_length=1_000,
        hint="One name on each line, for example a former partner. "
        "Everybody who is given the information sees this as a warning",
    )
    excluded_why = forms.TextArea(
        "Why must they not get it?", required=False, rows=2, max_length=2_000
    )

    def safety(self) -> Safety:
        """What a valid form says."""
        answers = self.cleaned_data
        names = [" ".join(line.split()) for line in answers["excluded"].splitlines()]
        return Safety(answers["unsafe"], tuple(filter(None, names)), answers["excluded_why"])


class SafetyForm(WarningForm):
    """The same in a request, with what those who act should beware of."""

    concerns = concerns_field()
    concern_words = concern_words_field()
    restricted = restricted_field()

    def indicators(self) -> Indicators:
        return indicators_of(self.cleaned_data)


class AddSafetyForm(WarningForm):
    """The same, once a request is sent: something has to be said."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and not (cleaned["unsafe"] or cleaned["excluded"]):
            self.add_error("unsafe", "Enter how they must not be reached, or who must not learn")
        return cleaned
