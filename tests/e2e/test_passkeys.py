"""A passkey in a real browser: added, used to sign in and to prove again; a lost device reset by two."""

from __future__ import annotations

import pytest
from django.conf import LazySettings
from playwright.sync_api import Browser, BrowserContext, Page, expect

from accounts.models import Passkey, User
from agencies.models import Authorisation
from tests.e2e.stack import Postman
from tests.e2e.steps import NARROW, AtBrowser, Look, fits
from tests.e2e.test_signing_in import PASSWORD, type_password
from tests.e2e.totp import code_for
from tests.partnership import Partnership, set_password, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

USE = "Use a passkey or security key"
KEY = {
    "protocol": "ctap2",
    "transport": "usb",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def context(browser: Browser) -> BrowserContext:
    """A telephone's screen: what fits here fits everywhere."""
    context = browser.new_context(viewport=NARROW)
    context.set_default_timeout(20_000)
    return context


def plug_in_key(page: Page) -> None:
    """A security key that its owner touches whenever it blinks."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})


def press(page: Page, text: str) -> None:
    page.get_by_role("button", name=text, exact=True).click()


def test_a_lead_signs_in_with_a_security_key_and_proves_it_again_before_giving_a_clearance(
    context: BrowserContext,
    portal: str,
    partnership: Partnership,
    accessible: Look,
    settings: LazySettings,
) -> None:
    look, lead = fits(accessible), partnership.lead.user
    set_password(lead, PASSWORD)
    portal = portal.replace("127.0.0.1", "localhost")  # passkeys belong to a name
    settings.BASE_URL, settings.CSRF_TRUSTED_ORIGINS = portal, [portal]
    page = context.new_page()
    plug_in_key(page)
    page.goto(portal)
    type_password(page, lead.email, PASSWORD)
    page.get_by_role("link", name="use a passkey or security key").click()
    look(page)
    page.get_by_label("Name of this passkey").fill("Blue key")
    press(page, "Add a passkey or security key")
    look(page)
    press(page, "I have saved my codes")
    page.goto(f"{portal}/account/")
    expect(page.get_by_role("main")).to_contain_text("Blue key")
    look(page)

    press(page, "Sign out everywhere, here too")
    type_password(page, lead.email, PASSWORD)
    look(page)
    press(page, USE)
    expect(page.get_by_role("heading", level=1)).to_have_text("What waits for you")

    page.goto(f"{portal}/agencies/people/{partnership.uncleared.membership_id}/authorise/")
    page.get_by_label("Personal", exact=False).first.check()
    page.get_by_label("Why", exact=False).first.fill("Answers at the police’s desk")
    settings.STEP_UP_SECONDS = 0  # as if the lead had gone for tea
    press(page, "Authorise")
    expect(page.get_by_role("main")).to_contain_text("What you typed has not been sent yet")
    look(page)
    settings.STEP_UP_SECONDS = 600
    press(page, USE)
    press(page, "Continue with what I typed")
    expect(page.get_by_role("main")).to_contain_text("Answers at the police’s desk")
    assert Authorisation.objects.filter(reason__startswith="Answers at").count() == 1
    assert Passkey.objects.get().sign_count > 0


def test_a_lost_device_is_reset_by_two_and_its_owner_begins_anew(
    at_browser: AtBrowser, browser: Browser, partnership: Partnership, postman: Postman
) -> None:
    owner = partnership.decider
    set_password(owner.user, PASSWORD)
    sign_in(owner)  # who has a device by that
    lead, second = at_browser(partnership.lead, NARROW), at_browser(partnership.coordinator)

    lead.opens(f"/agencies/people/{owner.membership_id}/")
    lead.page.get_by_role("button", name="They lost their device").click()
    lead.look(lead.page)
    lead.chooses("How do you know that it is they?", "They stood before me")
    lead.presses("Ask for the reset")
    lead.sees("Coral Nator")
    second.opens("/agencies/lost-devices/")
    second.follows("Dee Cider")
    second.presses("Agree, and reset their devices")
    second.sees("Agreed to by")

    page = browser.new_page()
    page.goto(fresh_link(postman, owner.user))
    type_password(page, owner.user.email, PASSWORD)
    page.get_by_label("Name of this device").fill("New telephone")
    page.get_by_label("Code", exact=True).fill(code_for(page.locator("code").inner_text()))
    press(page, "Add this device")
    press(page, "I have saved my codes")
    expect(page.get_by_role("heading", level=1)).to_have_text("What waits for you")


def fresh_link(postman: Postman, owner: User) -> str:
    """The link of the message with which one begins anew."""
    for count in range(1, 6):
        for message in postman.wait_for(owner.email, count):
            body = message.get_body(("plain",))
            words = body.get_content().split() if body else []
            found = [word for word in words if "/account/fresh-start/" in word]
            if found:
                return str(found[0])
    raise AssertionError("no link was sent")
