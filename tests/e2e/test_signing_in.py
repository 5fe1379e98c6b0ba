"""The first sign-in in a real browser: password, a device, recovery codes, and in."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from accounts.models import User
from tests.e2e.steps import Look
from tests.e2e.totp import code_for
from tests.partnership import Partnership, set_password

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "cormorant lantern biscuit"


@pytest.fixture
def newcomer(partnership: Partnership) -> User:
    """Somebody with a membership and a password, and no device yet."""
    user = partnership.asker.user
    set_password(user, PASSWORD)
    return user


def test_a_newcomer_enrols_a_device_by_its_setup_key_and_comes_in(
    browser: Browser, portal: str, newcomer: User, accessible: Look
) -> None:
    page = browser.new_page()
    page.goto(portal)
    type_password(page, newcomer.email, PASSWORD)
    accessible(page)

    expect(page.get_by_role("img", name=re.compile("QR code"))).to_be_visible()
    secret = page.locator("code").inner_text()
    page.get_by_label("Name of this device").fill("Work telephone")
    page.get_by_label("Code", exact=True).fill(code_for(secret))
    page.get_by_role("button", name="Add this device").click()

    accessible(page)
    assert len(page.get_by_role("main").get_by_role("listitem").all()) >= 10
    page.get_by_role("button", name="I have saved my codes").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What waits for you")
    accessible(page)


def test_a_wrong_password_gives_an_error_that_takes_the_focus_and_names_nobody(
    browser: Browser, portal: str, newcomer: User, accessible: Look
) -> None:
    page = browser.new_page()
    page.goto(portal)

    type_password(page, newcomer.email, "something else entirely")

    summary = page.get_by_role("alert")
    expect(summary).to_be_visible()
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    accessible(page)


def type_password(page: Page, email: str, password: str) -> None:
    page.get_by_label("Email address").fill(email)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Continue").click()
