"""Disputing what a desk did, and writing down what came of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.core.exceptions import ValidationError

from agencies import queries as agencies
from agencies.models import Membership
from kernel import forms
from kernel.actors import Actor
from sharing.services.escalating import StepInput
from sharing.states import EscalationAbout, EscalationLevel, StepOutcome

_DANGER = "A child may be in danger"
_DANGER_HINT = "Ring them, and ring 999 if it is now. Any level may then be chosen, and has hours"


def _levels(levels: Sequence[EscalationLevel]) -> list[forms.Choice]:
    return [forms.Choice(one.value, one.label) for one in levels]


class EscalateForm(forms.Form):
    """What is disputed, why, and with whom to begin."""

    # The status of the ask as its page showed it
    seen = forms.Hidden()
    about = forms.Radios(
        "What is it about?",
        choices=EscalationAbout.choices,
        coerce=EscalationAbout,
        ask="Select what it is about",
    )
    why = forms.TextArea(
        "What should happen, and why?",
        ask="Enter what should happen, and why",
        hint="Both desks read this, and those who are brought in. They need not know more about "
        "the child than it takes to settle this",
        max_length=4000,
        rows=6,
    )
    in_danger = forms.Confirm(_DANGER, required=False, hint=_DANGER_HINT)
    level = forms.Radios(
        "Who should speak about it?",
        choices=_levels(list(EscalationLevel)),
        coerce=EscalationLevel,
        ask="Select who should speak about it",
    )

    def step(self) -> StepInput:
        """The level to open, once the form is valid."""
        answers = self.cleaned_data
        return StepInput(answers["level"], bool(answers["in_danger"]), answers["why"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        first = cleaned.get("level") in (None, EscalationLevel.PRACTITIONERS)
        if not first and not cleaned.get("in_danger"):
            self.add_error("level", ValidationError(_PASSES_OVER))
        return cleaned


_PASSES_OVER = (
    "Begin between practitioners, or say that a child may be in danger: then levels may be "
    "passed over"
)


class OutcomeForm(forms.ConditionalForm):
    """What came of a level; where it settled nothing, who speaks next."""

    # How many levels there were as the page showed it
    seen = forms.Hidden()
    outcome = forms.Radios("What came of it?", coerce=StepOutcome, ask="Select what came of it")
    words = forms.TextArea(
        "In your words",
        ask="Enter what came of it",
        hint="What was agreed, or why not. Everybody who takes part reads this",
        max_length=4000,
        rows=5,
    )
    in_danger = forms.Confirm(_DANGER, required=False, hint=_DANGER_HINT)
    level = forms.Radios(
        "Who should speak about it next?",
        coerce=EscalationLevel,
        ask="Select who should speak about it next",
    )

    required_when: ClassVar[Mapping[str, Any]] = {}

    def __init__(self, *args: Any, at: EscalationLevel, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.at = at
        further = ("in_danger", "level") if at.above else ()
        self.fields["level"].choices = _levels(at.above)  # type: ignore[attr-defined]
        self.fields["outcome"].choices = [  # type: ignore[attr-defined]
            forms.Choice(one.value, one.label) for one in StepOutcome
        ]
        if not further:
            del self.fields["level"], self.fields["in_danger"]

    def conditions(self) -> Any:
        unsettled = {one.value for one in StepOutcome if not one.settles}
        names = [name for name in ("in_danger", "level") if name in self.fields]
        return super().conditions() | dict.fromkeys(names, ("outcome", unsettled))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        level = cleaned.get("level")
        if level and level != self.at.above[0] and not cleaned.get("in_danger"):
            self.add_error("level", ValidationError(self._next_or_danger()))
        return cleaned

    def _next_or_danger(self) -> str:
        return (
            f"Select “{self.at.above[0].label}”, or say that a child may be in danger: then "
            "levels may be passed over"
        )

    def step(self) -> StepInput | None:
        """The next level, once the form is valid; None where this ends it."""
        answers = self.cleaned_data
        if answers["outcome"].settles or not answers.get("level"):
            return None
        return StepInput(answers["level"], bool(answers["in_danger"]), "")


class WithdrawForm(forms.Form):
    """Why it is taken back."""

    words = forms.TextArea(
        "Why do you take it back?", ask="Enter why you take it back", max_length=2000, rows=4
    )


class BringInForm(forms.Form):
    """A colleague of one's own agency who should take part: a line manager, say."""

    email = forms.Email(
        "Their work e-mail address",
        ask="Enter their work e-mail address",
        hint="Somebody of your own agency who uses the portal",
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._actor = actor

    def clean_email(self) -> Membership:
        found = agencies.member_of(self._actor.member.agency_id, self.cleaned_data["email"])
        if found is None:
            raise ValidationError(
                "Nobody of your agency has this address. Check it, or ask your lead"
            )
        return found
