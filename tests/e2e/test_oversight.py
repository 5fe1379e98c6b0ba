"""Those who must prove what happened, and keep the post moving, in a real browser."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import transaction
from playwright.sync_api import ViewportSize, expect

from audit.models import AuditEvent
from kernel import outbox
from kernel.actors import Role
from sharing import queries, services
from sharing.models import Ask
from tests.asks import PLANTED, answer_ask, item, send_ask
from tests.e2e.stack import Postman
from tests.e2e.steps import NARROW, WIDE, AtBrowser
from tests.oversight.parked import park_everything
from tests.partnership import Partnership, add_person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(params=[WIDE, NARROW], ids=["desk", "telephone"])
def screen(request: pytest.FixtureRequest) -> ViewportSize:
    """Told at a desk and from a telephone."""
    size: ViewportSize = request.param
    return size


def test_an_officer_finds_out_who_opened_what_their_agency_shared(
    at_browser: AtBrowser, partnership: Partnership
) -> None:
    ask = send_ask(partnership.asker, partnership.police_desk)
    answer_ask(partnership.decider, ask, item())
    asker = partnership.asker.actor
    services.open_answers(actor=asker, answers=queries.answers_to(asker, ask))

    officer = at_browser(partnership.dpo)
    officer.opens("/")
    officer.opens("/oversight/log/")
    officer.types("Reference", ask.request.reference.lower())
    officer.page.get_by_label("What happened").select_option(label="Look: opened")
    officer.presses("Apply filter")
    officer.sees("Asha Asker", "Children First", "Reading what was shared with them")

    officer.page.get_by_role("row").filter(has_text="Asha Asker").get_by_role("link").first.click()
    officer.look(officer.page)
    officer.sees("Asha Asker, Children First", ask.request.reference)
    officer.sees_no(*PLANTED)

    officer.opens("/oversight/log/?reference=nonsense")
    officer.sees("this one has a slip in it")


def ask_of_which_nobody_is_told(partnership: Partnership) -> Ask:
    """The real worker sees the messages only once they are parked."""
    with transaction.atomic():
        ask = send_ask(partnership.asker, partnership.police_desk)
        assert len(park_everything()) == 4
    return ask


def test_the_coordinator_has_a_lost_notice_tried_again_and_it_arrives(
    at_browser: AtBrowser, partnership: Partnership, postman: Postman
) -> None:
    ask = ask_of_which_nobody_is_told(partnership)
    assert postman.messages == []

    coordinator = at_browser(partnership.coordinator)
    coordinator.opens("/")
    coordinator.follows("messages that could not be sent")
    coordinator.sees("Somebody was not told", "Dee Cider, County Police", "01905 000000")
    coordinator.sees(ask.request.reference)
    coordinator.follows("A request waits at your desk")
    coordinator.presses("Try again")
    coordinator.sees("Being tried again")

    coordinator.opens("/oversight/post/")
    coordinator.page.get_by_role("button", name="Try all").click()
    postman.wait_for(partnership.decider.user.email)
    postman.wait_for(partnership.police_desk.mailbox)
    assert len({str(one["Message-ID"]) for one in postman.messages}) == len(postman.messages)
    coordinator.opens("/oversight/post/")
    coordinator.sees("Everything was sent")
    assert outbox.parked().count() == 0


def test_the_coordinator_gives_up_what_nobody_needs(
    at_browser: AtBrowser, partnership: Partnership
) -> None:
    ask = ask_of_which_nobody_is_told(partnership)
    coordinator = at_browser(partnership.coordinator)
    coordinator.opens("/oversight/post/")
    coordinator.follows("A request waits at your desk")
    coordinator.follows("Give up, and say why")
    coordinator.presses("Give up")
    expect(coordinator.page.locator(".govuk-error-summary")).to_be_focused()
    coordinator.chooses("Why will nobody try again?", "They were told in another way")
    coordinator.presses("Give up")
    coordinator.sees("Given up. It stays on record.", ask.request.reference)
    coordinator.opens("/oversight/post/?show=given_up")
    coordinator.sees("They were told in another way")


def test_two_people_let_an_expired_month_of_the_log_go(
    at_browser: AtBrowser, partnership: Partnership
) -> None:
    AuditEvent.objects.create(event="accounts.signed_out", at=datetime(2001, 5, 3, tzinfo=UTC))
    board = partnership.coordinator.user.memberships.get().agency
    officer = at_browser(add_person("Olu Officer", board, Role.DPO))
    coordinator = at_browser(partnership.coordinator)

    coordinator.opens("/oversight/expiry/")
    coordinator.presses("Propose this month")
    coordinator.sees("Select a month from the list")
    coordinator.page.get_by_label("Which month shall go?").select_option(label="May 2001")
    coordinator.presses("Propose this month")
    coordinator.sees("Waits for somebody else")
    officer.opens("/oversight/expiry/")
    officer.follows("Decide about May 2001")
    officer.sees("Every entry of this month goes for good", "Coral Nator")
    officer.presses("Approve and destroy May 2001")
    officer.sees("Destroyed when audit_expire next runs")
