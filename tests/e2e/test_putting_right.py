"""What was shared is corrected, acknowledged, taken back and dealt with, in a real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import ViewportSize

from sharing.models import Answer
from tests.asks import BODY
from tests.e2e.steps import NARROW, WIDE, AtBrowser, Person
from tests.partnership import Partnership
from tests.sharing.righting.given import RIGHT, give

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(params=[WIDE, NARROW], ids=["desk", "telephone"])
def screen(request: pytest.FixtureRequest) -> ViewportSize:
    """Told at a desk and from a telephone."""
    size: ViewportSize = request.param
    return size


def corrects(police: Person, charity: Person, answer: Answer) -> None:
    """The text was wrong: it is put right, and whoever had read it says that they know."""
    police.opens(f"/desk/asks/{answer.ask_id}/")
    police.follows("Correct, withdraw or take back")
    police.follows("Correct item 1")
    police.presses("Correct")  # forgetting to say what was wrong
    police.types("The information as it should be", RIGHT)
    police.types("What was wrong?", "The log was of another street")
    police.presses("Correct")
    police.sees("Not yet")

    charity.opens("/")
    charity.follows("put right: say that you know")
    charity.follows(answer.reference)
    charity.sees(BODY, RIGHT, "Do not rely on this", "The log was of another street")
    charity.presses("I know what was put right")
    police.opens(f"/shares/{answer.pk}/put-right/")
    police.sees("Otto Sider")


def takes_it_back(police: Person, charity: Person, answer: Answer) -> None:
    """And it was not for them."""
    police.presses("Take it back")
    police.chooses("From whom is it taken back?", "Little Steps, Information desk")
    police.chooses("Why?", "It went to the wrong person or desk")
    police.types("What happened?", "The wrong desk was ticked")
    police.presses("Take it back now")
    police.sees("an incident is open")
    charity.page.goto(f"{charity.portal}/shares/{answer.pk}/")
    charity.sees_no(BODY, RIGHT)
    charity.opens("/put-right/")
    charity.follows(answer.reference)
    charity.sees("What became of copies?")
    charity.chooses("What became of copies?", "No copy was made")
    charity.presses("Confirm")
    charity.sees("No copy was made")


def deals_with_the_incident(officer: Person) -> None:
    """From the home page to the lessons."""
    officer.opens("/")
    officer.follows("incidents to decide")
    officer.sees("Due in")
    officer.page.get_by_role("row").filter(has_text="Due in").get_by_role("link").first.click()
    officer.look(officer.page)
    officer.sees("The wrong desk was ticked")
    officer.presses("Assess the risk")
    officer.chooses("Is anybody’s safety, dignity or livelihood at risk because of it?", "No risk to people is likely")  # fmt: skip
    officer.chooses("What kind of information was it?", "Information about children")
    officer.types("What has been done to contain it and limit harm?", "They destroyed nothing, for they kept nothing")  # fmt: skip
    officer.presses("Save")
    officer.presses("Record the decision")
    officer.chooses("Has it been reported to the regulator?", "No: a risk to people is unlikely")
    officer.types("The reasons for this decision", "One trained reader, who told nobody")
    officer.chooses("Have the people concerned been told?", "No: the reasons say why")
    officer.presses("Save")
    officer.presses("Close with lessons")
    officer.types("What was learnt, and what will change?", "Desks are shown by town")
    officer.presses("Save")
    officer.sees("Closed", "within the limit")


def test_what_was_wrong_is_corrected_and_what_went_astray_is_taken_back(
    at_browser: AtBrowser, partnership: Partnership
) -> None:
    answer = give(partnership, partnership.charity_desk.pk)
    charity, police = at_browser(partnership.outsider), at_browser(partnership.decider)
    charity.opens(f"/shares/{answer.pk}/")
    charity.sees(BODY)

    corrects(police, charity, answer)
    takes_it_back(police, charity, answer)
    deals_with_the_incident(at_browser(partnership.dpo))


def test_anybody_reports_that_something_went_wrong(
    at_browser: AtBrowser, partnership: Partnership
) -> None:
    asker = at_browser(partnership.asker)
    asker.opens("/incidents/")
    asker.sees("No incidents")
    asker.presses("Report that something went wrong")
    asker.presses("Report it")
    asker.chooses("What went wrong?", "Papers, a device or a file lost or stolen")
    asker.types("What happened, and what has been done so far?", "A bag was left on a bus")
    asker.presses("Report it")
    asker.sees("Due in", "A bag was left on a bus")
    asker.presses("Add a note")
    asker.types("What do you want to add?", "The driver has it")
    asker.presses("Save")
    asker.sees("The driver has it")
