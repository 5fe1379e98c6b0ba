"""Why one asks, for what, of which desks, and how soon."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar
from urllib.parse import urlencode
from uuid import UUID

from agencies.models import Desk
from kernel import forms
from kernel.presenting import plural, working_hours
from kernel.tiers import Tier
from sharing.models import Purpose, TimeLimit
from sharing.states import Category, Urgency

USUAL = "USUAL"


class ReasonForm(forms.Form):
    """The purpose, what is asked for, at which tier, and why."""

    purpose = forms.Radios(
        "What is it for?", coerce=UUID, ask="Select what you need the information for"
    )
    categories = forms.Checkboxes(
        "What do you need to know?",
        choices=Category.choices,
        coerce=Category,
        hint="Only what you need",
        ask="Select what you need to know",
    )
    tier = forms.Radios(
        "How much may they tell you?",
        choices=[
            forms.Choice(
                USUAL,
                "What is usual for this",
                hint="Sensitive, or Personal where you need names and involvement only",
            ),
            forms.OR,
            *(forms.Choice(t.value, t.label, hint=t.means) for t in reversed(Tier)),
        ],
        initial=USUAL,
        hint="Each tier includes those below it",
        ask="Select how much they may tell you",
    )
    why = forms.TextArea(
        "Why do you need it?",
        ask="Enter why you need the information",
        hint="Every desk that you ask reads this. Say only what they need to know",
        max_length=10_000,
        rows=6,
        count=True,
    )

    def __init__(self, *args: Any, purposes: Iterable[Purpose], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["purpose"].choices = [  # type: ignore[attr-defined]
            forms.Choice(one.pk, one.label, hint=one.hint) for one in purposes
        ]

    def tier_wanted(self) -> Tier:
        """The tier that was chosen, or the highest that is usual for what was asked."""
        typed = self.cleaned_data["tier"]
        if typed != USUAL:
            return Tier(int(typed))
        asked: list[Category] = self.cleaned_data["categories"]
        return max(category.usual_tier for category in asked)


class FindForm(forms.Form):
    """Shortens a long list of desks. Works without scripts, and forgets no desk already ticked."""

    says_optional: ClassVar[bool] = False

    find = forms.Text("Find an agency or desk", required=False, max_length=100, autocomplete="off")

    def words(self) -> list[str]:
        """What every desk found has in its name, its agency's or its area."""
        return str(self.cleaned_data["find"]).lower().split() if self.is_valid() else []

    def query(self) -> str:
        """The search for an address: names of agencies, never of people."""
        return urlencode({"find": " ".join(self.words())})


class DesksForm(forms.Form):
    """Which desks to ask, and how soon they should answer."""

    desks = forms.Checkboxes("Which desks do you ask?", coerce=UUID, ask="Select at least one desk")
    urgency = forms.Radios(
        "How soon do you need an answer?", coerce=Urgency, ask="Select how soon you need an answer"
    )
    these_only = forms.Confirm(
        "Ask these desks only, even if nobody is there",
        required=False,
        hint="Otherwise a desk’s named fallback takes over where nobody is. What is most urgent goes "
        "to it at once while the desk is closed",
    )

    def __init__(
        self,
        *args: Any,
        desks: Iterable[Desk],
        limits: Mapping[Urgency, TimeLimit],
        warnings: Mapping[UUID, str],
        notes: Mapping[UUID, str],
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.fields["desks"].choices = [  # type: ignore[attr-defined]
            forms.Choice(
                desk.pk,
                f"{desk.agency.name}, {desk.name}",
                hint=_desk_hint(desk, notes.get(desk.pk, ""), warnings.get(desk.pk, "")),
            )
            for desk in desks
        ]
        self.fields["desks"].error_messages["invalid_choice"] = (
            "A desk that you chose no longer takes requests. Choose another one"
        )
        self.fields["urgency"].choices = [  # type: ignore[attr-defined]
            forms.Choice(one.value, one.label, hint=limit_in_words(one, limits[one]))
            for one in Urgency
        ]


def limit_in_words(urgency: Urgency, limit: TimeLimit) -> str:
    """Within 4 hours, day and night."""
    hours = plural(limit.hours, "hour")
    if not limit.working:
        ring = ". Ring them as well" if urgency is Urgency.RED else ""
        return f"Within {hours}, day and night{ring}"
    return f"Within {hours} of the time in which the desk is open"


def _desk_hint(desk: Desk, *notes: str) -> str:
    facts = [working_hours(desk.hours)]
    facts += [f"Telephone {desk.phone}"] if desk.phone else []
    facts += [f"Out of hours: {desk.out_of_hours}"] if desk.out_of_hours else []
    return ". ".join([*facts, *filter(None, notes)])


class AboutForm(forms.Form):
    """Where several people and several desks are concerned: whom each desk is asked about."""

    says_optional: ClassVar[bool] = False

    def __init__(
        self,
        *args: Any,
        desks: Sequence[Desk],
        people: Sequence[tuple[str, str]],
        left_out: Mapping[str, Sequence[str]],
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        keys = [key for key, _ in people]
        for desk in desks:
            name = str(desk.pk)
            self.fields[name] = forms.Checkboxes(
                f"{desk.agency.name}, {desk.name}",
                choices=people,
                ask=f"Select whom you ask {desk.agency.short_name} about, or go back and leave it out",
            )
            without = left_out.get(name, [])
            self.initial[name] = [key for key in keys if key not in without]

    def left_out(self) -> dict[str, list[str]]:
        """For each desk, those it is not asked about: whoever is added later is asked about too."""
        return {
            name: [key for key, _ in field.choices if key not in (self[name].data or [])]  # type: ignore[attr-defined]
            for name, field in self.fields.items()
        }
