"""Giving up what could not be sent."""

from __future__ import annotations

from kernel import forms
from kernel.models import GivenUp


class GiveUpForm(forms.Form):
    """Why nobody needs to try again."""

    why = forms.Radios(
        "Why will nobody try again?",
        choices=GivenUp.choices,
        coerce=GivenUp,
        ask="Select why nobody will try again",
    )
