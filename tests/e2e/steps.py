"""What people do in the browser, in their words."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Literal, Protocol
from urllib.parse import urlsplit

from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, ViewportSize, expect

from tests.partnership import Player, sign_in

Look = Callable[[Page], None]
WIDE, NARROW = ViewportSize(width=1280, height=900), ViewportSize(width=320, height=640)


class Person:
    """Somebody at their browser, signed in with both factors. Every page they meet is looked at."""

    def __init__(self, context: BrowserContext, portal: str, look: Look) -> None:
        self.page, self.portal, self.look = context.new_page(), portal, look
        self.context = context

    def signs_in(self, player: Player) -> None:
        cookies = sign_in(player).cookies
        host = urlsplit(self.portal).hostname
        self.context.add_cookies(
            [{"name": n, "value": m.value, "domain": host, "path": "/"} for n, m in cookies.items()]
        )

    def opens(self, path: str) -> None:
        self.page.goto(self.portal + path)
        self.look(self.page)

    def follows(self, text: str) -> None:
        self.page.get_by_role("link", name=text).first.click()
        self.look(self.page)

    def presses(self, text: str) -> None:
        self.page.get_by_role("button", name=text, exact=True).click()
        self.look(self.page)

    def waits_by(self, link: str) -> None:
        """Follows a link again until there is nothing to wait for: a worker has done its part."""
        end = time.monotonic() + 30
        while self.page.get_by_role("link", name=link).count():
            assert time.monotonic() < end, f"{self.page.url} never got further"
            self.page.get_by_role("link", name=link).click()
        self.look(self.page)

    def downloads(self, role: Literal["link", "button"], name: str) -> bytes:
        """What reaches the disk when they click there."""
        with self.page.expect_download() as begun:
            self.page.get_by_role(role, name=name).first.click()
        return Path(begun.value.path()).read_bytes()

    def chooses(self, question: str, *answers: str) -> None:
        group = self.page.get_by_role("group", name=question)
        for answer in answers:
            group.get_by_label(answer, exact=True).check()

    def types(self, label: str, text: str) -> None:
        plain = self.page.get_by_label(label, exact=True)
        optional = self.page.get_by_label(f"{label} (optional)", exact=True)
        plain.or_(optional).fill(text)

    def types_day(self, question: str, day: str) -> None:
        """The whole date into the first box, as people paste it."""
        self.page.get_by_role("group", name=question).get_by_label("Day").fill(day)

    def sees(self, *texts: str) -> None:
        for text in texts:
            expect(self.page.get_by_role("main")).to_contain_text(text)

    def sees_no(self, *texts: str) -> None:
        for text in texts:
            expect(self.page.get_by_role("main")).not_to_contain_text(text)


class AtBrowser(Protocol):
    """Somebody sits down at a screen, the journey's own unless one is named, and is signed in."""

    def __call__(
        self, player: Player, at: ViewportSize | None = None, *, scripts: bool = True
    ) -> Person: ...


def names_child(person: Person, first: str, last: str, *, born: str = "") -> None:
    person.chooses("Who is it?", "A child or young person")
    person.types("First names", first)
    person.types("Last name", last)
    if born:
        person.types_day("Date of birth", born)


def says_why(person: Person, why: str) -> None:
    person.chooses("What is it for?", "A child may need help from social care")
    person.chooses("What do you need to know?", "Reasons for concern")
    person.types("Why do you need it?", why)
    person.presses("Continue")


def says_what_the_family_knows(person: Person, whom: str) -> None:
    person.chooses("Does the family know that you are asking?", "Yes, they have been told")
    person.types("Who was told?", whom)
    yesterday = timezone.localdate() - timedelta(days=1)
    person.types_day("When were they told?", yesterday.strftime("%d/%m/%Y"))
    person.chooses("How does consent stand?", "Consent is not the basis relied on")
    person.presses("Continue")


def asks_desks(person: Person, desks: Sequence[str]) -> None:
    person.chooses("Which desks do you ask?", *desks)
    person.chooses("How soon do you need an answer?", "Routine")
    person.presses("Continue")


def fits(look: Look) -> Look:
    """A look that also refuses a page wider than the screen (WCAG 2.2, 1.4.10)."""

    def check(page: Page) -> None:
        look(page)
        wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert wide <= 0, f"{page.url} is {wide} pixels too wide"

    return check
