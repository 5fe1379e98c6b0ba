"""Naming somebody at an agency who must not learn of a case."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar
from uuid import UUID

from agencies.models import Membership
from kernel import forms

FIND, ADD, REMOVE = "find", "add", "remove"


class ColleagueForm(forms.Form):
    """A search by name, posted so that no address tells it, then one of those found."""

    says_optional: ClassVar[bool] = False

    find = forms.Text(
        "Name of the person",
        max_length=100,
        ask="Enter a name, or part of one",
        autocomplete="off",
        spellcheck=False,
    )
    who = forms.Radios("Who is it?", coerce=UUID, required=False)

    @property
    def do(self) -> str:
        """Which button was pressed; searching, if none."""
        return str(self.data.get("do", FIND))

    def offer(self, found: Sequence[Membership]) -> None:
        """What the search found is what may be chosen."""
        self.fields["who"].choices = [  # type: ignore[attr-defined]
            forms.Choice(one.pk, one.user.full_name, hint=_hint(one)) for one in found
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if self.do == ADD and not cleaned.get("who") and "who" not in self.errors:
            self.add_error("who", "Select who it is, or search again")
        return cleaned

    @property
    def search(self) -> str:
        """What was looked for, before the form is judged."""
        return " ".join(str(self.data.get("find", "")).replace("\0", "").split())[:100]


def _hint(member: Membership) -> str:
    return ", ".join(filter(None, [member.job_title, member.agency.name]))
