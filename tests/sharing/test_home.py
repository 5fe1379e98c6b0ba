"""The home page: what waits for me, and by when."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from agencies.models import Membership
from agencies.services.appointing import give_clearance
from audit.models import AccessEvent
from kernel.attestation import SIGNATURE
from kernel.tiers import Tier
from sharing import services
from sharing.models import Ask
from tests.asks import NAME, WHY, answer_ask, item, send_ask
from tests.partnership import OPERATOR, ClientFor, Partnership, Player


def home(client_for: ClientFor, player: Player) -> str:
    response = client_for(player).get(reverse("home"))
    assert response.status_code == 200
    return response.content.decode()


def test_a_desk_member_sees_the_overdue_first_and_what_is_theirs(
    client_for: ClientFor, partnership: Partnership
) -> None:
    late = send_ask(partnership.asker, partnership.police_desk)
    mine = send_ask(partnership.asker, partnership.police_desk)
    Ask.objects.filter(pk=late.pk).update(due_at=timezone.now() - timedelta(days=3))
    services.claim(actor=partnership.decider.actor, ask_id=mine.pk)

    html = home(client_for, partnership.decider)

    assert html.index(late.request.reference) < html.index(mine.request.reference)
    assert "Overdue by 3 days" in html
    assert "by you" in html
    assert NAME in html
    assert WHY not in html


def test_the_asker_sees_what_is_owed_until_it_is_answered_and_then_what_to_open(
    client_for: ClientFor, partnership: Partnership
) -> None:
    ask = send_ask(partnership.asker, partnership.police_desk)
    assert "What you asked, not answered yet" in home(client_for, partnership.asker)

    answer_ask(partnership.decider, ask, item())
    html = home(client_for, partnership.asker)

    assert "What you asked, not answered yet" not in html
    assert "Shared with you, not opened" in html

    answer = ask.answers.get()
    client_for(partnership.asker).get(reverse("sharing:answer", args=[answer.pk]))
    assert ask.request.reference not in home(client_for, partnership.asker)


def test_all_names_on_the_page_cost_one_look_at_the_vault(
    client_for: ClientFor, partnership: Partnership
) -> None:
    for _ in range(3):
        send_ask(partnership.asker, partnership.police_desk)

    home(client_for, partnership.decider)

    assert AccessEvent.objects.count() == 1
    assert AccessEvent.objects.get().kind == "LISTED"


def test_an_unfinished_answer_is_found_again(
    client_for: ClientFor, partnership: Partnership
) -> None:
    ask = send_ask(partnership.asker, partnership.police_desk)
    services.begin_answer(actor=partnership.decider.actor, ask_id=ask.pk)

    assert f"An answer to {ask.request.reference}" in home(client_for, partnership.decider)
    assert "An answer to" not in home(client_for, partnership.colleague)


@pytest.mark.parametrize("who", ["coordinator", "dpo"])
def test_a_role_without_cases_is_led_to_what_it_has(
    client_for: ClientFor, partnership: Partnership, who: str
) -> None:
    send_ask(partnership.asker, partnership.police_desk)

    html = home(client_for, getattr(partnership, who))

    assert "Your role does not work with cases" in html
    assert "Ask for information" not in html
    assert NAME not in html


def test_nothing_that_waits_is_said_plainly(
    client_for: ClientFor, partnership: Partnership
) -> None:
    html = home(client_for, partnership.outsider)

    assert "Nothing waits for you" in html
    assert "You have no authorisation" not in html


def test_without_an_authorisation_one_is_told_and_whom_to_ask(
    client_for: ClientFor, partnership: Partnership
) -> None:
    html = home(client_for, partnership.uncleared)

    assert "You have no authorisation" in html
    assert "Ask a lead of your agency: Lea Der" in html


def test_an_authorisation_that_ends_soon_is_told_in_time(
    client_for: ClientFor, partnership: Partnership
) -> None:
    member = Membership.objects.get(pk=partnership.uncleared.membership_id)
    until = timezone.localdate() + timedelta(days=29)
    give_clearance(member, None, Tier.SENSITIVE, "Work", until, actor=OPERATOR)
    assert "Your authorisation to read sensitive information ends on" in home(
        client_for, partnership.uncleared
    )
    assert "Your authorisation to read" not in home(client_for, partnership.decider)


def test_where_there_is_no_lead_the_coordinator_is_named(
    client_for: ClientFor, partnership: Partnership
) -> None:
    lead = Membership.objects.get(pk=partnership.lead.membership_id)
    lead.ended_at, lead.ended_by = timezone.now(), lead
    lead.attest().save(update_fields=["ended_at", "ended_by", *SIGNATURE])

    assert "Ask the partnership’s coordinator" in home(client_for, partnership.uncleared)


def test_a_home_with_much_costs_what_a_home_with_little_costs(
    client_for: ClientFor, partnership: Partnership
) -> None:
    def fill() -> None:
        ask = send_ask(partnership.asker, partnership.police_desk)
        send_ask(partnership.asking_colleague, partnership.police_desk)
        answer_ask(partnership.decider, ask, item())

    fill()
    send_ask(partnership.outsider, partnership.care_desk)
    client = client_for(partnership.asking_colleague)

    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(reverse("home")).status_code == 200
        return len(captured)

    little = cost()
    for _ in range(12):
        fill()
        send_ask(partnership.outsider, partnership.care_desk)

    assert cost() == little
