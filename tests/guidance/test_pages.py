"""The pages: what they show to whom, and that nothing typed is lost."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from guidance import content
from guidance.models import Advice
from guidance.states import Topic
from kernel.actors import Role
from kernel.ids import new_id
from tests.asks import NAME, ZEBEDEE, send_ask
from tests.guidance.asking import ADVICE, WORDS, advise, ask
from tests.partnership import ClientFor, Partnership, Player, add_person

pytestmark = pytest.mark.django_db
ASK = reverse("guidance:ask_lead")


def fields(**said: Any) -> dict[str, Any]:
    return {"query": "WHETHER", "question": WORDS, "submission": str(new_id())} | said


@pytest.fixture
def decider(partnership: Partnership, client_for: ClientFor) -> Client:
    return client_for(partnership.decider)


@pytest.fixture
def lead(partnership: Partnership, client_for: ClientFor) -> Client:
    return client_for(partnership.lead)


@pytest.mark.parametrize("topic", list(Topic))
def test_a_topic_shows_its_words_with_source_and_date(decider: Client, topic: Topic) -> None:
    page = decider.get(reverse("guidance:topic", args=[topic.value])).content.decode()

    assert "Our summary of" in page
    assert "checked on 21 November 2026" in page
    assert "This is an older version" not in page


def test_an_older_version_says_that_it_is_one(decider: Client) -> None:
    for one in content.versions(Topic.GOLDEN_RULES)[1:]:
        page = decider.get(reverse("guidance:version", args=[one.topic.value, one.name]))
        assert "This is an older version" in page.content.decode()


@pytest.mark.parametrize("path", ["/guidance/nonsense/", "/guidance/safer/1850/"])
def test_what_there_is_no_guidance_on_is_not_found(decider: Client, path: str) -> None:
    assert decider.get(path).status_code == 404


def test_asking_sends_the_question_and_shows_it(
    decider: Client, lead: Client, partnership: Partnership
) -> None:
    response = decider.post(ASK, fields(), follow=True)

    advice = Advice.objects.get()
    assert response.redirect_chain[-1][0] == reverse("guidance:advice", args=[advice.pk])
    assert WORDS in response.content.decode()
    home = lead.get("/").content.decode()
    assert "questions to you as designated lead" in home
    waiting = lead.get(reverse("guidance:advices"), {"status": "WAITING", "whose": "others"})
    assert advice.reference in waiting.content.decode()


def test_a_lead_answers_on_a_page_that_shows_the_question(
    decider: Client, lead: Client, partnership: Partnership
) -> None:
    advice = ask(partnership.decider)
    url = reverse("guidance:answer_advice", args=[advice.pk])

    assert WORDS in lead.get(url).content.decode()
    wrong = lead.post(url, {"words": ""})
    assert "Enter your advice" in wrong.content.decode()
    done = lead.post(url, {"words": ADVICE}, follow=True)

    assert ADVICE in done.content.decode()
    assert ADVICE in decider.get(reverse("guidance:advice", args=[advice.pk])).content.decode()
    again = lead.post(url, {"words": "Another thought"}, follow=True)
    assert ADVICE in again.content.decode()
    assert "Another thought" not in again.content.decode()


def test_a_name_is_pointed_out_once_and_goes_if_its_author_lets_it(
    decider: Client, partnership: Partnership
) -> None:
    sent = send_ask(partnership.asker, partnership.police_desk, ZEBEDEE)
    url = f"{ASK}?about={sent.pk}"
    said = fields(question=f"May I tell about {NAME}, NHS 943 476 5919?")

    warned = decider.post(url, said).content.decode()

    assert "the name of somebody" in warned
    assert "NHS number" in warned
    assert NAME in warned, "what was typed comes back"
    assert sent.request.reference in warned
    assert not Advice.objects.exists()
    decider.post(url, said | {"as-it-is": "yes"})
    assert Advice.objects.get().about == sent.pk


def test_a_question_without_a_name_goes_at_once(decider: Client, partnership: Partnership) -> None:
    sent = send_ask(partnership.asker, partnership.police_desk, ZEBEDEE)

    decider.post(f"{ASK}?about={sent.pk}", fields())

    assert Advice.objects.get().about_reference == sent.request.reference


def test_a_case_that_the_asker_does_not_see_is_not_tied_to_the_question(
    client_for: ClientFor, partnership: Partnership
) -> None:
    sent = send_ask(partnership.asker, partnership.police_desk, ZEBEDEE)
    lead_of_charity = add_person("Cha Rity", partnership.charity, Role.AGENCY_LEAD)
    assert lead_of_charity
    for about in (str(sent.pk), "nonsense", str(new_id())):
        client_for(partnership.outsider).post(f"{ASK}?about={about}", fields())

    assert set(Advice.objects.values_list("about", "about_reference")) == {(None, "")}


@pytest.mark.parametrize(
    ("said", "error"),
    [
        ({"query": ""}, "Select what it is about"),
        ({"query": "NONSENSE"}, "Select what it is about"),
        ({"question": " \t"}, "Enter your question"),
        ({"question": "x" * 10_001}, "10,000 characters or less"),
        ({"reference": "ISP-0000-000X"}, "this one has a slip in it"),
    ],
)
def test_what_is_wrong_is_said_and_everything_typed_comes_back(
    decider: Client, partnership: Partnership, said: dict[str, str], error: str
) -> None:
    page = decider.post(ASK, fields(reference="typed-9") | said).content.decode()

    assert error in page
    if "question" not in said:
        assert WORDS in page
    assert said.get("reference", "typed-9") in page
    assert not Advice.objects.exists()


def test_whichever_lead_is_unticked_is_left_out_and_one_must_stay(
    decider: Client, partnership: Partnership
) -> None:
    second = add_person("Sec Ond", partnership.police, Role.AGENCY_LEAD)

    nobody = decider.post(ASK, fields())
    assert "Select at least one lead" in nobody.content.decode()
    decider.post(ASK, fields(leads=[str(second.membership_id)]))

    (asked,) = Advice.objects.get().addressees.all()
    assert asked.lead_id == second.membership_id


def test_a_lead_of_another_agency_cannot_be_asked_by_tampering(
    decider: Client, partnership: Partnership
) -> None:
    add_person("Sec Ond", partnership.police, Role.AGENCY_LEAD)

    decider.post(ASK, fields(leads=[str(partnership.asker.membership_id)]))

    assert not Advice.objects.exists()


def test_an_agency_without_a_lead_is_told_whom_to_ring_and_loses_nothing(
    client_for: ClientFor, partnership: Partnership
) -> None:
    page = client_for(partnership.asker).get(ASK).content.decode()

    assert "no other designated lead" in page
    assert "Ask the lead" not in page


def test_every_page_of_a_decision_offers_guidance_and_asks_for_none(
    decider: Client, client_for: ClientFor, partnership: Partnership
) -> None:
    sent = send_ask(partnership.asker, partnership.police_desk, ZEBEDEE)
    decider.post(reverse("sharing:begin_answer", args=[sent.pk]))
    asker = client_for(partnership.asker)
    begun = asker.post(reverse("sharing:new_request"), follow=True)
    draft = begun.redirect_chain[-1][0].split("/")[3]
    pages = {
        begun.content.decode(): draft,
        asker.get(reverse("sharing:reason", args=[draft])).content.decode(): draft,
        decider.get(reverse("sharing:ask", args=[sent.pk])).content.decode(): sent.pk,
        decider.get(reverse("sharing:answer_outcome", args=[sent.pk, 1])).content.decode(): sent.pk,
    }

    for page, about in pages.items():
        assert "Guidance at hand" in page
        assert f"?about={about}" in page


def test_the_list_says_how_to_begin_when_it_is_empty(
    decider: Client, lead: Client, partnership: Partnership
) -> None:
    assert "No questions yet" in decider.get(reverse("guidance:advices")).content.decode()
    ask(partnership.decider)
    nothing = lead.get(reverse("guidance:advices"), {"status": "ANSWERED"}).content.decode()
    assert "Nothing matches" in nothing


def test_a_list_of_many_costs_no_more_queries_than_a_list_of_one(
    lead: Client,
    partnership: Partnership,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    ask(partnership.decider)
    lead.get(reverse("guidance:advices"))
    with django_assert_max_num_queries(20) as one:
        lead.get(reverse("guidance:advices"))
    for number in range(4):
        advice = ask(partnership.colleague if number % 2 else partnership.decider)
        advise(partnership.lead, advice)

    with django_assert_max_num_queries(len(one)):
        lead.get(reverse("guidance:advices"))


def test_a_question_is_shown_to_whom_it_is_for_and_to_nobody_else(
    client_for: ClientFor, partnership: Partnership
) -> None:
    url = reverse("guidance:advice", args=[ask(partnership.decider).pk])
    seen = {
        name: client_for(player).get(url).status_code
        for name, player in vars(partnership).items()
        if isinstance(player, Player)
    }

    assert {name for name, status in seen.items() if status == 200} == {"decider", "lead"}
    assert set(seen.values()) == {200, 404}
