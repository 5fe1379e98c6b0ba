"""Two in the morning: somebody without the right reads what waits, and their lead reviews it."""

from __future__ import annotations

import pytest

from kernel.actors import Role
from tests.asks import NAME, WHY, send_ask
from tests.e2e.steps import NARROW, AtBrowser
from tests.partnership import Partnership, add_person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_record_is_opened_in_an_emergency_read_and_reviewed(
    at_browser: AtBrowser, partnership: Partnership
) -> None:
    ask = send_ask(partnership.asker, partnership.police_desk)
    night = add_person("Nora Night", partnership.police, Role.PRACTITIONER)

    duty = at_browser(night, NARROW)
    duty.opens("/emergency/")
    duty.sees("No emergency openings")
    duty.presses("Open a record in an emergency")
    duty.types("Reference of the request or share", "ISP-0000-000")
    duty.chooses("Why can it not wait?", "A child or somebody else may be in danger now")
    duty.types("What is happening?", "Mother rings from the street")
    duty.presses("Open it now")
    duty.sees("No record with this reference")
    duty.types("Reference of the request or share", ask.request.reference)
    duty.presses("Open it now")
    duty.sees("Read it now")
    duty.follows("What was asked of County Police, Information desk")
    duty.sees(NAME, WHY, "only to read it")

    lead = at_browser(partnership.lead)
    lead.opens("/")
    lead.follows("emergency openings to review")
    lead.follows(ask.request.reference)
    lead.sees("Mother rings from the street", "Nora Night")
    lead.presses("Review it")
    lead.chooses("Was it justified?", "Justified, but the desk must be better staffed")
    lead.types("Why, and what follows from it", "The rota had a hole")
    lead.presses("Record the review")
    lead.sees("Reviewed", "The rota had a hole")
