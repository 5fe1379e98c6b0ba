"""Logging what passed beside the portal, on one short page. Nothing here stands in the way."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar
from uuid import UUID

from django.utils import timezone

from agencies.models import Agency
from kernel import forms
from kernel.forms.reading import Span, Typed, Unreadable, read_date
from kernel.tiers import Tier
from people.identity import BirthDateKind, Identity, PersonKind
from sharing.forms.channel_words import WORDS
from sharing.forms.people import BirthDate, is_partial
from sharing.models import Ask
from sharing.services.contacting import ContactInput, LogInput
from sharing.services.disclosing import ItemInput
from sharing.states import Category, Outcome, Standing
from sharing.states.contact import (
    CHECKS,
    Channel,
    Check,
    Direction,
    Ground,
    Verification,
    VerificationResult,
)

# Any of these is worth a record
_SOMETHING = (
    "agency",
    "agency_typed",
    "name",
    "number",
    "first_names",
    "last_name",
    "born_on",
    "others",
    "asked",
    "said",
    "follow_up",
    "ask",
)
_WHO = ("agency_typed", "name", "role", "number")
_CARRIES = {Outcome.SHARED, Outcome.SHARED_IN_PART, Outcome.RECEIVED}
_OUTCOMES = [
    (Outcome.SHARED, "We shared what was needed"),
    (Outcome.SHARED_IN_PART, "We shared part of it"),
    (Outcome.NOT_SHARED, "We did not share"),
    (Outcome.NOTHING_RELEVANT, "Known to us, nothing relevant"),
    (Outcome.NOT_KNOWN, "Not known to us"),
    (Outcome.WRONG_SERVICE, "Not for us"),
    (Outcome.RECEIVED, "They told us something"),
]


class LogForm(forms.Form):
    """One call, visit, letter or message: who, about whom, what was asked, decided and said."""

    says_optional: ClassVar[bool] = False

    submission = forms.Submission()
    direction = forms.Radios("Who turned to whom?", required=False, coerce=Direction)
    happened_at = forms.Moment(
        "When was it?", called="The time", past=True, required=False, initial=timezone.now
    )
    agency = forms.Select("Their agency", required=False, empty="Not in the list")
    agency_typed = forms.Text(
        "If it is not in the list, what is it called?", required=False, autocomplete="off"
    )
    name = forms.Text("Their name", required=False, autocomplete="off", spellcheck=False)
    role = forms.Text("Their role", required=False, autocomplete="off")
    number = forms.Text(
        "Their number", required=False, max_length=500, autocomplete="off", spellcheck=False
    )
    verification = forms.Radios(
        "How did you know that it was them?", required=False, coerce=Verification
    )
    verification_result = forms.Radios(
        "What came of it?",
        required=False,
        choices=VerificationResult.choices,
        coerce=VerificationResult,
        initial=VerificationResult.CONFIRMED,
    )
    verification_note = forms.TextArea(
        "Why, or what remains to be said of it", required=False, rows=2, max_length=2_000
    )
    first_names = forms.Text("First names", required=False, autocomplete="off", spellcheck=False)
    last_name = forms.Text("Last name", required=False, autocomplete="off", spellcheck=False)
    born_on = BirthDate(required=False, hint="For example, 27 3 2014. The year alone will do")
    others = forms.TextArea(
        "Anybody else it was about",
        required=False,
        hint="One person a line. A date of birth after a comma",
        rows=2,
        max_length=2_000,
    )
    asked = forms.TextArea("What was asked?", required=False, rows=2)
    outcome = forms.Radios("What was decided?", required=False, coerce=Outcome)
    said = forms.TextArea("What was said?", required=False, rows=4)
    standing = forms.Radios(
        "How firm is it?", required=False, choices=Standing.choices, coerce=Standing
    )
    category = forms.Select(
        "What kind of information",
        required=False,
        choices=Category.choices,
        coerce=Category,
        initial=Category.CONCERNS,
    )
    ground = forms.Select(
        "On what ground", required=False, empty="Not noted", choices=Ground.choices, coerce=Ground
    )
    checks = forms.Checkboxes("What did you see to?", required=False, coerce=Check)
    went_astray = forms.Confirm(
        "It reached somebody else, or a wrong address or number",
        required=False,
        hint="An incident is opened, and your data protection officer is told",
    )
    follow_up = forms.Text("What follows from it?", required=False, max_length=2_000)
    ask = forms.Select("Does it answer a request?", required=False, empty="No", coerce=UUID)

    def __init__(
        self,
        *args: Any,
        channel: Channel,
        agencies: Iterable[Agency],
        asks: Sequence[Ask],
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.channel = channel
        words = WORDS[channel]
        self._offer("direction", words.directions.items())
        self._offer("agency", [(one.pk, one.name) for one in agencies])
        self._offer("verification", [(one.value, one.label) for one in words.verifications])
        self._offer("outcome", _OUTCOMES)
        self._offer("checks", [(one.value, one.label) for one in CHECKS[channel]])
        self._offer("ask", [(one.pk, _ask_label(one)) for one in asks])
        self.fields["number"].label = words.number
        if not CHECKS[channel]:
            del self.fields["checks"]
        if not asks:
            del self.fields["ask"]

    def _offer(self, name: str, choices: Iterable[Any]) -> None:
        self.fields[name].choices = list(choices)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        # A request that others answered meanwhile, an agency that left: no reason to lose a log
        for name in ("ask", "agency"):
            if name in self.errors:
                del self.errors[name]
                cleaned[name] = None
        if not any(cleaned.get(name) or name in self.errors for name in _SOMETHING):
            self.add_error("asked", "Enter what was asked or said, or whom it was about")
        return cleaned

    @property
    def lost_its_request(self) -> bool:
        """Whether a request was chosen that is no longer open."""
        return bool(self.data.get("ask")) and not self.cleaned_data.get("ask")

    def log(self) -> LogInput:
        """What to put on record, once the form is valid."""
        answers = self.cleaned_data
        outcome = answers["outcome"] or Outcome.NOT_NOTED
        return LogInput(
            submission=answers["submission"],
            contact=self._contact(),
            outcome=outcome,
            people=self._people(),
            items=self._items(outcome),
            said="" if outcome in _CARRIES else answers["said"],
            asked=answers["asked"],
            happened_at=answers["happened_at"],
            ask_id=answers.get("ask") or None,
        )

    def _contact(self) -> ContactInput:
        answers = self.cleaned_data
        verification = answers["verification"] or Verification.NOT_KNOWN
        return ContactInput(
            channel=self.channel,
            direction=answers["direction"] or Direction.INCOMING,
            agency_id=UUID(answers["agency"]) if answers["agency"] else None,
            who={name: answers[name] for name in _WHO if answers[name]},
            verification=verification,
            verification_result=(
                answers["verification_result"] or None if verification.is_verified else None
            ),
            verification_note=answers["verification_note"],
            ground=answers["ground"] or None,
            checks=answers.get("checks") or (),
            went_astray=bool(answers["went_astray"]),
            follow_up=answers["follow_up"],
        )

    def _items(self, outcome: Outcome) -> list[ItemInput]:
        answers = self.cleaned_data
        if outcome not in _CARRIES or not answers["said"]:
            return []
        return [
            ItemInput(
                category=answers["category"] or Category.CONCERNS,
                tier=Tier.SENSITIVE,
                standing=answers["standing"] or Standing.DOUBTFUL,
                body=answers["said"],
                as_of_on=timezone.localdate(answers["happened_at"] or timezone.now()),
            )
        ]

    def _people(self) -> list[Identity]:
        answers = self.cleaned_data
        names = answers["first_names"], answers["last_name"]
        people = []
        if any(names) or answers["born_on"]:
            partial = is_partial(self["born_on"].data)
            people.append(_child(*names, born_on=answers["born_on"], partial=partial))
        return [*people, *map(_other, filter(str.strip, answers["others"].splitlines()))]


def _child(first: str, last: str, *, born_on: Any, partial: bool = False) -> Identity:
    sure = BirthDateKind.ESTIMATED if partial else BirthDateKind.EXACT
    kind = sure if born_on else BirthDateKind.UNKNOWN
    return Identity(PersonKind.CHILD, first, last, birth_kind=kind, born_on=born_on)


def _other(line: str) -> Identity:
    """A name, and a date of birth where one can be read behind the comma; else all of it is a name."""
    name, _, day = line.rpartition(",")
    today = timezone.localdate()
    try:
        born_on = read_date(
            Typed(day=day.strip()), today=today, two_digit_years=Span.of_lives(today)
        )
    except Unreadable:
        return _child(line.strip(), "", born_on=None)
    return _child(name.strip(), "", born_on=born_on if born_on <= today else None)


def _ask_label(ask: Ask) -> str:
    request = ask.request
    return f"{request.reference}, {request.asked_by.user.full_name}, {request.asking_agency.name}"
