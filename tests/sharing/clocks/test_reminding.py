"""Who is told that time runs out, when, how often, and what the pages say of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from agencies import services as agencies
from agencies.models import Period
from agencies.services import PeriodEntry
from kernel.actors import Actor
from kernel.models import OutboxMessage
from sharing import queries, services, tasks
from sharing.models import Ask
from sharing.states import Urgency
from tests.asks import answer_ask, send_ask
from tests.oversight.parked import deliver
from tests.partnership import ClientFor, Partnership, Player
from tests.sharing.clocks.conftest import OPEN, Clock, away
from tests.sharing.journey import CHILD, Writing, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def ask(partnership: Partnership, clock: Clock) -> Ask:
    """Most urgent: four hours by the clock on the wall, nearly due in the last of them."""
    clock(OPEN)
    sent = send_ask(partnership.asker, partnership.police_desk, urgency=Urgency.RED)
    deliver()
    mail.outbox.clear()
    return sent


def told() -> list[tuple[str, str]]:
    """Delivers, and says who got which message since the last time."""
    deliver()
    found = [(one.to[0], one.subject.partition(": ")[2]) for one in mail.outbox]
    mail.outbox.clear()
    return sorted(found)


def test_nearly_due_begins_in_the_last_quarter_and_is_told_once(
    partnership: Partnership, ask: Ask, clock: Clock
) -> None:
    clock(OPEN + timedelta(hours=2, minutes=59))
    tasks.find_overdue()
    assert told() == []

    clock(OPEN + timedelta(hours=3))
    tasks.find_overdue()
    tasks.find_overdue()
    words = "a request at your desk is nearly due"
    people = [partnership.decider, partnership.colleague, partnership.uncleared]
    addresses = [one.user.email for one in people] + [partnership.police_desk.mailbox]
    assert told() == sorted((address, words) for address in addresses)


def test_whoever_took_it_on_is_reminded_alone(
    partnership: Partnership, ask: Ask, clock: Clock
) -> None:
    services.claim(actor=partnership.decider.actor, ask_id=ask.pk)
    clock(OPEN + timedelta(hours=3))
    tasks.find_overdue()

    assert [address for address, _ in told()] == [partnership.decider.user.email]


def test_while_they_are_away_who_stands_in_and_the_desk_are_reminded(
    partnership: Partnership, ask: Ask, clock: Clock
) -> None:
    services.claim(actor=partnership.decider.actor, ask_id=ask.pk)
    away(partnership.decider, stand_in=partnership.colleague)
    clock(OPEN + timedelta(hours=3))
    tasks.find_overdue()

    addresses = {address for address, _ in told()}
    assert partnership.colleague.user.email in addresses
    assert partnership.police_desk.mailbox in addresses
    assert partnership.decider.user.email not in addresses


def test_overdue_is_told_again_as_configured_and_then_no_more(
    partnership: Partnership, ask: Ask, clock: Clock
) -> None:
    rule = queries.chasing(OPEN.date())[Urgency.RED]
    asker, heard = partnership.asker.user.email, 0
    for hours in range(4, 72):
        clock(OPEN + timedelta(hours=hours, minutes=1))
        tasks.find_overdue()
        heard += [address for address, _ in told()].count(asker)

    assert heard == rule.times
    ask.refresh_from_db()
    assert ask.overdue_notices == rule.times


def test_a_second_beat_at_the_same_moment_says_nothing_twice(
    partnership: Partnership, ask: Ask, clock: Clock
) -> None:
    clock(OPEN + timedelta(hours=5))
    tasks.find_overdue()
    before = OutboxMessage.objects.count()
    tasks.find_overdue()

    assert OutboxMessage.objects.count() == before


def test_nobody_is_reminded_of_what_was_answered_meanwhile(
    partnership: Partnership, ask: Ask, clock: Clock
) -> None:
    clock(OPEN + timedelta(hours=3))
    services.notice_nearly_due(actor=Actor.system("nearly-due"))
    answer_ask(partnership.decider, ask)

    assert {words for _, words in told()} == {"a desk has answered"}


@pytest.mark.parametrize(
    ("left", "words"),
    [(3.5, "Due in 3 hours"), (0.9, "Nearly due, in 5"), (-2.1, "Overdue by 2 hours")],
)
def test_the_queue_says_it_in_words_and_whom_to_ring(
    partnership: Partnership, client_for: ClientFor, left: float, words: str
) -> None:
    sent = send_ask(partnership.asker, partnership.police_desk, urgency=Urgency.RED)
    due_at = timezone.now() + timedelta(hours=left, seconds=30)
    Ask.objects.filter(pk=sent.pk).update(due_at=due_at, nearly_at=due_at - timedelta(hours=1))
    page = text_of(client_for(partnership.decider).get(reverse("sharing:queue")))

    assert words in page
    assert 'href="tel:01905000000"' in page


def test_home_counts_what_is_overdue_due_today_and_due_later(
    partnership: Partnership, client_for: ClientFor, ask: Ask, clock: Clock
) -> None:
    send_ask(partnership.asker, partnership.police_desk, urgency=Urgency.GREEN)

    def numbers() -> dict[str, int]:
        counted = queries.counts(partnership.decider.actor)
        return {name: counted[name] for name in ("overdue", "today", "later")}

    assert numbers() == {"overdue": 0, "today": 1, "later": 1}
    clock(OPEN + timedelta(hours=5))
    assert numbers() == {"overdue": 1, "today": 0, "later": 1}
    later = queries.narrow_queue(partnership.decider.actor, due="later")
    assert ask.pk not in later.values_list("pk", flat=True)


def test_the_asker_is_told_who_answers_while_their_contact_is_away(
    partnership: Partnership, client_for: ClientFor
) -> None:
    ask = send_ask(partnership.asker, partnership.police_desk)
    services.claim(actor=partnership.decider.actor, ask_id=ask.pk)
    away(partnership.decider, stand_in=partnership.colleague)
    client = client_for(partnership.asker)

    for name, pk in (("request", ask.request_id), ("own_ask", ask.pk)):
        page = text_of(client.get(reverse(f"sharing:{name}", args=[pk])))
        assert "away until " in page
        assert "Col League stands in" in page
        assert "01905 000000" in page


def test_the_desk_sees_who_is_away_and_takes_over(
    partnership: Partnership, client_for: ClientFor
) -> None:
    ask = send_ask(partnership.asker, partnership.police_desk)
    services.claim(actor=partnership.decider.actor, ask_id=ask.pk)
    away(partnership.decider)
    client = client_for(partnership.colleague)

    assert "away until " in text_of(client.get(reverse("sharing:queue")))
    assert client.post(reverse("sharing:take_over", args=[ask.pk])).status_code == 302
    ask.refresh_from_db()
    assert ask.claimed_by_id == partnership.colleague.membership_id


def test_a_sender_sees_before_sending_that_a_desk_is_closed_and_who_takes_over(
    partnership: Partnership, client_for: ClientFor, duty: Player
) -> None:
    today = timezone.localdate()
    days = PeriodEntry(Period.Kind.CLOSED, "Move", today, today + timedelta(days=1))
    agencies.add_period(
        actor=partnership.lead.actor, desk_id=partnership.police_desk.pk, entry=days
    )
    writing = Writing(client_for(partnership.asker))
    writing.add(**CHILD)
    page = text_of(writing.fill(partnership.police_desk, urgency="RED").get("check"))

    assert "Closed now, until" in page
    assert "Night County, Emergency duty team takes over at once" in page
    assert 'href="tel:01905000000"' in page
    sent = text_of(writing.client.get(writing.send()["Location"]))
    assert "Night County, Emergency duty team" in sent
    assert "Takes over from County Police" in sent
