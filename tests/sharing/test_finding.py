"""The page "Find a child or person": typed as people type, answered at once, kept nowhere."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django.fixtures import Settings

from audit.models import AccessEvent, AuditEvent
from kernel.tiers import Tier
from sharing.models import Ask
from sharing.services import RecipientInput
from sharing.states import RecipientKind
from tests.asks import FLORENCE, PLANTED, ZEBEDEE, answer_ask, item, send_ask
from tests.partnership import ClientFor, Partnership
from tests.sharing.journey import text_of

URL = "/find/"


@pytest.fixture
def ask(partnership: Partnership) -> Ask:
    return send_ask(partnership.asker, partnership.police_desk, ZEBEDEE, FLORENCE)


def search(client: Client, names: str = "", **typed: str) -> str:
    response = client.post(URL, {"names": names, **typed})
    assert response.status_code == 200
    return text_of(response)


def test_the_navigation_leads_there_for_who_works_with_families(
    client_for: ClientFor, partnership: Partnership
) -> None:
    assert reverse("sharing:find") == URL
    assert f'href="{URL}"' in text_of(client_for(partnership.asker).get("/"))
    assert f'href="{URL}"' not in text_of(client_for(partnership.dpo).get("/"))
    assert client_for(partnership.dpo).get(URL).status_code == 403


def test_whoever_asked_and_whoever_was_asked_find_their_own_ways_in(
    client_for: ClientFor, partnership: Partnership, ask: Ask
) -> None:
    own = search(client_for(partnership.asker), "zebedee o'quill")
    asked = search(client_for(partnership.decider), "Zebedee")

    assert "1 record for “zebedee o'quill”" in own
    assert reverse("sharing:request", args=[ask.request_id]) in own
    assert reverse("sharing:ask", args=[ask.pk]) not in own
    assert reverse("sharing:ask", args=[ask.pk]) in asked
    assert ask.request.reference in asked
    assert "Children First" in asked


def test_an_answer_that_was_given_is_a_way_in(
    client_for: ClientFor, partnership: Partnership, ask: Ask
) -> None:
    charity = RecipientInput(RecipientKind.DESK, partnership.charity_desk.pk, Tier.PERSONAL)
    answer_ask(partnership.decider, ask, item(Tier.PERSONAL), recipients=[charity])
    (first, _) = ask.answers.order_by("subject__position")
    outsider = client_for(partnership.outsider)
    link = reverse("sharing:answer", args=[first.pk])
    assert "No record found" in search(outsider, "Zebedee")
    outsider.get(link)

    assert link in search(outsider, "Zebedee")
    assert "Answer from County Police" in search(client_for(partnership.asker), "Zebedee")


@pytest.mark.parametrize("who", ["outsider", "uncleared"])
def test_who_may_not_open_it_is_told_that_nothing_was_found(
    client_for: ClientFor, partnership: Partnership, ask: Ask, who: str
) -> None:
    page = search(client_for(getattr(partnership, who)), "O'Quill")

    assert "No record found for “O'Quill”" in page
    assert "does not mean that nobody knows" in page
    assert ask.request.reference not in page


def test_how_likely_a_match_is_stands_beside_it(
    client_for: ClientFor, partnership: Partnership, ask: Ask
) -> None:
    client = client_for(partnership.decider)

    assert "Sounds like" in search(client, "Zebedy")
    assert "Names, date of birth" in search(client, "Zebedee", **{"born_on-day": "4/3/2018"})
    assert "NHS number" in search(client, nhs_number="943 476 5919")
    assert "Sounds like" not in search(client, "Zebedee")


def test_a_date_is_read_as_people_type_it_and_all_that_was_typed_comes_back(
    client_for: ClientFor, partnership: Partnership, ask: Ask
) -> None:
    client = client_for(partnership.decider)
    typed = {"born_on-day": "4", "born_on-month": "mar", "born_on-year": "2018"}
    assert "born on 4 March 2018" in search(client, **typed)

    page = search(client, "Zébédée", **{"born_on-day": "31", "born_on-month": "feb"})
    assert "There is a problem" in page
    assert 'value="Zébédée"' in page
    assert 'value="feb"' in page


@pytest.mark.parametrize(
    ("names", "told"),
    [
        ("", "Enter a name, a date of birth or an NHS number"),
        ("baby", "“baby” or “unknown” are not searched for"),
    ],
)
def test_too_little_to_go_by_is_said_and_is_no_search(
    client_for: ClientFor, partnership: Partnership, names: str, told: str
) -> None:
    assert told in search(client_for(partnership.decider), names)
    assert not AuditEvent.objects.filter(event="people.searched").exists()


def test_a_look_at_the_results_is_on_record_and_no_word_of_it_is(
    client_for: ClientFor, partnership: Partnership, ask: Ask, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    client = client_for(partnership.decider)
    response = client.post(URL, {"names": "Zebedee O'Quill", "born_on-day": "4/3/2018"})

    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    look = AccessEvent.objects.get()
    assert (look.kind, look.why, len(look.safes)) == ("LISTED", "FINDING", 1)
    event = AuditEvent.objects.get(event="people.searched")
    assert event.facts["found"] == 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(e::text, ' ') FROM audit_auditevent e")
        log = cursor.fetchone()[0]
    for word in (*PLANTED, "zebedee", "2018-03-04"):
        assert word not in log
        assert word not in caplog.text
    assert "Zebedee" not in str(dict(client.session))


def test_a_search_is_never_in_an_address(
    client_for: ClientFor, partnership: Partnership, ask: Ask
) -> None:
    page = text_of(client_for(partnership.decider).get(URL, {"names": "Zebedee"}))

    assert "Zebedee" not in page
    assert 'id="found"' not in page
    assert not AuditEvent.objects.filter(event="people.searched").exists()


def test_more_than_a_page_is_walked_through_by_buttons(
    client_for: ClientFor, partnership: Partnership, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sharing.presenters.finding.PER_PAGE", 2)
    references = [
        send_ask(partnership.asker, partnership.police_desk, FLORENCE).request.reference
        for _ in range(5)
    ]
    client = client_for(partnership.decider)

    pages = [search(client, "florence", page=str(number)) for number in (1, 2, 3, 99)]

    seen = [[r for r in references if r in page] for page in pages]
    assert [len(one) for one in seen] == [2, 2, 1, 1]
    assert sorted(one for page in seen[:3] for one in page) == sorted(references)
    assert "Page 2 of 3" in pages[1]
    assert '<input type="hidden" name="names" value="florence">' in pages[1]
    assert "Next page" in pages[0]
    assert "Next page" not in pages[2]
    assert "Page 1 of 3" in search(client, "florence", page="nonsense")


def test_over_the_limit_one_is_told_when_and_whom_to_ring_and_reads_on(
    client_for: ClientFor, partnership: Partnership, ask: Ask, settings: Settings
) -> None:
    settings.FIND_PER_HOUR = 2
    client = client_for(partnership.decider)
    for _ in range(2):
        search(client, "Zebedee")

    response = client.post(URL, {"names": "Zebedee"})

    page = text_of(response)
    assert response.status_code == 429
    assert "You can search again at" in page
    assert "01905 000000" in page
    assert "1 record" not in page
    assert 'value="Zebedee"' in page
    assert client.get(reverse("sharing:ask", args=[ask.pk])).status_code == 200
    assert search(client_for(partnership.colleague), "Zebedee")
    assert AuditEvent.objects.filter(event="people.searched").count() == 3


def test_many_results_cost_what_one_costs(
    client_for: ClientFor, partnership: Partnership, ask: Ask
) -> None:
    client = client_for(partnership.decider)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            search(client, "oquill")
        return len(queries)

    search(client, "oquill")
    few = cost()
    for _ in range(10):
        send_ask(partnership.asker, partnership.police_desk, ZEBEDEE, FLORENCE)

    assert cost() == few


def test_names_are_shown_as_they_are(client_for: ClientFor, partnership: Partnership) -> None:
    send_ask(partnership.asker, partnership.police_desk, replace(FLORENCE, last_name="<b>Bold</b>"))
    raw: Any = client_for(partnership.decider).post(URL, {"names": "Florence"})

    assert b"<b>Bold</b>" not in raw.content
    assert b"&lt;b&gt;Bold" in raw.content
