"""Looking for somebody in one's own agency's records."""

from __future__ import annotations

from typing import Any, ClassVar

from kernel import forms
from people.matching import Wanted
from sharing.forms.typed import typed_into

_NOTHING = "Enter a name, a date of birth or an NHS number"


class FindForm(forms.Form):
    """By any of three things; a year alone is no date to look for."""

    says_optional: ClassVar[bool] = False

    names = forms.Text(
        "Names",
        required=False,
        hint="First name, last name or both, as you would spell them",
        autocomplete="off",
        spellcheck=False,
    )
    born_on = forms.DateOfBirth(required=False)
    nhs_number = forms.NHSNumber(required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        given = any(cleaned.get(name) for name in self.fields)
        if not given and not self.errors:
            self.add_error("names", _NOTHING)
        elif cleaned.get("names") and not self.wanted.words and not self._has_more(cleaned):
            self.add_error(
                "names",
                "Enter a name. Words like “baby” or “unknown” are not searched for, "
                "because too many records have them",
            )
        return cleaned

    @property
    def wanted(self) -> Wanted:
        """What to look for, once the form is valid."""
        answers = self.cleaned_data
        return Wanted(
            answers.get("names", ""), answers.get("born_on"), answers.get("nhs_number", "")
        )

    @property
    def typed_again(self) -> list[tuple[str, str]]:
        """What was typed, for the button that shows more of the same."""
        return [(name, one) for name, values in typed_into(self).items() for one in values]

    def _has_more(self, cleaned: dict[str, Any]) -> bool:
        return bool(cleaned.get("born_on") or cleaned.get("nhs_number"))
