"""What the family knows, and how consent stands (D20, D21)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from consent.services import FamilyAccount
from consent.states import Consent, Ground, How, Told
from kernel import forms

_WAIVED = {consent.value for consent in Consent if consent.waived}


class FamilyForm(forms.ConditionalForm):
    """The family's position as the author knows it. Nothing here stops a request."""

    required_when: ClassVar[Mapping[str, Any]] = {
        "grounds": ("consent", _WAIVED),
        "judgement": ("consent", _WAIVED),
    }

    told = forms.Radios(
        "Does the family know that you are asking?",
        hint="Tell them unless that would put a child at more risk, or hold up protecting one",
        choices=[
            forms.Choice(Told.TOLD.value, Told.TOLD.label, reveals=("told_whom", "told_on")),
            forms.Choice(Told.NOT_YET.value, Told.NOT_YET.label, reveals=("tell_by",)),
            forms.Choice(Told.NOT_TOLD.value, Told.NOT_TOLD.label, reveals=("not_told_why",)),
        ],
        ask="Select whether the family knows that you are asking",
    )
    told_whom = forms.Text(
        "Who was told?", ask="Enter who was told", hint="For example, mother", autocomplete="off"
    )
    told_on = forms.Date("When were they told?", called="The day", past=True, ask="Enter the day")
    tell_by = forms.Date(
        "By when will they be told?", called="The day", future=True, ask="Enter by when"
    )
    not_told_why = forms.TextArea(
        "Why not?", ask="Enter why the family is not told", max_length=2000, rows=3
    )
    consent = forms.Radios(
        "How does consent stand?",
        hint="You do not need consent to ask for information that protects a child",
        choices=[
            forms.Choice(
                Consent.NOT_RELIED_ON.value,
                Consent.NOT_RELIED_ON.label,
                hint="You rely on the law. This is usual between agencies that must share",
            ),
            forms.Choice(
                Consent.OBTAINED.value,
                Consent.OBTAINED.label,
                reveals=("consent_from", "consent_how", "consent_on"),
            ),
            forms.Choice(Consent.REFUSED.value, Consent.REFUSED.label),
            forms.Choice(Consent.NOT_SOUGHT.value, Consent.NOT_SOUGHT.label),
        ],
        ask="Select how consent stands",
    )
    consent_from = forms.Text(
        "Who consented?", ask="Enter who consented", hint="For example, mother", autocomplete="off"
    )
    consent_how = forms.Radios(
        "How?", choices=How.choices, ask="Select how they consented", coerce=How
    )
    consent_on = forms.Date("When?", called="The day", past=True, ask="Enter the day of consent")
    grounds = forms.Checkboxes(
        "On what ground do you go on without consent?",
        choices=Ground.choices,
        coerce=Ground,
        ask="Select at least one ground for going on without consent",
    )
    judgement = forms.TextArea(
        "Your professional judgement",
        ask="Enter why you judge that ground to be met",
        hint="Why the ground is met. The desks you ask read this",
        max_length=4000,
        rows=4,
    )

    def account(self) -> FamilyAccount:
        """What the author says of the family, once the form is valid."""
        answers = {**self.cleaned_data}
        return FamilyAccount(
            told=Told(answers.pop("told")),
            consent=Consent(answers.pop("consent")),
            consent_how=answers.pop("consent_how") or None,
            grounds=tuple(answers.pop("grounds")),
            **answers,
        )
