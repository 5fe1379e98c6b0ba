"""Adding a file, on a page of its own: a browser forgets a file when a form comes back."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError

from kernel import forms, harmless
from kernel.tiers import Tier
from sharing.states.papers import Problem
from vault.files.forms import File


class Attach(forms.Form):
    """The file, and who may open it. Only the file can be wrong."""

    file = File(
        "Choose a file",
        ask="Select a file",
        hint="PDF, PNG or JPEG picture, plain text, Word (.docx) or OpenDocument (.odt)",
    )
    tier = forms.Radios(
        "Who may open it?",
        required=False,
        initial=Tier.SENSITIVE.value,
        choices=[
            forms.Choice(Tier.SENSITIVE.value, "Sensitive", hint=Tier.SENSITIVE.means),
            forms.Choice(Tier.PERSONAL.value, "Personal", hint=Tier.PERSONAL.means),
        ],
    )

    def clean_file(self) -> Any:
        """By its first bytes, so that a wrong kind is told at once; a worker looks at all of it."""
        upload = self.cleaned_data["file"]
        if not harmless.kind_of(upload.head):
            raise ValidationError(Problem.KIND.label, code="invalid")
        return upload

    def clean_tier(self) -> Tier:
        """What was not said is kept closest: an error here would lose the file."""
        return Tier(int(self.cleaned_data["tier"] or Tier.SENSITIVE))
