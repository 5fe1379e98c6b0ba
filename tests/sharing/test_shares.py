"""The inbox, and opening what was shared."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit.models import AccessEvent
from kernel.actors import Role
from kernel.tiers import Tier
from sharing import queries
from sharing.models import Answer, Receipt
from sharing.services import RecipientInput
from sharing.states import Category, RecipientKind
from tests.asks import BODY, FLORENCE, NAME, SIBLING, SOURCE, ZEBEDEE, answer_ask, item, send_ask
from tests.partnership import ClientFor, Partnership, Player, add_person

INBOX = "sharing:shares"
UNREAD = re.compile(r"Not opened\s*</strong>")


def shared(partnership: Partnership, *, recipients: Sequence[RecipientInput] = ()) -> Answer:
    ask = send_ask(partnership.asker, partnership.police_desk)
    answer_ask(partnership.decider, ask, item(), recipients=recipients)
    return ask.answers.get()


def opened(client: Client, answer: Answer) -> str:
    response = client.get(reverse("sharing:answer", args=[answer.pk]))
    assert response.status_code == 200
    return response.content.decode()


def inbox(client: Client, query: str = "") -> str:
    response = client.get(reverse(INBOX) + query)
    assert response.status_code == 200
    return response.content.decode()


def test_the_inbox_marks_what_was_not_opened_and_listing_is_no_receipt(
    client_for: ClientFor, partnership: Partnership
) -> None:
    answer = shared(partnership)
    client = client_for(partnership.asker)

    before = inbox(client)
    assert NAME in before
    assert UNREAD.search(before)
    assert Receipt.objects.count() == 0
    assert [e.kind for e in AccessEvent.objects.all()] == ["LISTED"]

    opened(client, answer)

    assert not UNREAD.search(inbox(client))
    receipt = Receipt.objects.get()
    assert receipt.membership_id == partnership.asker.membership_id


def test_opening_again_keeps_the_first_time_and_moves_the_last(
    client_for: ClientFor, partnership: Partnership
) -> None:
    answer = shared(partnership)
    client = client_for(partnership.asker)
    opened(client, answer)
    first = Receipt.objects.get()

    opened(client, answer)

    again = Receipt.objects.get()
    assert again.first_opened_at == first.first_opened_at
    assert again.last_opened_at > first.last_opened_at


def test_what_was_shared_is_opened_with_how_to_handle_it(
    client_for: ClientFor, partnership: Partnership
) -> None:
    html = opened(client_for(partnership.asker), shared(partnership))

    for words in (NAME, BODY, SOURCE, "OFFICIAL-SENSITIVE", "Dee Cider", "Ask us first"):
        assert words in html
    assert "get the written agreement of County Police" in html


SEES = ["asker", "asking_colleague", "decider", "colleague", "uncleared"]
SEES_NOT = ["outsider", "lead", "coordinator", "dpo"]


@pytest.mark.parametrize("who", SEES)
def test_either_end_sees_an_answer(
    client_for: ClientFor, partnership: Partnership, who: str
) -> None:
    opened(client_for(getattr(partnership, who)), shared(partnership))


@pytest.mark.parametrize("who", SEES_NOT)
def test_nobody_else_learns_that_an_answer_exists(
    client_for: ClientFor, partnership: Partnership, who: str
) -> None:
    answer = shared(partnership)
    client = client_for(getattr(partnership, who))

    assert client.get(reverse("sharing:answer", args=[answer.pk])).status_code == 404
    assert NAME not in inbox(client)
    assert Receipt.objects.count() == 0


def test_an_uncleared_colleague_sees_withheld_with_neither_category_nor_count(
    client_for: ClientFor, partnership: Partnership
) -> None:
    ask = send_ask(partnership.asker, partnership.police_desk)
    answer_ask(partnership.decider, ask, item(), item(), item())
    client = client_for(partnership.uncleared)

    html = opened(client, ask.answers.get())

    assert html.count("Some of what was given is withheld from you") == 1
    for words in (
        NAME,
        BODY,
        SOURCE,
        Category.CONCERNS.label,
        "3 items",
        "Sensitive</strong> Fact",
    ):
        assert words not in html


@pytest.fixture
def named(partnership: Partnership) -> Player:
    return add_person("Nina Named", partnership.care, Role.PRACTITIONER)


def test_somebody_named_reads_to_the_tier_that_the_sender_gave_whatever_their_clearance(
    client_for: ClientFor, partnership: Partnership, named: Player
) -> None:
    to_named = RecipientInput(RecipientKind.PERSON, named.membership_id, Tier.PERSONAL)
    ask = send_ask(partnership.asker, partnership.police_desk)
    low = item(Tier.PERSONAL, "The team has known them since May")
    answer_ask(partnership.decider, ask, item(), low, recipients=[to_named])
    client = client_for(named)

    assert NAME in inbox(client)
    html = opened(client, ask.answers.get())

    assert NAME in html
    assert "since May" in html
    assert BODY not in html
    assert "Some of what was given is withheld" in html
    assert Receipt.objects.get().membership_id == named.membership_id


def test_named_by_an_uncleared_answerer_a_reader_gets_no_more_than_the_answerer_had(
    client_for: ClientFor, partnership: Partnership, named: Player
) -> None:
    to_named = RecipientInput(RecipientKind.PERSON, named.membership_id, Tier.SENSITIVE)
    ask = send_ask(partnership.asker, partnership.police_desk)
    answer_ask(partnership.uncleared, ask, item(), recipients=[to_named])

    html = opened(client_for(named), ask.answers.get())

    assert NAME not in html
    assert BODY in html


def test_the_asker_reads_why_not_even_where_only_numbers_were_asked_for(
    client_for: ClientFor, partnership: Partnership
) -> None:
    ask = send_ask(partnership.asker, partnership.police_desk, tier=Tier.ANONYMISED)
    answer_ask(partnership.decider, ask)

    assert "Niche" in opened(client_for(partnership.asker), ask.answers.get())


def test_an_answer_that_reaches_somebody_in_two_ways_is_listed_once(
    client_for: ClientFor, partnership: Partnership
) -> None:
    at_desk = partnership.asking_colleague
    in_person = RecipientInput(RecipientKind.PERSON, at_desk.membership_id, Tier.SENSITIVE)
    answer = shared(partnership, recipients=[in_person])

    assert answer.recipients.count() == 3
    assert [row.answer_id for row in queries.shares_to(at_desk.actor)] == [answer.pk]


def test_the_newest_comes_first_and_the_list_narrows(
    client_for: ClientFor, partnership: Partnership
) -> None:
    first, second = shared(partnership), shared(partnership)
    client = client_for(partnership.asker)
    opened(client, first)
    one, other = first.reference, second.reference

    everything = inbox(client)
    assert everything.index(other) < everything.index(one)
    assert inbox(client, "?sort=sent").index(one) < inbox(client, "?sort=sent").index(other)
    unread = inbox(client, "?show=unread")
    assert other in unread
    assert one not in unread
    assert "Nothing matches" in inbox(client, f"?sender={partnership.charity.pk}")
    assert other in inbox(client, f"?sender={partnership.police.pk}")
    assert other in inbox(client, "?sender=nonsense&page=nonsense")


def test_an_empty_inbox_says_what_will_be_there(
    client_for: ClientFor, partnership: Partnership
) -> None:
    assert "Nothing has been shared with you yet" in inbox(client_for(partnership.dpo))


def test_an_inbox_of_many_costs_what_an_inbox_of_one_costs(
    client_for: ClientFor, partnership: Partnership
) -> None:
    shared(partnership)
    client = client_for(partnership.asker)

    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            inbox(client)
        return len(captured)

    one = cost()
    for _ in range(15):
        answer_ask(
            partnership.decider,
            send_ask(partnership.asker, partnership.police_desk, ZEBEDEE, FLORENCE),
            item(),
        )

    assert cost() == one
    assert SIBLING in inbox(client)
