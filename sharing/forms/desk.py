"""Narrowing a desk's queue down."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, ClassVar

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
    desk = forms.Select("Desk", required=False, empty="All your desks")

    def __init__(self, *args: Any, desks: Collection[Desk], **options: Any) -> None:
        super().__init__(*args, **options)
        if len(desks) > 1:
            self.fields["desk"].choices = [(desk.pk, desk.name) for desk in desks]  # type: ignore[attr-defined]
        else:
            del self.fields["desk"]
