"""Narrowing the inbox down."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from agencies.models import Agency
from kernel import forms

UNREAD = "unread"


class SharesFilter(forms.Form):
    """By whether it was opened, and by who sent it."""

    says_optional: ClassVar[bool] = False

    show = forms.Select(
        "Show", required=False, empty="Everything", choices=[(UNREAD, "Not opened yet")]
    )
    sender = forms.Select("Sent by", required=False, empty="Any agency")

    def __init__(self, *args: Any, agencies: Iterable[Agency], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["sender"].choices = [(one.pk, one.short_name) for one in agencies]  # type: ignore[attr-defined]
