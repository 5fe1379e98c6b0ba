"""What the pages ask of somebody who puts right, takes back, or received by mistake."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from kernel import forms
from sharing.services import CorrectionInput
from sharing.states import FamilyMaySee, Standing
from sharing.states.righting import Copies, RecallReason, WithdrawalReason


class CorrectForm(forms.Form):
    """The text that stands from now on; its kind and tier stay as they were."""

    body = forms.TextArea(
        "The information as it should be", ask="Enter the information as it should be", rows=8
    )
    standing = forms.Radios(
        "How firm is it?",
        choices=[(one.value, one.label) for one in Standing],
        ask="Select how firm it is",
        coerce=Standing,
    )
    source = forms.Text("Where does it come from?", required=False)
    as_of_on = forms.Date(
        "From when is it?", called="The date it is from", past=True, required=False
    )
    family_may_see = forms.Radios(
        "May the family see this?",
        choices=[(one.value, one.label) for one in FamilyMaySee],
        ask="Select whether the family may see this",
        coerce=FamilyMaySee,
    )
    reason = forms.TextArea(
        "What was wrong?",
        ask="Enter what was wrong",
        hint="Everybody who read the old text reads this",
        rows=3,
        max_length=2_000,
    )

    def wanted(self) -> CorrectionInput:
        """What a valid form comes to."""
        return CorrectionInput(**self.cleaned_data)


class WithdrawForm(forms.Form):
    """Why an item goes, and nothing comes in its place."""

    why = forms.Radios(
        "Why is it withdrawn?",
        ask="Select why it is withdrawn",
        choices=[(one.value, one.label) for one in WithdrawalReason],
        coerce=WithdrawalReason,
    )
    reason = forms.TextArea(
        "What should those know who relied on it?",
        hint="Only whoever had opened it reads this",
        required=False,
        rows=3,
        max_length=2_000,
    )


class RecallForm(forms.Form):
    """From whom, why, and what happened."""

    recipients = forms.Checkboxes(
        "From whom is it taken back?", ask="Select from whom it is taken back", coerce=UUID
    )
    why = forms.Radios(
        "Why?",
        ask="Select why it is taken back",
        choices=[
            (one.value, one.label) for one in RecallReason if one != RecallReason.NOT_MEANT_FOR_ME
        ],
        coerce=RecallReason,
    )
    account = forms.TextArea(
        "What happened?",
        ask="Enter what happened",
        hint="Do not name the people it is about: data protection officers read this if it was opened",
        rows=4,
    )

    def __init__(self, *args: Any, offered: Sequence[tuple[UUID, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["recipients"].choices = [forms.Choice(pk, name) for pk, name in offered]  # type: ignore[attr-defined]


class NotMeantForm(forms.Form):
    """One button; words only if somebody has them."""

    account = forms.TextArea(
        "Is there anything that the data protection officers should know?",
        hint="Do not name the people it is about. For example, who else has seen it",
        required=False,
        rows=3,
    )


class CopiesForm(forms.ConditionalForm):
    """What became of every copy."""

    copies = forms.Radios(
        "What became of copies?",
        ask="Select what became of copies",
        hint="Printed pages, files, e-mails, notes in your own case system",
        choices=[
            forms.Choice(Copies.NONE_MADE, Copies.NONE_MADE.label),
            forms.Choice(Copies.DESTROYED, Copies.DESTROYED.label),
            forms.Choice(Copies.RETURNED, Copies.RETURNED.label),
        ],
        coerce=Copies,
    )
    gone_at = forms.Moment(
        "When?", ask="Enter when", called="When copies were destroyed or sent back", past=True
    )
    required_when = {"gone_at": ("copies", {Copies.DESTROYED.value, Copies.RETURNED.value})}
