"""Whom a request is about, as its author knows them. Little is obligatory, nothing typed is lost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any, ClassVar

from django.core.exceptions import ValidationError

from kernel import forms
from kernel.forms.reading import Typed
from people.identity import BirthDateKind, Identity, PersonKind

_NAMELESS = (
    "Enter a name, or what people call them. "
    "If you know none, describe them under “Other names”, for example “baby boy”"
)


class BirthDate(forms.DateOfBirth):
    """A date of birth of which a year alone may be known: the rest is filled in as an estimate."""

    def read_day(self, typed: Typed) -> date:
        return super().read_day(_filled_up(typed))


def _filled_up(typed: Typed) -> Typed:
    if typed.year and not typed.day:
        return replace(typed, day="1", month=typed.month or "1")
    return typed


def is_partial(boxes: Mapping[str, str]) -> bool:
    """Whether the rest of a date was filled in."""
    return Typed.of(boxes) != _filled_up(Typed.of(boxes))


class PersonForm(forms.ConditionalForm):
    """One person: a child, an unborn child or an adult (PUB01's particulars)."""

    required_when: ClassVar[Mapping[str, Any]] = {
        "born_on": ("kind", {PersonKind.CHILD.value, PersonKind.ADULT.value}),
        "is_estimate": ("kind", {PersonKind.CHILD.value, PersonKind.ADULT.value}),
    }

    # One key for one filling-in, so that pressing twice adds nobody twice
    key = forms.Submission()
    kind = forms.Radios(
        "Who is it?",
        choices=[
            forms.Choice(PersonKind.CHILD.value, PersonKind.CHILD.label),
            forms.Choice(
                PersonKind.UNBORN.value, PersonKind.UNBORN.label, reveals=("mother", "due_on")
            ),
            forms.Choice(PersonKind.ADULT.value, PersonKind.ADULT.label),
        ],
        ask="Select who it is: a child, an unborn child or an adult",
    )
    mother = forms.Text("Mother’s name", required=False, autocomplete="off", spellcheck=False)
    due_on = forms.Date(
        "Due date", required=False, hint="For example, 27 3 2027. Leave empty if you do not know"
    )
    first_names = forms.Text("First names", required=False, autocomplete="off", spellcheck=False)
    last_name = forms.Text(
        "Last name",
        required=False,
        hint="Leave empty if they have one name only",
        autocomplete="off",
        spellcheck=False,
    )
    other_names = forms.Text(
        "Other names",
        required=False,
        hint="Nicknames, earlier names, other spellings",
        autocomplete="off",
        spellcheck=False,
    )
    born_on = BirthDate(
        required=False, hint="For example, 27 3 2014. The year alone will do if you know no more"
    )
    is_estimate = forms.Confirm("This date is an estimate", required=False)
    nhs_number = forms.NHSNumber(required=False)
    address = forms.TextArea("Address", required=False, max_length=500, rows=3)
    address_protected = forms.Confirm(
        "This address is protected",
        required=False,
        hint="Knowing it could put somebody in danger. It stays with you and your desk: "
        "those you ask are told only that it is protected",
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("kind") == PersonKind.UNBORN.value:
            self._look_at_due_date(cleaned)
        if not self._is_called_something(cleaned):
            unborn = cleaned.get("kind") == PersonKind.UNBORN.value
            self.add_error(
                "mother" if unborn else "first_names",
                "Enter the mother’s name, or what the child is called" if unborn else _NAMELESS,
            )
        return cleaned

    def _look_at_due_date(self, cleaned: dict[str, Any]) -> None:
        typed = self["born_on"].data
        if not cleaned.get("due_on") and "due_on" not in self.errors and any(typed.values()):
            problem = "Enter the due date here: an unborn child has no date of birth yet"
            self.add_error("due_on", ValidationError(problem))

    def _is_called_something(self, cleaned: dict[str, Any]) -> bool:
        names = ("first_names", "last_name", "other_names", "mother")
        return any(cleaned.get(name) or name in self.errors for name in names)

    def identity(self) -> Identity:
        """The person, once the form is valid."""
        answers = self.cleaned_data
        names = ("first_names", "last_name", "other_names", "mother", "nhs_number", "address")
        return Identity(
            kind=PersonKind(answers["kind"]),
            birth_kind=self._birth_kind(),
            born_on=answers["due_on"] or answers["born_on"],
            address_protected=bool(answers["address_protected"] and answers["address"]),
            **{name: answers[name] for name in names},
        )

    def _birth_kind(self) -> BirthDateKind:
        answers = self.cleaned_data
        if answers["due_on"]:
            return BirthDateKind.DUE
        if not answers["born_on"]:
            return BirthDateKind.UNKNOWN
        if answers["is_estimate"] or is_partial(self["born_on"].data):
            return BirthDateKind.ESTIMATED
        return BirthDateKind.EXACT
