"""Who is around somebody: optional, one page each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from kernel import forms
from people.around import Connected, Known, Lives, Relationship
from people.identity import BirthDateKind, Identity, PersonKind
from sharing.forms.people import BirthDate, is_partial
from sharing.forms.safety import (
    UNSAFE_HINT,
    concern_words_field,
    concerns_field,
    indicators_of,
    restricted_field,
)

NEW = "NEW"
NOT_ASKED, AS_CHILD, AS_ADULT = "NO", "CHILD", "ADULT"
_NAMELESS = "Enter a name, or what people call them, for example “Dad’s new partner”"


class AroundForm(forms.ConditionalForm):
    """Somebody around a person: what they are to them, where they live, who has responsibility."""

    required_when: ClassVar[Mapping[str, Any]] = {
        "first_names": ("who", {NEW}),
        "last_name": ("who", {NEW}),
        "other_names": ("who", {NEW}),
        "born_on": ("who", {NEW}),
        "age": ("who", {NEW}),
        "asked": ("who", {NEW}),
    }

    key = forms.Submission()
    who = forms.Radios("Who is it?", ask="Select who it is", initial=NEW)
    first_names = forms.Text("First names", required=False, autocomplete="off", spellcheck=False)
    last_name = forms.Text("Last name", required=False, autocomplete="off", spellcheck=False)
    other_names = forms.Text(
        "Other names",
        required=False,
        hint="Or what people call them",
        autocomplete="off",
        spellcheck=False,
    )
    born_on = BirthDate(
        required=False, hint="For example, 27 3 1984. The year alone will do if you know no more"
    )
    age = forms.Text(
        "About how old, if you do not know the date", required=False, max_length=40, width="10"
    )
    relationship = forms.Select(
        "What are they to this person?",
        choices=Relationship.choices,
        coerce=Relationship,
        ask="Select what they are to this person",
    )
    relationship_words = forms.Text(
        "In your own words",
        required=False,
        hint="For example, mother’s ex-partner, or class teacher",
    )
    in_household = forms.Radios(
        "Are they a member of the same household?",
        choices=Known.choices,
        coerce=Known,
        initial=Known.NOT_KNOWN,
        ask="Select whether they are a member of the same household",
        classes="govuk-radios--inline",
    )
    responsibility = forms.Radios(
        "Do they have parental responsibility?",
        choices=Known.choices,
        coerce=Known,
        initial=Known.NOT_KNOWN,
        ask="Select whether they have parental responsibility",
        classes="govuk-radios--inline",
    )
    lives = forms.Radios(
        "Where do they live?",
        choices=[
            forms.Choice(Lives.SAME.value, Lives.SAME.label),
            forms.Choice(Lives.OTHER.value, Lives.OTHER.label, reveals=("address",)),
            forms.Choice(
                Lives.PROTECTED.value,
                Lives.PROTECTED.label,
                hint="Do not give it here: those you ask are told only that it is protected",
            ),
            forms.Choice(Lives.NOT_KNOWN.value, Lives.NOT_KNOWN.label),
        ],
        coerce=Lives,
        initial=Lives.NOT_KNOWN,
        ask="Select where they live",
    )
    address = forms.TextArea("Address", required=False, max_length=500, rows=3)
    unsafe = forms.TextArea(
        "Unsafe ways to reach them", required=False, rows=3, max_length=2_000, hint=UNSAFE_HINT
    )
    excluded = forms.Checkboxes(
        "Must they not get this information?",
        choices=[
            forms.Choice(
                "yes", "They must not learn what is asked or shared", reveals=("excluded_why",)
            )
        ],
        required=False,
    )
    excluded_why = forms.TextArea("Why", required=False, rows=2, max_length=2_000)
    concerns = concerns_field()
    concern_words = concern_words_field()
    restricted = restricted_field()
    asked = forms.Radios(
        "Do you ask the desks about them too?",
        choices=[
            forms.Choice(NOT_ASKED, "No, tell the desks of them only"),
            forms.Choice(AS_CHILD, "Yes, as a child or young person"),
            forms.Choice(AS_ADULT, "Yes, as an adult"),
        ],
        initial=NOT_ASKED,
        ask="Select whether you ask about them too",
    )

    def __init__(self, *args: Any, others: Sequence[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        if not others:
            # Nobody to choose from: no question
            self.fields["who"] = forms.Hidden(initial=NEW)
            return
        known = [forms.Choice(key, f"{name}, whom you ask about too") for key, name in others]
        self.fields["who"].choices = [*known, forms.Choice(NEW, "Somebody else")]  # type: ignore[attr-defined]

    def clean_who(self) -> str:
        """Somebody else, where there is nobody to choose from."""
        who: str = self.cleaned_data["who"]
        return who if isinstance(self.fields["who"], forms.Radios) else NEW

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        names = ("first_names", "last_name", "other_names")
        is_named = any(cleaned.get(name) or name in self.errors for name in names)
        if cleaned.get("who", NEW) == NEW and not is_named:
            self.add_error("first_names", _NAMELESS)
        relation, words = cleaned.get("relationship"), cleaned.get("relationship_words")
        if relation is Relationship.OTHER and not words and "relationship_words" not in self.errors:
            self.add_error("relationship_words", "Say in your own words what they are")
        return cleaned

    @property
    def other(self) -> str:
        """The key of somebody in the request, where it is one of them."""
        who: str = self.cleaned_data["who"]
        return "" if who == NEW else who

    def connected(self, others: Mapping[str, Identity | None]) -> Connected | None:
        """The person around, once the form is valid; None if they are no longer in the request."""
        answers = self.cleaned_data
        known = others.get(self.other)
        if self.other and known is None:
            return None
        lives = answers["lives"]
        return Connected(
            person=_named(known) if known else self._identity(),
            relationship=answers["relationship"],
            relationship_words=answers["relationship_words"],
            in_household=answers["in_household"],
            responsibility=answers["responsibility"],
            lives=lives,
            age=answers["age"],
            unsafe=answers["unsafe"],
            is_excluded=bool(answers["excluded"]),
            excluded_why=answers["excluded_why"],
            is_asked_about=bool(self.other) or answers["asked"] != NOT_ASKED,
            indicators=indicators_of(answers),
        )

    def _identity(self) -> Identity:
        answers = self.cleaned_data
        kind = PersonKind.CHILD if answers["asked"] == AS_CHILD else PersonKind.ADULT
        names = ("first_names", "last_name", "other_names")
        birth = BirthDateKind.UNKNOWN
        if answers["born_on"]:
            partial = is_partial(self["born_on"].data)
            birth = BirthDateKind.ESTIMATED if partial else BirthDateKind.EXACT
        return Identity(
            kind=kind,
            born_on=answers["born_on"],
            birth_kind=birth,
            address=answers["address"],
            **{name: answers[name] for name in names},
        )

    def as_person(self) -> dict[str, list[str]] | None:
        """What to type into the form of a person, where they are asked about too."""
        if self.other or self.cleaned_data["asked"] == NOT_ASKED:
            return None
        names = ("first_names", "last_name", "other_names", "address")
        typed = {name: [self.cleaned_data[name]] for name in names if self.cleaned_data[name]}
        days = self["born_on"].data.items()
        typed |= {f"born_on-{part}": [text] for part, text in days if text}
        return {"kind": [self.cleaned_data["asked"]], **typed}


def _named(known: Identity) -> Identity:
    """A name and no more: a desk that is not asked about them learns that they are near."""
    return Identity(
        kind=known.kind,
        first_names=known.first_names,
        last_name=known.last_name,
        other_names=known.other_names,
        mother=known.mother,
    )
