"""A photograph goes with a request, and its answer ends in the asker's own case system."""

from __future__ import annotations

import io

import pytest
from PIL import Image
from playwright.sync_api import FilePayload
from pypdf import PdfReader

from sharing.models import Ask
from tests.asks import BODY, NAME, SOURCE, answer_ask, item, send_ask
from tests.e2e.stack import Postman
from tests.e2e.steps import NARROW, AtBrowser, Person
from tests.kernel.test_harmless import PLACE, photograph
from tests.partnership import Partnership

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PHOTO = "left-arm.jpg"
FILED = "LCS 4711/B"


def puts_a_photograph_to_it(asker: Person, ask: Ask) -> None:
    """From the request; forgetting it first, and sending something else second."""
    asker.opens("/requests/")
    asker.follows(ask.request.reference)
    asker.follows("Add a file for the desks you asked")
    asker.presses("Add this file")
    asker.sees("Select a file")
    attaches(asker, b"GIF89a\x00\xff")
    asker.sees("It is not a PDF, PNG or JPEG picture")
    attaches(asker, photograph())
    asker.sees("Your file has arrived and is being checked")
    asker.waits_by("See whether the file has been checked")


def attaches(asker: Person, content: bytes) -> None:
    file = FilePayload(name=PHOTO, mimeType="image/jpeg", buffer=content)
    asker.page.get_by_label("Choose a file").set_input_files(file)
    asker.chooses("Who may open it?", "Personal")
    asker.presses("Add this file")


def opens_the_photograph(police: Person) -> None:
    """What reaches the desk shows the arm, and no longer where it was taken."""
    police.opens("/desk/")
    police.follows(NAME)
    police.sees("Files from whoever asks", PHOTO)
    seen = police.downloads("link", PHOTO)
    assert Image.open(io.BytesIO(seen)).format == "JPEG"
    assert PLACE in photograph().decode("latin-1")
    assert PLACE not in seen.decode("latin-1")


def takes_it_along(asker: Person) -> None:
    """The answer as text and as PDF, with what says how far to rely on it."""
    asker.opens("/shares/")
    asker.follows(NAME)
    text = asker.downloads("button", "Copy as text").decode()
    asker.presses("Copy as PDF")
    asker.waits_by("See whether it is ready")
    pages = PdfReader(io.BytesIO(asker.downloads("link", "Download the PDF"))).pages
    pdf = " ".join(" ".join(page.extract_text() for page in pages).split())
    for copy in (text, pdf):
        assert all(said in copy for said in (BODY, SOURCE, "Fact", "OFFICIAL-SENSITIVE"))


def notes_where_it_is(asker: Person) -> None:
    asker.follows("Note your reference")
    asker.presses("Keep this note")
    asker.sees("Enter your reference, or select whether CP-IS was checked")
    asker.types("Filed under our reference", FILED)
    asker.chooses("Was CP-IS checked?", "Yes")
    asker.types_day("When was it checked?", "yesterday")
    asker.types("What did it show?", "A protection plan until spring")
    asker.presses("Keep this note")
    asker.sees("Only your side sees it", FILED, "A protection plan until spring")


def says_what_came_of_it(asker: Person, ask: Ask) -> None:
    asker.opens(f"/requests/{ask.request_id}/")
    asker.follows("Tell those who answered what came of it")
    asker.presses("Send")
    asker.sees("Enter what came of it")
    asker.types("What came of it?", "He is safe with his aunt")
    asker.presses("Send")
    asker.sees("The desks that you chose have been told", "He is safe with his aunt")


def test_a_photograph_is_put_to_a_request_and_the_answer_taken_home_and_thanked_for(
    at_browser: AtBrowser, partnership: Partnership, postman: Postman
) -> None:
    ask = send_ask(partnership.asker, partnership.police_desk)
    asker, police = at_browser(partnership.asker, NARROW), at_browser(partnership.decider)
    puts_a_photograph_to_it(asker, ask)
    opens_the_photograph(police)

    answer_ask(partnership.decider, ask, item())
    takes_it_along(asker)
    notes_where_it_is(asker)
    says_what_came_of_it(asker, ask)

    police.opens(f"/desk/asks/{ask.pk}/")
    police.sees("He is safe with his aunt", "Copied on")
    police.sees_no(FILED, "A protection plan until spring")
    sent = postman.everything()
    assert not [word for word in (NAME, BODY, PHOTO, FILED, "aunt") if word in sent]
