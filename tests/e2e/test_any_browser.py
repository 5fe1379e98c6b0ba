"""The same job without scripts, on a narrow screen, and by keyboard alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from sharing.models import Request
from tests.e2e.steps import (
    Look,
    Person,
    asks_desks,
    fits,
    names_child,
    says_what_the_family_knows,
    says_why,
)
from tests.partnership import Partnership

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

POLICE = "County Police, Information desk"
NARROW = ViewportSize(width=320, height=640)


def no_look(page: Page) -> None:
    """Without scripts the accessibility rules cannot run; other tests look at these pages."""


@pytest.fixture
def asker(browser: Browser, portal: str, partnership: Partnership) -> Callable[..., Person]:
    def sit_down(look: Look, *, scripts: bool) -> Person:
        context = browser.new_context(viewport=NARROW, java_script_enabled=scripts)
        context.set_default_timeout(20_000)
        person = Person(context, portal, look)
        person.signs_in(partnership.asker)
        return person

    return sit_down


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


def test_somebody_without_scripts_asks_from_a_telephone(asker: Callable[..., Person]) -> None:
    ask(asker(no_look, scripts=False))

    assert Request.objects.count() == 1


def test_no_page_of_asking_is_wider_than_a_small_telephone(
    asker: Callable[..., Person], accessible: Look
) -> None:
    ask(asker(fits(accessible), scripts=True))

    assert Request.objects.count() == 1


def test_the_first_question_is_answered_by_keyboard_alone_and_errors_lead_to_their_field(
    browser: Browser, portal: str, partnership: Partnership, accessible: Look
) -> None:
    person = Person(browser.new_context(), portal, accessible)
    person.signs_in(partnership.asker)
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
