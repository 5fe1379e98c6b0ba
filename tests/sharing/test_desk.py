"""The desk's queue, one request, and taking it on."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from audit.models import AccessEvent, AuditEvent
from sharing import services
from sharing.models import Ask
from sharing.states import ASK_WORKFLOW, AskStatus, Urgency
from tests.asks import FLORENCE, JUDGEMENT, NAME, SIBLING, WHY, ZEBEDEE, answer_ask, item, send_ask
from tests.matrix import assert_allows_exactly
from tests.partnership import ClientFor, Partnership, Player


@pytest.fixture
def ask(partnership: Partnership) -> Ask:
    return send_ask(partnership.asker, partnership.police_desk, ZEBEDEE, FLORENCE)


def page(client_for: ClientFor, player: Player, name: str, *args: UUID) -> str:
    response = client_for(player).get(reverse(f"sharing:{name}", args=args))
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def test_an_ask_moves_as_its_table_says_and_in_no_other_way() -> None:
    waiting, claimed, answered = AskStatus.WAITING, AskStatus.CLAIMED, AskStatus.ANSWERED
    passed_on = AskStatus.PASSED_ON
    assert_allows_exactly(
        ASK_WORKFLOW,
        {
            (waiting, "claim", claimed),
            (claimed, "take over", claimed),
            (claimed, "put back", waiting),
            (waiting, "answer", answered),
            (claimed, "answer", answered),
            (waiting, "hand on", claimed),
            (claimed, "hand on", claimed),
            (waiting, "pass on", passed_on),
            (passed_on, "claim", claimed),
            (passed_on, "answer", answered),
        },
    )


def test_the_queue_names_whom_it_is_about_and_keeps_one_record_of_the_look(
    client_for: ClientFor, partnership: Partnership, ask: Ask
) -> None:
    html = page(client_for, partnership.decider, "queue")

    assert NAME in html
    assert SIBLING in html
    assert ask.request.reference in html
    assert [e.kind for e in AccessEvent.objects.all()] == ["LISTED"]


def test_the_nearest_limit_comes_first_and_the_overdue_are_marked(
    client_for: ClientFor, partnership: Partnership
) -> None:
    late = send_ask(partnership.asker, partnership.police_desk)
    soon = send_ask(partnership.asker, partnership.police_desk, urgency=Urgency.RED)
    Ask.objects.filter(pk=late.pk).update(due_at=timezone.now() - timedelta(hours=3))

    html = page(client_for, partnership.decider, "queue")

    assert html.index(late.request.reference) < html.index(soon.request.reference)
    assert "Overdue by 3 hours" in html
    assert "portal-queue__row--overdue" in html


def test_another_agencys_desk_sees_nothing_of_it(
    client_for: ClientFor, partnership: Partnership, ask: Ask
) -> None:
    html = page(client_for, partnership.outsider, "queue")

    assert "Nothing waits at your desk" in html
    missing = client_for(partnership.outsider).get(reverse("sharing:ask", args=[ask.pk]))
    assert missing.status_code == 404


@pytest.mark.parametrize("name", ["queue", "desk_answered"])
@pytest.mark.parametrize("who", ["lead", "coordinator", "dpo", "asker"])
def test_whoever_sits_at_no_desk_has_no_queue(
    client_for: ClientFor, partnership: Partnership, who: str, name: str
) -> None:
    response = client_for(getattr(partnership, who)).get(reverse(f"sharing:{name}"))

    assert response.status_code == 403


def test_the_queue_narrows_to_mine_unclaimed_and_urgency(
    client_for: ClientFor, partnership: Partnership
) -> None:
    mine = send_ask(partnership.asker, partnership.police_desk)
    other = send_ask(partnership.asker, partnership.police_desk, urgency=Urgency.RED)
    services.claim(actor=partnership.decider.actor, ask_id=mine.pk)
    client = client_for(partnership.decider)

    def found(query: str) -> set[str]:
        html = client.get(reverse("sharing:queue") + query).content.decode()
        return {a.request.reference for a in (mine, other) if a.request.reference in html}

    assert found("?who=mine") == {mine.request.reference}
    assert found("?who=unclaimed") == {other.request.reference}
    assert found("?urgency=RED") == {other.request.reference}
    assert found("?urgency=GREEN") == set()
    assert found("?who=nonsense") == {mine.request.reference, other.request.reference}


@pytest.mark.parametrize("sort", ["due", "-due", "sent", "agency", "-reference", "nonsense"])
def test_the_queue_sorts_on_clear_columns(
    client_for: ClientFor, partnership: Partnership, ask: Ask, sort: str
) -> None:
    response = client_for(partnership.decider).get(reverse("sharing:queue"), {"sort": sort})

    assert response.status_code == 200


def queries_for(client: Client, url: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def test_a_queue_of_a_hundred_costs_what_a_queue_of_one_costs(
    client_for: ClientFor, partnership: Partnership, ask: Ask
) -> None:
    client, url = client_for(partnership.decider), reverse("sharing:queue")
    one = queries_for(client, url)
    for _ in range(30):
        send_ask(partnership.asker, partnership.police_desk)

    assert queries_for(client, url) == one


def test_the_page_of_an_ask_shows_what_is_asked_of_whom_and_why(
    client_for: ClientFor, partnership: Partnership, ask: Ask
) -> None:
    html = page(client_for, partnership.decider, "ask", ask.pk)

    for words in (NAME, SIBLING, WHY, JUDGEMENT, "943 476 5919", "Asha Asker", "01905 000000"):
        assert words in html
    assert "Reasons for concern" in html
    assert "section 47(9)" in html  # the holding side's power, as recorded


def test_a_desk_sees_only_those_it_is_asked_about(
    client_for: ClientFor, partnership: Partnership
) -> None:
    both = {partnership.police_desk.pk: [0], partnership.charity_desk.pk: [0, 1]}
    send_ask(partnership.asker, partnership.police_desk, ZEBEDEE, FLORENCE, desks=both)
    ask = Ask.objects.get(desk=partnership.police_desk)

    html = page(client_for, partnership.decider, "ask", ask.pk)

    assert NAME in html
    assert SIBLING not in html
    assert "1 person you are asked about" in html


def test_who_is_not_cleared_is_told_so_and_who_can_read_it(
    client_for: ClientFor, partnership: Partnership, ask: Ask
) -> None:
    html = page(client_for, partnership.uncleared, "ask", ask.pk)

    for words in (NAME, SIBLING, WHY, JUDGEMENT, "He would run"):
        assert words not in html
    assert "Some of what was asked is withheld" in html
    assert "Col League, Dee Cider" in html
    assert "5 to 9" in html  # the anonymised view


MOVES = [
    # who, waiting: claim, take over, put back, answer; claimed by the decider: the same
    ("decider", (302, 409, 409, 302), (409, 409, 302, 302)),
    ("colleague", (302, 409, 409, 302), (409, 302, 403, 302)),
    ("uncleared", (302, 409, 409, 302), (409, 302, 403, 302)),
    ("asker", (404,) * 4, (404,) * 4),
    ("outsider", (404,) * 4, (404,) * 4),
    ("lead", (404,) * 4, (404,) * 4),
    ("coordinator", (404,) * 4, (404,) * 4),
    ("dpo", (404,) * 4, (404,) * 4),
]
NAMES = ("claim", "take_over", "put_back", "begin_answer")


@pytest.mark.parametrize("number", range(4))
@pytest.mark.parametrize(("who", "waiting", "claimed"), MOVES)
@pytest.mark.parametrize("is_claimed", [False, True])
def test_who_may_take_an_ask_on(
    client_for: ClientFor,
    partnership: Partnership,
    ask: Ask,
    who: str,
    waiting: tuple[int, ...],
    claimed: tuple[int, ...],
    number: int,
    is_claimed: bool,
) -> None:
    if is_claimed:
        services.claim(actor=partnership.decider.actor, ask_id=ask.pk)
    expected = (claimed if is_claimed else waiting)[number]
    before = Ask.objects.get(pk=ask.pk)

    url = reverse(f"sharing:{NAMES[number]}", args=[ask.pk])
    response = client_for(getattr(partnership, who)).post(url)

    assert response.status_code == expected
    after = Ask.objects.get(pk=ask.pk)
    moved = (before.status, before.claimed_by_id) != (after.status, after.claimed_by_id)
    assert moved is (expected == 302 and NAMES[number] != "begin_answer")


@pytest.mark.parametrize("name", NAMES)
def test_taking_on_is_never_done_by_following_a_link(
    client_for: ClientFor, partnership: Partnership, ask: Ask, name: str
) -> None:
    response = client_for(partnership.decider).get(reverse(f"sharing:{name}", args=[ask.pk]))

    assert response.status_code == 405


def test_claiming_twice_says_how_it_stands_and_leaves_one_trace(
    client_for: ClientFor, partnership: Partnership, ask: Ask
) -> None:
    client, url = client_for(partnership.decider), reverse("sharing:claim", args=[ask.pk])
    client.post(url)

    again = client.post(url)

    assert again.status_code == 409
    assert "This has already been" in again.content.decode() or "already" in again.content.decode()
    assert AuditEvent.objects.filter(event="sharing.ask.claimed").count() == 1


def test_the_buttons_are_those_that_the_policies_allow(
    client_for: ClientFor, partnership: Partnership, ask: Ask
) -> None:
    assert "Claim: I will answer this" in page(client_for, partnership.decider, "ask", ask.pk)
    services.claim(actor=partnership.decider.actor, ask_id=ask.pk)

    own = page(client_for, partnership.decider, "ask", ask.pk)
    others = page(client_for, partnership.colleague, "ask", ask.pk)

    assert "Put back into the queue" in own
    assert "Take over" not in own
    assert "Take over from Dee Cider" in others
    assert "Put back" not in others


def test_an_answered_ask_shows_what_was_answered_and_who_opened_it(
    client_for: ClientFor, partnership: Partnership, ask: Ask
) -> None:
    answer_ask(partnership.decider, ask, item())
    unopened = page(client_for, partnership.colleague, "ask", ask.pk)
    answer = ask.answers.first()
    assert answer is not None
    client_for(partnership.asker).get(reverse("sharing:answer", args=[answer.pk]))

    html = page(client_for, partnership.colleague, "ask", ask.pk)

    assert "Nobody has opened it yet" in unopened
    assert "Officers attended" in html
    assert "Asha Asker, Children First" in html
    assert "Claim" not in html
    assert answer.receipts.count() == 1  # the desk's own look is no receipt


def test_what_the_desk_answered_stays_in_its_list(
    client_for: ClientFor, partnership: Partnership, ask: Ask
) -> None:
    answer_ask(partnership.decider, ask)

    assert ask.request.reference in page(client_for, partnership.colleague, "desk_answered")
    assert "Nothing waits" in page(client_for, partnership.colleague, "queue")
