"""Following what one asked: the list, the request, the answers and their receipts."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from consent.services import FamilyAccount
from consent.states import Consent, Told
from kernel.actors import Role
from kernel.tiers import Tier
from people.identity import Identity, PersonKind
from sharing import queries, services
from sharing.models import Ask, Receipt, Request
from sharing.services import ItemInput, PersonAnswer, RequestInput
from sharing.states import Category, Outcome, RefusalGround, Standing, Urgency
from tests.partnership import ClientFor, Partnership, Player, add_person
from tests.sharing.journey import CHILD, WHY, Writing, purpose_id, send_request, text_of


@pytest.fixture
def asker(partnership: Partnership, client_for: ClientFor) -> Client:
    return client_for(partnership.asker)


@pytest.fixture
def request_id(partnership: Partnership, asker: Client) -> UUID:
    return send_request(asker, partnership.police_desk)


def item(
    body: str, tier: Tier = Tier.SENSITIVE, category: Category = Category.CONCERNS
) -> ItemInput:
    return ItemInput(category, tier, Standing.FACT, body, source="Command log")


def answer(by: Player, request_id: UUID, *decisions: dict[str, Any]) -> Ask:
    """One decision for each person that the desk was asked about."""
    ask = queries.asks(by.actor).get(request=request_id)
    draft = services.begin_answer(actor=by.actor, ask_id=ask.pk)
    about = ask.about.order_by("subject__position")
    services.send_answers(
        actor=by.actor,
        ask_id=ask.pk,
        draft_id=draft.pk,
        decisions=[
            PersonAnswer(one.subject_id, **decision)
            for one, decision in zip(about, decisions, strict=True)
        ],
    )
    return ask


SHARED = {"outcome": Outcome.SHARED, "items": [item("Police attended three times")]}


def own_ask(client: Client, ask: Ask) -> str:
    response = client.get(reverse("sharing:own_ask", args=[ask.pk]))
    assert response.status_code == 200
    return text_of(response)


def test_the_list_says_whom_each_request_is_about_and_how_far_it_is(
    partnership: Partnership, asker: Client, request_id: UUID
) -> None:
    page = text_of(asker.get(reverse("sharing:requests")))

    for words in ("Zebedee O’Quill", "County Police", "Waiting", "Due in"):
        assert words in page
    assert Request.objects.get().reference in page


def test_a_colleague_at_the_desk_behind_it_follows_it_too(
    partnership: Partnership, client_for: ClientFor, request_id: UUID
) -> None:
    colleague = client_for(partnership.asking_colleague)

    assert "Zebedee O’Quill" in text_of(colleague.get(reverse("sharing:requests")))
    assert WHY in text_of(colleague.get(reverse("sharing:request", args=[request_id])))


@pytest.mark.parametrize("who", ["decider", "outsider", "lead", "coordinator", "dpo"])
@pytest.mark.parametrize("name", ["request", "sent"])
def test_nobody_else_finds_it(
    partnership: Partnership, client_for: ClientFor, request_id: UUID, who: str, name: str
) -> None:
    client = client_for(getattr(partnership, who))

    assert client.get(reverse(f"sharing:{name}", args=[request_id])).status_code == 404
    assert "Zebedee" not in text_of(client.get(reverse("sharing:requests")))


@pytest.mark.parametrize("who", ["decider", "outsider", "lead", "coordinator", "dpo"])
def test_nobody_else_reads_the_answers_as_their_own(
    partnership: Partnership, client_for: ClientFor, request_id: UUID, who: str
) -> None:
    ask = answer(partnership.decider, request_id, SHARED)
    client = client_for(getattr(partnership, who))

    assert client.get(reverse("sharing:own_ask", args=[ask.pk])).status_code == 404


def test_before_the_answer_the_page_says_by_when_and_whom_to_ring(
    partnership: Partnership, asker: Client, request_id: UUID
) -> None:
    page = own_ask(asker, Ask.objects.get())

    assert "No answer yet" in page
    assert "01905 000000" in page


def test_an_answer_is_read_with_all_that_tells_how_far_to_rely_on_it(
    partnership: Partnership, asker: Client, request_id: UUID
) -> None:
    given = ItemInput(
        Category.CONCERNS,
        Tier.SENSITIVE,
        Standing.DOUBTFUL,
        "Said to have been seen\nby a neighbour",
        source="Call 1234",
        as_of_on=date(2026, 11, 2),
    )
    ask = answer(
        partnership.decider, request_id, {"outcome": Outcome.SHARED_IN_PART, "items": [given]}
    )

    page = own_ask(asker, ask)

    for words in (
        "Zebedee O’Quill",
        "Shared in part",
        "Said to have been seen\nby a neighbour",
        "Source: Call 1234",
        "Accuracy in doubt",
        "As of 2 November 2026",
        "May the family see this? Ask us first",
        "Reasons for concern",
        "Dee Cider",
    ):
        assert words in page


@pytest.mark.parametrize(
    ("decision", "words"),
    [
        (
            {
                "outcome": Outcome.NOT_SHARED,
                "reason": "A trial is near",
                "ground": RefusalGround.INVESTIGATION,
                "review_on": date(2026, 12, 1),
            },
            ["Not shared", "A trial is near", "prejudice an investigation", "1 December 2026"],
        ),
        (
            {"outcome": Outcome.NOT_KNOWN, "searched": "Niche", "searched_on": date(2026, 11, 20)},
            ["Not known to us", "Niche", "20 November 2026"],
        ),
        ({"outcome": Outcome.NOTHING_RELEVANT}, ["Known, nothing relevant"]),
    ],
)
def test_every_outcome_is_shown_with_what_it_owes(
    partnership: Partnership,
    asker: Client,
    request_id: UUID,
    decision: dict[str, Any],
    words: list[str],
) -> None:
    ask = answer(partnership.decider, request_id, decision)

    page = own_ask(asker, ask)

    for word in words:
        assert word in page
    assert words[0] in text_of(asker.get(reverse("sharing:request", args=[request_id])))


@pytest.mark.parametrize("outcome", [Outcome.SHARED, Outcome.NOTHING_RELEVANT])
def test_opening_an_answer_is_the_receipt_with_or_without_words(
    partnership: Partnership, asker: Client, request_id: UUID, outcome: Outcome
) -> None:
    items = [item("Attended")] if outcome.shares else []
    ask = answer(partnership.decider, request_id, {"outcome": outcome, "items": items})
    asker.get(reverse("sharing:request", args=[request_id]))
    assert not Receipt.objects.exists()

    assert "Nobody has opened it yet" not in own_ask(asker, ask)
    own_ask(asker, ask)

    receipt = Receipt.objects.get()
    assert receipt.membership_id == partnership.asker.membership_id
    page = text_of(asker.get(reverse("sharing:request", args=[request_id])))
    assert "Asha Asker" in page
    assert "Nobody has opened it yet" not in page


def uncleared_beside(partnership: Partnership) -> Player:
    """Somebody at the desk behind the asker who may read personal information, no more."""
    return add_person(
        "Percy Low",
        partnership.care,
        Role.DESK_MEMBER,
        desk=partnership.care_desk,
        tier=Tier.PERSONAL,
    )


def test_what_is_withheld_shows_neither_its_kind_nor_how_much_there_is(
    partnership: Partnership, client_for: ClientFor, request_id: UUID
) -> None:
    personal = item("Known since May", Tier.PERSONAL, Category.INVOLVEMENT)
    secrets = [item("Secret one"), item("Secret two", category=Category.OFFENDER)]
    ask = answer(
        partnership.decider,
        request_id,
        {"outcome": Outcome.SHARED, "items": [personal, *secrets]},
    )

    page = own_ask(client_for(uncleared_beside(partnership)), ask)

    assert "Known since May" in page
    assert page.count("Some of what was given is withheld from you") == 1
    for hidden in ("Secret", "Reasons for concern", "poses a risk", "Sensitive</strong> <span"):
        assert hidden not in page


def test_why_is_withheld_from_who_may_not_read_it(
    partnership: Partnership, client_for: ClientFor, request_id: UUID
) -> None:
    client = client_for(uncleared_beside(partnership))

    page = text_of(client.get(reverse("sharing:request", args=[request_id])))

    assert WHY not in page
    assert "Some of this request is withheld from you" in page
    assert "Zebedee O’Quill" in page


def listed(client: Client, **query: str) -> str:
    return text_of(client.get(reverse("sharing:requests"), query))


def test_the_list_is_filtered_by_progress_side_and_reference(
    partnership: Partnership, asker: Client, client_for: ClientFor
) -> None:
    waiting = Request.objects.get(pk=send_request(asker, partnership.police_desk))
    late = Request.objects.get(pk=send_request(asker, partnership.police_desk))
    late.asks.update(due_at=timezone.now() - timedelta(hours=1))
    done = Request.objects.get(pk=send_request(asker, partnership.police_desk))
    answer(partnership.decider, done.pk, SHARED)

    def found(**query: str) -> set[str]:
        page = listed(asker, **query)
        return {one.reference for one in (waiting, late, done) if one.reference in page}

    everything = {waiting.reference, late.reference, done.reference}
    assert found() == everything
    assert found(status="WAITING") == {waiting.reference, late.reference}
    assert found(status="OVERDUE") == {late.reference}
    assert found(status="ANSWERED") == {done.reference}
    assert found(whose="MINE") == everything
    assert found(whose="DESK") == set()
    typed = late.reference.replace("ISP-", "").replace("-", " ").lower()
    assert found(reference=typed) == {late.reference}


def test_a_reference_with_a_slip_in_it_is_pointed_out(asker: Client, request_id: UUID) -> None:
    page = listed(asker, reference="ISP-7Q3K-92X")

    assert "Enter a reference like ISP-7Q3K-92M" in page
    assert 'value="ISP-7Q3K-92X"' in page


@pytest.mark.parametrize("sort", ["sent", "-sent", "due", "-due", "reference", "nonsense"])
def test_the_list_sorts_on_clear_columns_only(asker: Client, request_id: UUID, sort: str) -> None:
    assert Request.objects.get().reference in listed(asker, sort=sort)


def test_an_empty_list_says_what_will_be_here(asker: Client) -> None:
    assert "No request has been sent yet" in listed(asker)


def test_the_list_costs_the_same_for_one_request_and_for_a_hundred(
    partnership: Partnership, asker: Client
) -> None:
    writing = Writing(asker)
    writing.add(**CHILD)
    writing.fill(partnership.police_desk).send()
    listed(asker)
    with CaptureQueriesContext(connection) as one:
        listed(asker)

    sent = Request.objects.get()
    actor, wanted = partnership.asker.actor, _wanted_again(partnership)
    for _ in range(99):
        draft = services.begin_request(actor=actor)
        services.send_request(actor=actor, draft_id=draft.pk, wanted=wanted)
    listed(asker)  # a session is noted as in use once a minute
    with CaptureQueriesContext(connection) as hundred:
        page = listed(asker)

    assert "Showing 1 to 25 of 100 requests" in page
    assert sent.reference not in page  # the newest come first
    assert len(hundred) == len(one)


def _wanted_again(partnership: Partnership) -> RequestInput:
    return RequestInput(
        people=[Identity(PersonKind.CHILD, "Zebedee", "O’Quill")],
        desks={partnership.police_desk.pk: [0], partnership.charity_desk.pk: [0]},
        purpose_id=UUID(purpose_id()),
        tier=Tier.SENSITIVE,
        categories=[Category.CONCERNS],
        urgency=Urgency.GREEN,
        why=WHY,
        family=FamilyAccount(Told.NOT_YET, Consent.NOT_RELIED_ON, tell_by=date(2026, 12, 1)),
    )


@pytest.mark.parametrize("name", ["request", "own_ask"])
def test_a_request_costs_the_same_for_one_person_and_for_ten(
    partnership: Partnership, asker: Client, name: str
) -> None:
    counts = []
    for people in (1, 10):
        writing = Writing(asker)
        for number in range(people):
            writing.add(kind="CHILD", first_names=f"Child {number}")
        sent = writing.fill(partnership.police_desk).send()
        request_id = UUID(sent["Location"].split("/")[2])
        ask = answer(partnership.decider, request_id, *[SHARED] * people)
        url = reverse(f"sharing:{name}", args=[request_id if name == "request" else ask.pk])
        asker.get(url)
        with CaptureQueriesContext(connection) as queries_made:
            assert asker.get(url).status_code == 200
        counts.append(len(queries_made))

    assert counts[0] == counts[1]
