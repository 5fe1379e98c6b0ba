"""Who is to read an answer, and up to which tier."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar
from uuid import UUID

from kernel import forms
from kernel.tiers import Tier
from sharing.services.answering import RecipientInput
from sharing.states import RecipientKind

ADD, CONTINUE, REMOVE = "add", "continue", "remove"
_TIERS = [
    forms.Choice(Tier.SENSITIVE.value, "Up to Sensitive"),
    forms.Choice(Tier.PERSONAL.value, "Up to Personal"),
]


def holder_of(recipient: RecipientInput) -> str:
    """A recipient as a choice's value: its kind and its key."""
    return f"{recipient.kind}:{recipient.holder_id}"


class RecipientsForm(forms.Form):
    """A tier for each recipient, and adding one more. The button says which: `do`."""

    says_optional: ClassVar[bool] = False

    add = forms.Select(
        "Add a person or a desk of the agency that asked", empty="Choose", required=False
    )
    add_tier = forms.Select("What may they open?", choices=_TIERS, empty="Choose", required=False)

    def __init__(
        self,
        *args: Any,
        recipients: Sequence[RecipientInput],
        names: Mapping[str, str],
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.recipients = list(recipients)
        chosen = {holder_of(one) for one in recipients}
        self.fields["add"].choices = [  # type: ignore[attr-defined]
            (holder, name) for holder, name in names.items() if holder not in chosen
        ]
        for number, one in enumerate(recipients):
            self.fields[f"tier_{number}"] = forms.Select(
                f"What may {names.get(holder_of(one), 'this person')} open?",
                choices=_TIERS,
                ask="Select what they may open",
                initial=one.tier.value,
            )
        self.order_fields([f"tier_{number}" for number in range(len(recipients))])

    @property
    def do(self) -> str:
        """Which button was pressed; going on, if none."""
        return str(self.data.get("do", CONTINUE))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if self.do == ADD and not cleaned.get("add"):
            self.add_error("add", "Choose whom to add")
        if self.do == ADD and not cleaned.get("add_tier"):
            self.add_error("add_tier", "Choose what they may open")
        return cleaned

    def chosen(self) -> list[RecipientInput]:
        """The recipients as a valid form leaves them."""
        kept = [
            RecipientInput(one.kind, one.holder_id, Tier(int(self.cleaned_data[f"tier_{number}"])))
            for number, one in enumerate(self.recipients)
            if self.do != f"{REMOVE}:{number}"
        ]
        if self.do != ADD:
            return kept
        kind, _, key = self.cleaned_data["add"].partition(":")
        tier = Tier(int(self.cleaned_data["add_tier"]))
        return [*kept, RecipientInput(RecipientKind(kind), UUID(key), tier)]
