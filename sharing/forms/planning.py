"""Before an e-mail or a letter goes: what to see to. A list that informs and never blocks."""

from __future__ import annotations

from typing import Any, ClassVar
from urllib.parse import urlencode

from django.urls import reverse

from kernel import forms
from sharing import channels
from sharing.forms.channel_words import WORDS
from sharing.states.contact import Channel


class PlanForm(forms.Form):
    """Whether a domain is known to be secure, and what was seen to."""

    says_optional: ClassVar[bool] = False

    address = forms.Text(
        "The recipient’s e-mail address",
        required=False,
        hint="To see whether its domain is known to be secure. It is not kept",
        autocomplete="off",
        spellcheck=False,
    )
    checks = forms.Checkboxes("Seen to", required=False)

    def __init__(self, *args: Any, channel: Channel, **options: Any) -> None:
        super().__init__(*args, **options)
        self.channel = channel
        self.fields["checks"].choices = [  # type: ignore[attr-defined]
            (one.check.value, one.text) for one in channels.rules().of(channel)
        ]
        if channel is not Channel.EMAIL:
            del self.fields["address"]

    @property
    def advice(self) -> str:
        """What is known of the domain that was typed."""
        address = self.cleaned_data.get("address", "") if self.is_bound else ""
        if not address:
            return ""
        if channels.is_secure_domain(address):
            return "This domain is known to be secure. You need no password."
        return (
            "This domain is not known to be secure. Use Egress or Cisco CRES, or an attachment "
            "with a password for which the recipient rings you."
        )

    @property
    def is_secure(self) -> bool:
        return channels.is_secure_domain(self.cleaned_data.get("address", ""))

    @property
    def log_address(self) -> str:
        """Where it is logged once sent, with what was ticked: codes, nothing about anybody."""
        ticked = [("checks", one) for one in self.cleaned_data["checks"]] or [("checks", "")]
        path = reverse("sharing:log", args=[WORDS[self.channel].slug])
        return f"{path}?{urlencode(ticked)}"
