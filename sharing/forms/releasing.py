"""Releasing a protected address: exactly to whom, and why."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar
from uuid import UUID

from agencies.models import Desk, Membership
from kernel import forms
from sharing.states import RecipientKind

FIND, RELEASE = "find", "release"


class ReleaseForm(forms.Form):
    """One person or one desk; a search offers more people of the agencies that were asked."""

    says_optional: ClassVar[bool] = False

    find = forms.Text(
        "Find somebody else by name", required=False, max_length=100, autocomplete="off",
        spellcheck=False,
    )  # fmt: skip
    to = forms.Radios("Who may read the address?", ask="Select who may read the address")
    reason = forms.TextArea(
        "Why do they need it?",
        ask="Enter why they need it",
        hint="Kept with the address. Whoever reads the address does not read this",
        max_length=2_000,
        rows=3,
    )

    @property
    def do(self) -> str:
        """Which button was pressed; releasing, if none."""
        return str(self.data.get("do", RELEASE))

    @property
    def search(self) -> str:
        """What was looked for, before the form is judged."""
        return " ".join(str(self.data.get("find", "")).replace("\0", "").split())[:100]

    def offer(self, desks: Iterable[Desk], people: Sequence[Membership]) -> None:
        """Whoever may be chosen."""
        self.fields["to"].choices = [  # type: ignore[attr-defined]
            *(_desk(one) for one in desks),
            *(_person(one) for one in people),
        ]

    def holder(self) -> dict[str, Any]:
        """Who was chosen, as the service takes it."""
        kind, _, key = self.cleaned_data["to"].partition(":")
        return {"kind": RecipientKind(kind), "holder_id": UUID(key)}


def _desk(desk: Desk) -> forms.Choice:
    name = f"Everybody cleared for sensitive information at {desk.agency.name}, {desk.name}"
    return forms.Choice(f"{RecipientKind.DESK}:{desk.pk}", name)


def _person(member: Membership) -> forms.Choice:
    hint = ", ".join(filter(None, [member.job_title, member.agency.name]))
    return forms.Choice(f"{RecipientKind.PERSON}:{member.pk}", member.user.full_name, hint=hint)
