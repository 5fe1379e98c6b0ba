"""Why something is shared unasked, and what the family knows of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from kernel import forms
from sharing.forms.family import FamilyForm
from sharing.models import Purpose


class WhyForm(forms.Form):
    """The purpose and the reason. Whoever is given it reads both."""

    purpose = forms.Radios("What is it for?", coerce=UUID, ask="Select what you share it for")
    why = forms.TextArea(
        "Why do you share it, and what do you ask of them?",
        ask="Enter why you share it",
        hint="Everybody you share it with reads this",
        rows=6,
        count=True,
    )

    def __init__(self, *args: Any, purposes: Iterable[Purpose], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["purpose"].choices = [  # type: ignore[attr-defined]
            forms.Choice(one.pk, one.label, hint=one.hint) for one in purposes
        ]


class GivingFamilyForm(FamilyForm):
    """The family's position on something that nobody asked for."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["told"].label = "Does the family know that you are sharing this?"
        self.fields["told"].error_messages["required"] = (
            "Select whether the family knows that you are sharing this"
        )
        self.fields["consent"].hint = "You do not need consent to share what protects a child"  # type: ignore[attr-defined]
        self.fields["judgement"].hint = "Why the ground is met. Those you share it with read this"  # type: ignore[attr-defined]
