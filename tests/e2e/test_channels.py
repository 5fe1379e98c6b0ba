"""Someone rings, and somebody shares what nobody asked for, in a real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import ViewportSize

from sharing.models import Receipt, Share
from tests.e2e.steps import NARROW, AtBrowser, names_child
from tests.partnership import Partnership

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def screen() -> ViewportSize:
    return NARROW


def test_somebody_rings_and_it_is_on_record_after_one_page(
    partnership: Partnership, at_browser: AtBrowser
) -> None:
    asker = at_browser(partnership.asker)
    asker.opens("/")
    asker.presses("Someone rang")
    pages = 1
    asker.chooses("Who turned to whom?", "They rang us")
    asker.types("Their name", "Siobhán Ó Sé")
    asker.chooses("How did you know that it was them?", "I know their voice or face")
    asker.types("First names", "Zebulon")
    asker.types("What was asked?", "Whether he is safe")
    asker.chooses("What was decided?", "We shared what was needed")
    asker.types("What was said?", "Seen today, well")
    asker.presses("Log it")

    asker.sees("Siobhán Ó Sé", "Zebulon", "Seen today, well", "It was them", "Written down")
    assert (pages, Share.objects.count()) == (1, 1)
    asker.opens("/shares/given/")
    asker.sees("Telephone", "Zebulon")
    asker.opens("/log-contact/")
    asker.follows("Before you send an e-mail")
    asker.presses("It is sent: log it")
    asker.sees("Their e-mail address")


def test_something_is_shared_unasked_and_opened_at_the_other_end(
    partnership: Partnership, at_browser: AtBrowser
) -> None:
    asker = at_browser(partnership.asker)
    asker.opens("/")
    asker.presses("Share information")
    names_child(asker, "Zebulon", "O'Quillfeather")
    asker.presses("Continue")
    asker.chooses("What kind of information is it?", "Reasons for concern")
    asker.types("The information", "Came without a coat")
    asker.chooses("How firm is it?", "Fact")
    asker.chooses("May the family see this?", "Ask us first")
    asker.presses("Continue")
    asker.chooses("What is it for?", "A child may need help from social care")
    asker.types("Why do you share it, and what do you ask of them?", "Please look in")
    asker.presses("Continue")
    asker.chooses("Does the family know that you are sharing this?", "Not yet, they will be told")
    asker.types_day("By when will they be told?", "tomorrow")
    asker.chooses("How does consent stand?", "Consent is not the basis relied on")
    asker.presses("Continue")
    asker.types("Find a person, a desk or an agency", "police")
    asker.presses("Find")
    asker.chooses("Whom do you add?", "Everybody at County Police, Information desk")
    asker.page.get_by_label("What may they open?", exact=True).select_option("Up to Sensitive")
    asker.presses("Add")
    asker.presses("Save and continue")
    asker.sees("Came without a coat", "Please look in", "County Police")
    asker.presses("Share it")
    asker.sees("Nobody has opened it yet")

    reader = at_browser(partnership.decider)
    reader.opens("/shares/")
    reader.follows("Zebulon O'Quillfeather")
    reader.sees("Came without a coat", "Please look in", "unasked")
    assert Receipt.objects.get().membership_id == partnership.decider.membership_id
