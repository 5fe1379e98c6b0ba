"""What the family knows, and how consent stands."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from django.http import QueryDict

from consent.states import Consent, Ground, How, Told
from sharing.forms.family import FamilyForm
from tests.partnership import ClientFor, Partnership
from tests.sharing.journey import CHILD, FAMILY, Writing, text_of

Typed = Mapping[str, str | list[str]]

WAIVED: Typed = {"grounds": ["1", "6"], "judgement": "As I judge it"}


def form_of(typed: Typed) -> FamilyForm:
    data = QueryDict(mutable=True)
    for name, value in typed.items():
        data.setlist(name, value if isinstance(value, list) else [value])
    return FamilyForm(data)


RIGHT = [
    (FAMILY, Told.TOLD, Consent.NOT_RELIED_ON),
    (
        {"told": "NOT_YET", "tell_by-day": "tomorrow", "consent": "REFUSED", **WAIVED},
        Told.NOT_YET,
        Consent.REFUSED,
    ),
    (
        {"told": "NOT_TOLD", "not_told_why": "Danger", "consent": "NOT_SOUGHT", **WAIVED},
        Told.NOT_TOLD,
        Consent.NOT_SOUGHT,
    ),
]


@pytest.mark.parametrize(("typed", "told", "consent"), RIGHT)
def test_the_position_is_recorded_as_it_was_stated(
    typed: Typed, told: Told, consent: Consent
) -> None:
    form = form_of(typed)

    assert form.is_valid(), form.errors
    account = form.account()
    assert (account.told, account.consent) == (told, consent)
    assert account.grounds == ((Ground("1"), Ground("6")) if consent.waived else ())


def test_consent_says_from_whom_how_and_when() -> None:
    obtained = {
        "consent": "OBTAINED",
        "consent_from": "Father",
        "consent_how": "SPOKEN",
        "consent_on-day": "today",
    }
    form = form_of({**FAMILY, **obtained})

    assert form.is_valid(), form.errors
    account = form.account()
    assert (account.consent_from, account.consent_how) == ("Father", How.SPOKEN)
    assert account.consent_on is not None


def test_what_was_not_asked_is_not_recorded() -> None:
    form = form_of({**FAMILY, **WAIVED, "not_told_why": "Danger", "consent_from": "Father"})

    assert form.is_valid()
    account = form.account()
    assert (account.grounds, account.judgement) == ((), "")
    assert (account.not_told_why, account.consent_from) == ("", "")


WRONG = [
    ({}, ["Select whether the family knows", "Select how consent stands"]),
    ({"told": "TOLD", "consent": "NOT_RELIED_ON"}, ["Enter who was told", "Enter the day"]),
    ({**FAMILY, "told_on-day": "1 January 2999"}, ["must be today or in the past"]),
    ({"told": "NOT_YET", "consent": "NOT_RELIED_ON"}, ["Enter by when"]),
    (
        {"told": "NOT_YET", "tell_by-day": "1 January 2020", "consent": "NOT_RELIED_ON"},
        ["must be today or in the future"],
    ),
    ({"told": "NOT_TOLD", "consent": "NOT_RELIED_ON"}, ["Enter why the family is not told"]),
    (
        {**FAMILY, "consent": "OBTAINED"},
        ["Enter who consented", "Select how they consented", "Enter the day of consent"],
    ),
    (
        {**FAMILY, "consent": "REFUSED"},
        ["Select at least one ground", "Enter why you judge that ground"],
    ),
    ({**FAMILY, "consent": "NOT_SOUGHT", "judgement": "So"}, ["Select at least one ground"]),
    ({**FAMILY, "consent": "REFUSED", **WAIVED, "grounds": ["7"]}, ["at least one ground"]),
    ({**FAMILY, "told": "MAYBE"}, ["Select whether the family knows"]),
]


@pytest.mark.parametrize(("typed", "errors"), WRONG)
def test_what_is_owed_is_asked_for(typed: Typed, errors: list[str]) -> None:
    form = form_of(typed)

    found = " ".join(link.text for link in form.error_links)
    for error in errors:
        assert error in found


def test_what_was_typed_comes_back_with_the_errors_and_later(
    partnership: Partnership, client_for: ClientFor
) -> None:
    writing = Writing(client_for(partnership.asker))
    writing.add(**CHILD)
    typed = {"told": "NOT_TOLD", "not_told_why": "It isn’t <safe>", "consent": "REFUSED"}

    page = text_of(writing.post("family", typed))
    later = text_of(writing.get("family"))

    assert "Select at least one ground" in page
    assert "It isn’t <safe>" in page
    assert "It isn’t <safe>" in later
    assert "There is a problem" not in later
