"""A silence is disputed, taken to the leads, and settled: each side sees what came of it."""

from __future__ import annotations

import pytest

from tests.asks import send_ask
from tests.e2e.steps import AtBrowser
from tests.partnership import Partnership

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_silence_is_disputed_from_the_desk_to_the_leads_and_settled(
    at_browser: AtBrowser, partnership: Partnership
) -> None:
    ask = send_ask(partnership.asker, partnership.police_desk)
    asker = at_browser(partnership.asker)
    asker.opens(f"/requests/asks/{ask.pk}/")
    asker.follows("Dispute this")
    asker.presses("Send to both sides")
    asker.sees("Enter what should happen, and why")
    asker.types("What should happen, and why?", "We plan a visit on Friday and know nothing")
    asker.presses("Send to both sides")
    asker.sees("We plan a visit on Friday", "Between practitioners", "Due in")

    police = at_browser(partnership.decider)
    police.opens("/disagreements/")
    police.follows("ISP-")
    police.sees("We plan a visit on Friday")

    asker.presses("Write down what came of it")
    asker.chooses("What came of it?", "Nobody reacted")
    asker.types("In your words", "Rang twice")
    asker.chooses("Who should speak about it next?", "Between designated leads")
    asker.presses("Save and tell everybody")
    asker.sees("Select “Between line managers”")
    asker.page.get_by_label("A child may be in danger", exact=True).check()
    asker.presses("Save and tell everybody")
    asker.sees("Between designated leads", "Rang twice", "Ring 999 if it is now")

    lead = at_browser(partnership.lead)
    lead.opens("/disagreements/")
    lead.follows("ISP-")
    lead.sees("Rang twice", "We plan a visit on Friday")
    lead.sees_no("Zebedee")
    lead.presses("Write down what came of it")
    lead.chooses("What came of it?", "They answer, or share what was asked")
    lead.types("In your words", "Our desk answers today")
    lead.presses("Save and tell everybody")
    lead.sees("Settled", "Our desk answers today")
