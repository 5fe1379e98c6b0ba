"""The same job without scripts, on a narrow screen, and by keyboard alone."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from sharing.models import Request
from tests.e2e.steps import (
    NARROW,
    AtBrowser,
    Person,
    asks_desks,
    names_child,
    says_what_the_family_knows,
    says_why,
)
from tests.partnership import Partnership

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

POLICE = "County Police, Information desk"


def ask(person: Person) -> None:
    person.opens("/")
    person.presses("Ask for information")
    names_child(person, "Dougal", "", born="4 May 2014")
    person.presses("Continue")
    says_why(person, "A worry in words")
    says_what_the_family_knows(person, "Father")
    asks_desks(person, [POLICE])
    person.sees("Dougal", "A worry in words")
    person.presses("Send request")
    person.sees("Request sent")
    person.follows("Follow this request")
    person.opens("/requests/")


def test_somebody_without_scripts_asks_from_a_telephone(
    at_browser: AtBrowser, partnership: Partnership
) -> None:
    ask(at_browser(partnership.asker, NARROW, scripts=False))

    assert Request.objects.count() == 1


def test_no_page_of_asking_is_wider_than_a_small_telephone(
    at_browser: AtBrowser, partnership: Partnership
) -> None:
    ask(at_browser(partnership.asker, NARROW))

    assert Request.objects.count() == 1


def test_the_first_question_is_answered_by_keyboard_alone_and_errors_lead_to_their_field(
    at_browser: AtBrowser, partnership: Partnership
) -> None:
    person = at_browser(partnership.asker)
    person.opens("/")
    person.page.get_by_role("button", name="Ask for information").press("Enter")

    person.page.get_by_label("Last name (optional)").press("Enter")

    expect(person.page.locator(".govuk-error-summary")).to_be_focused()
    person.page.keyboard.press("Tab")
    person.page.keyboard.press("Enter")
    expect(person.page.get_by_label("A child or young person")).to_be_focused()
    person.page.keyboard.press("Space")
    person.page.get_by_label("First names (optional)").focus()
    person.page.keyboard.type("D’Artagnan")
    person.page.keyboard.press("Enter")
    expect(person.page.get_by_role("heading", level=1)).not_to_contain_text("Who is it about")
