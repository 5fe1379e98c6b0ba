"""Narrowing a desk's queue down."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, ClassVar
from uuid import UUID

from agencies.models import Desk
from kernel import forms
from sharing.states import Urgency

MINE, UNCLAIMED = "mine", "unclaimed"


class QueueFilter(forms.Form):
    """By who answers, how urgent, and at which desk for those who sit at several."""

    says_optional: ClassVar[bool] = False

    who = forms.Select(
        "Answered by",
        required=False,
        empty="Anybody",
        choices=[(MINE, "Me"), (UNCLAIMED, "Nobody yet")],
    )
    urgency = forms.Select(
        "How urgent",
        required=False,
        empty="Any",
        choices=[(one.value, one.label.partition(":")[0]) for one in Urgency],
    )
    due = forms.Select(
        "Due",
        required=False,
        empty="At any time",
        choices=[("overdue", "Overdue"), ("today", "Today"), ("later", "Later")],
    )
    desk = forms.Select("Desk", required=False, empty="All your desks")

    def __init__(self, *args: Any, desks: Collection[Desk], **options: Any) -> None:
        super().__init__(*args, **options)
        if len(desks) > 1:
            self.fields["desk"].choices = [(desk.pk, desk.name) for desk in desks]  # type: ignore[attr-defined]
        else:
            del self.fields["desk"]


class HandOnForm(forms.Form):
    """Who at the desk is to answer."""

    says_optional: ClassVar[bool] = False

    to = forms.Radios(
        "Who is to answer it?",
        coerce=UUID,
        ask="Select who is to answer it",
        hint="They are told by e-mail. They can give it on, or put it back",
    )

    def __init__(
        self, *args: Any, people: Collection[tuple[UUID, str, str]], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.fields["to"].choices = [  # type: ignore[attr-defined]
            forms.Choice(pk, name, hint=note) for pk, name, note in people
        ]
        self.fields["to"].error_messages["invalid_choice"] = (
            "This person no longer sits at the desk. Choose somebody else"
        )
