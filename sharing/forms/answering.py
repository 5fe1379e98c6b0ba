"""What the pages ask of somebody who answers for a desk."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from django.utils import timezone

from agencies.models import Desk
from kernel import forms
from kernel.clocks import is_bank_holiday
from kernel.tiers import Tier
from sharing.states import Category, FamilyMaySee, Outcome, RefusalGround, Standing

# Working days until a refusal is looked at again; the author may choose another day
REVIEW_IN = 10
USUAL = "USUAL"


class Known(StrEnum):
    """The four plain answers about a person."""

    HOLD = "HOLD"
    NOTHING_RELEVANT = "NOTHING_RELEVANT"
    NOT_KNOWN = "NOT_KNOWN"
    WRONG_SERVICE = "WRONG_SERVICE"


class OutcomeForm(forms.ConditionalForm):
    """What the desk can say about one person, in four plain choices."""

    known = forms.Radios("What can you tell?", ask="Select what you can tell", heading=True)
    how_much = forms.Radios(
        "How much of it will you share?",
        ask="Select how much you will share",
        choices=[
            (Outcome.SHARED, "All that was asked for"),
            (Outcome.SHARED_IN_PART, "Part of it"),
            (Outcome.NOT_SHARED, "None of it"),
        ],
    )
    searched = forms.TextArea(
        "What did you search, and how?",
        ask="Enter what you searched",
        hint="For example, the case system by name, date of birth and NHS number",
        rows=3,
        max_length=2_000,
    )
    searched_on = forms.Date(
        "When did you search?",
        ask="Enter when you searched",
        called="Search date",
        past=True,
        initial=timezone.localdate,
    )
    for_all = forms.Confirm("This holds for everybody you are asked about", required=False)
    try_desk = forms.Select("Which desk should they try?", empty="I do not know", required=False)

    def __init__(
        self, *args: Any, name: str, total: int, desks: Sequence[tuple[str, str]], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.fields["known"].label = f"What can you tell about {name}?"
        self.fields["known"].choices = _known_choices(total)  # type: ignore[attr-defined]
        self.fields["try_desk"].choices = desks  # type: ignore[attr-defined]
        self.fields["for_all"].label = f"This holds for all {total} people you are asked about"
        if total == 1:
            del self.fields["for_all"]

    @property
    def outcome(self) -> Outcome:
        """What a valid form comes to."""
        known: str = self.cleaned_data["known"]
        return Outcome(self.cleaned_data["how_much"] if known == Known.HOLD else known)


def _known_choices(total: int) -> list[forms.Choice]:
    search = ("searched", "searched_on", "for_all") if total > 1 else ("searched", "searched_on")
    return [
        forms.Choice(Known.HOLD, "We hold information", reveals=("how_much",)),
        forms.Choice(Known.NOTHING_RELEVANT, "Known to us, nothing relevant"),
        forms.Choice(Known.NOT_KNOWN, "Not known to us", reveals=search),
        forms.Choice(Known.WRONG_SERVICE, "Wrong service for this", reveals=("try_desk",)),
    ]


class RefusalForm(forms.Form):
    """Why information that is held is not shared. Only this outcome owes a ground."""

    ground = forms.Radios(
        "On what ground is it not shared?",
        choices=[(one.value, one.label) for one in RefusalGround],
        ask="Select the ground",
        coerce=RefusalGround,
    )
    reason = forms.TextArea(
        "The reason in your own words",
        ask="Enter the reason",
        hint="The person who asked reads this, and may challenge it",
    )
    detriment = forms.TextArea(
        "Why would sharing be more detrimental to the child than not sharing?",
        ask="Enter why sharing would be more detrimental to the child",
        hint="Both agencies are bound by section 16LA of the Children Act 2004: only this excuses not sharing",
    )
    review_on = forms.Date(
        "When will you look at this decision again?",
        ask="Enter when you will look at it again",
        called="Review date",
        future=True,
    )

    def __init__(self, *args: Any, must_weigh: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        self.initial.setdefault("review_on", working_days_on(timezone.localdate(), REVIEW_IN))
        if not must_weigh:
            del self.fields["detriment"]


class ItemForm(forms.Form):
    """One piece of information, with what tells a reader how far to rely on it (D14, D32)."""

    key = forms.Submission()
    category = forms.Radios(
        "What kind of information is it?",
        ask="Select what kind of information it is",
        coerce=Category,
    )
    body = forms.TextArea(
        "The information",
        ask="Enter the information",
        hint="Relevant and accurate, and no more than is needed",
        rows=8,
    )
    standing = forms.Radios(
        "How firm is it?",
        choices=[(one.value, one.label) for one in Standing],
        ask="Select how firm it is",
        coerce=Standing,
    )
    source = forms.Text(
        "Where does it come from?", hint="For example, a record, a visit, a person", required=False
    )
    as_of_on = forms.Date(
        "From when is it?", called="The date it is from", past=True, required=False
    )
    tier = forms.Radios(
        "Who needs to know?",
        ask="Select who needs to know",
        initial=USUAL,
        choices=[
            forms.Choice(
                USUAL,
                "The usual tier for this kind of information",
                hint="Personal for names and what your service does, Sensitive for everything else",
            ),
            forms.OR,
            *(forms.Choice(one.value, one.label, one.means) for one in reversed(Tier)),
        ],
    )
    family_may_see = forms.Radios(
        "May the family see this?",
        choices=[(one.value, one.label) for one in FamilyMaySee],
        ask="Select whether the family may see this",
        coerce=FamilyMaySee,
    )

    def __init__(self, *args: Any, asked_for: Collection[str], **options: Any) -> None:
        super().__init__(*args, **options)
        # What was asked for stands first
        ordered = sorted(Category, key=lambda one: one.value not in asked_for)
        self.fields["category"].choices = [  # type: ignore[attr-defined]
            forms.Choice(
                one.value, one.label, hint="They ask for this" if one.value in asked_for else ""
            )
            for one in ordered
        ]

    @property
    def chosen_tier(self) -> Tier:
        """The tier of a valid item: the one that was chosen, or what is usual for its kind."""
        chosen: str = self.cleaned_data["tier"]
        category: Category = self.cleaned_data["category"]
        return category.usual_tier if chosen == USUAL else Tier(int(chosen))


class ItemsForm(forms.Form):
    """Going on from the list of items; a share in part may say what was left out."""

    left_out = forms.TextArea(
        "What have you left out, and why?",
        hint="The person who asked reads this",
        required=False,
        rows=3,
        max_length=2_000,
    )

    def __init__(self, *args: Any, in_part: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        if not in_part:
            del self.fields["left_out"]


class SendForm(forms.Form):
    """The button under "Check your answers": each thing still to do is a line of the summary."""

    def __init__(self, *args: Any, problems: Sequence[forms.ErrorLink], **options: Any) -> None:
        super().__init__(*args, **options)
        self.problems = list(problems)

    def clean(self) -> None:
        for problem in self.problems:
            self.add_error(None, problem.text)

    @property
    def error_links(self) -> list[forms.ErrorLink]:
        return self.problems


def desk_choices(desks: Collection[Desk]) -> list[tuple[str, str]]:
    """Desks to choose from, by agency."""
    return [(str(desk.pk), f"{desk.agency.name}, {desk.name}") for desk in desks]


def working_days_on(day: date, count: int) -> date:
    """The day that many working days later."""
    while count:
        day += timedelta(days=1)
        count -= day.weekday() < 5 and not is_bank_holiday(day)
    return day
