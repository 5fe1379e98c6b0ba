"""Two in the morning: somebody without the right reads what waits, and their lead reviews it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from kernel.actors import Role
from tests.asks import NAME, WHY, send_ask
from tests.e2e.steps import Look, Person
from tests.partnership import Partnership, Player, add_person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_record_is_opened_in_an_emergency_read_and_reviewed(
    browser: Browser, portal: str, accessible: Look, partnership: Partnership
) -> None:
    def sit_down(player: Player, width: int) -> Person:
        context = browser.new_context(viewport={"width": width, "height": 900})
        person = Person(context, portal, accessible)
        person.signs_in(player)
        return person

    ask = send_ask(partnership.asker, partnership.police_desk)
    night = add_person("Nora Night", partnership.police, Role.PRACTITIONER)

    duty = sit_down(night, 320)
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

    lead = sit_down(partnership.lead, 1280)
    lead.opens("/")
    lead.follows("emergency openings to review")
    lead.follows(ask.request.reference)
    lead.sees("Mother rings from the street", "Nora Night")
    lead.presses("Review it")
    lead.chooses("Was it justified?", "Justified, but the desk must be better staffed")
    lead.types("Why, and what follows from it", "The rota had a hole")
    lead.presses("Record the review")
    lead.sees("Reviewed", "The rota had a hole")
