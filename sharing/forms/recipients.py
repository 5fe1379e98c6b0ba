"""Who is to read an answer, and up to which tier."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar
from uuid import UUID

from kernel import forms
from kernel.tiers import Tier
from sharing.services.answering import RecipientInput
from sharing.states import RecipientKind

ADD, CONTINUE, FIND, REMOVE = "add", "continue", "find", "remove"
# A list as short as this is shown whole; a longer one is searched
SHORT = 12
# Whoever finds more does better to say more
MOST = 25
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

    find = forms.Text(
        "Find a person, a desk or an agency", required=False, max_length=100, autocomplete="off"
    )
    add = forms.Radios("Whom do you add?", required=False)
    add_tier = forms.Select("What may they open?", choices=_TIERS, empty="Choose", required=False)

    def __init__(
        self,
        *args: Any,
        recipients: Sequence[RecipientInput],
        names: Mapping[str, str],
        search: str = "",
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.recipients = list(recipients)
        self.search = search
        chosen = {holder_of(one) for one in recipients}
        others = {holder: name for holder, name in names.items() if holder not in chosen}
        self.is_long = len(others) > SHORT
        self.fields["find"].initial = search
        self.fields["add"].choices = self._offered(others)  # type: ignore[attr-defined]
        for number, one in enumerate(recipients):
            self.fields[f"tier_{number}"] = forms.Select(
                f"What may {names.get(holder_of(one), 'this person')} open?",
                choices=_TIERS,
                ask="Select what they may open",
                initial=one.tier.value,
            )
        self.order_fields([f"tier_{number}" for number in range(len(recipients))])

    def _offered(self, others: Mapping[str, str]) -> list[tuple[str, str]]:
        """Those found; without a search the whole of a short list; and who was chosen in any case."""
        words, typed = self.search.lower().split(), str(self.data.get("add", ""))
        shown = {
            holder: name
            for holder, name in others.items()
            if all(word in name.lower() for word in words) and (words or not self.is_long)
        }
        return list((dict(list(shown.items())[:MOST]) | _only(others, typed)).items())

    @property
    def offers_somebody(self) -> bool:
        return bool(self.fields["add"].choices)  # type: ignore[attr-defined]

    @property
    def do(self) -> str:
        """Which button was pressed; going on, if none."""
        return str(self.data.get("do", CONTINUE))

    @property
    def search_wanted(self) -> str:
        """What to look for next, where that button was pressed."""
        return str(self.cleaned_data["find"]) if self.do == FIND else ""

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


def _only(names: Mapping[str, str], holder: str) -> dict[str, str]:
    return {holder: names[holder]} if holder in names else {}
