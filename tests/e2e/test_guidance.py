"""Somebody who is not sure asks their lead without naming the child, decides, and can show why."""

from __future__ import annotations

import pytest
from playwright.sync_api import ViewportSize

from tests.asks import send_ask
from tests.e2e.stack import Postman
from tests.e2e.steps import NARROW, AtBrowser, Person
from tests.partnership import Partnership

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
UNSURE = "May I tell social care about a caller who does not want to be known?"
ADVICE = "Yes. Say what they saw and leave out who they are."


@pytest.fixture
def screen() -> ViewportSize:
    return NARROW


def asks_the_lead(police: Person) -> None:
    """From the step at which they are unsure; the child's name slips in first."""
    police.page.get_by_text("Golden rules", exact=True).click()
    police.sees("A child’s safety comes before anybody’s privacy")
    link = police.page.get_by_role("link", name="Not sure?")
    address = link.get_attribute("href") or ""
    police.opens(address)
    police.chooses("What is your question about?", "Whether to share")
    police.types("Your question", f"Zebedee: {UNSURE}")
    police.presses("Ask the lead")
    police.sees("the name of somebody", "Zebedee")
    police.types("Your question", UNSURE)
    police.presses("Ask the lead")
    police.sees("No answer yet")


def test_unsure_advised_decided_and_shown(
    at_browser: AtBrowser, partnership: Partnership, postman: Postman
) -> None:
    sent = send_ask(partnership.asker, partnership.police_desk)
    police = at_browser(partnership.decider)
    police.opens(f"/desk/asks/{sent.pk}/")
    police.presses("Answer")
    asks_the_lead(police)

    postman.wait_for(partnership.lead.user.email)
    lead = at_browser(partnership.lead)
    lead.opens("/")
    lead.follows("questions to you as designated lead")
    lead.follows("ISP-")
    lead.sees(UNSURE, sent.request.reference)
    lead.sees_no("Zebedee")
    lead.presses("Answer")
    lead.types("Your advice", ADVICE)
    lead.presses("Send advice")

    postman.wait_for(partnership.decider.user.email, 2)
    police.opens(f"/desk/asks/{sent.pk}/answer/1/")
    police.chooses("What can you tell about Zebedee O'Quill?", "Not known to us")
    police.types("What did you search, and how?", "Our log, by name and address")
    police.presses("Save and continue")
    police.presses("Send answer")
    police.follows("The whole reasoning on one page")
    police.sees(UNSURE, ADVICE, "Lea Der", "Our log, by name and address", "Not known to us")
    police.sees("Guidance in force on that day", "UK GDPR Article 6", "Bruises on both arms")
    police.page.get_by_role("link", name="Print this page").click()
    police.sees("Copy of Dee Cider, County Police", ADVICE)

    assert "Zebedee" not in postman.everything()
    assert UNSURE not in postman.everything()
