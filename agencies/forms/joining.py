"""What joining an agency asks, and for which of several somebody acts."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from accounts.forms import NewPasswordForm
from agencies.access import Hat
from kernel import forms
from kernel.actors import Role


class NewPersonForm(NewPasswordForm):
    """What a new person is called, and the password that they choose. One name is a name."""

    field_order = ("full_name", "password")

    full_name = forms.Text(
        "Your name",
        ask="Enter your name",
        hint="As colleagues in other agencies should see it",
        autocomplete="name",
        spellcheck=False,
    )

    def clean_full_name(self) -> str:
        self.person.full_name = self.cleaned_data["full_name"]
        return self.person.full_name


class ChooseForm(forms.Form):
    """For which of their agencies somebody acts from now on."""

    hat = forms.Radios(
        "Who are you acting for?", coerce=UUID, heading=True, ask="Select who you are acting for"
    )

    def __init__(self, *args: Any, hats: list[Hat], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["hat"].choices = [  # type: ignore[attr-defined]
            forms.Choice(hat.membership.pk, hat.membership.agency.name, hint=_roles_of(hat))
            for hat in hats
        ]


def _roles_of(hat: Hat) -> str:
    return ", ".join(role.label for role in Role if hat.actor.holds(role))
