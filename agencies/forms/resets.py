"""What a reset of lost devices asks."""

from __future__ import annotations

from agencies.models import KnownBy
from kernel import forms


class ResetForm(forms.Form):
    """How the lead knows that it is the person who asks. A voice alone is not enough."""

    known_by = forms.Radios(
        "How do you know that it is they?",
        choices=[forms.Choice(one.value, one.label) for one in KnownBy],
        coerce=KnownBy,
        ask="Select how you made sure that it is the person, and not somebody who says so",
        hint="An email, a text message or a call from a number that you do not know proves nothing",
    )
