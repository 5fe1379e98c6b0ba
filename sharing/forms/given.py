"""Narrowing down what was given unasked, or logged."""

from __future__ import annotations

from typing import ClassVar

from kernel import forms
from sharing.states.contact import Channel, ShareKind


class GivenFilter(forms.Form):
    """By how it passed, and by whom."""

    says_optional: ClassVar[bool] = False

    how = forms.Select(
        "How",
        required=False,
        empty="Any way",
        choices=[(ShareKind.UNASKED.value, ShareKind.UNASKED.label), *Channel.choices],
    )
    whose = forms.Select(
        "By whom",
        required=False,
        empty="Anybody",
        choices=[("MINE", "Me"), ("DESK", "Others at my desk")],
    )
