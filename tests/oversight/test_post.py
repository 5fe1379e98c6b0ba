"""What could not be sent: the coordinator sees whom to ring, tries again, or gives up on record."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from agencies import services as agencies
from agencies.services import Offer
from audit.models import AuditEvent
from kernel import outbox
from kernel.actors import Actor, Role
from kernel.decisions import Denied
from kernel.models import GivenUp, OutboxMessage
from kernel.tiers import Tier
from oversight import services
from oversight.presenters.promises import _TELL, _TOPICS
from tests.asks import PLANTED, answer_ask, item, send_ask
from tests.oversight.parked import deliver, park_everything
from tests.partnership import ClientFor, Partnership

pytestmark = pytest.mark.django_db


@pytest.fixture
def parked(partnership: Partnership) -> list[OutboxMessage]:
    """A request to the police of which nobody could be told."""
    send_ask(partnership.asker, partnership.police_desk)
    return park_everything()


def show(client_for: ClientFor, partnership: Partnership, address: str) -> str:
    response = client_for(partnership.coordinator).get(address)
    assert response.status_code == 200
    return response.content.decode()


def test_with_nothing_parked_the_page_says_that_everything_was_sent(
    client_for: ClientFor, partnership: Partnership
) -> None:
    html = show(client_for, partnership, reverse("oversight:post"))

    assert "Everything was sent" in html
    assert "What cannot be sent after 12 tries appears here" in html
    assert "Somebody was not told" not in html


def test_a_parked_notice_says_who_was_not_told_and_where_to_ring_them(
    client_for: ClientFor, partnership: Partnership, parked: list[OutboxMessage]
) -> None:
    html = show(client_for, partnership, reverse("oversight:post"))

    assert "Somebody was not told" in html
    assert "A request waits at your desk" in html
    assert "Dee Cider, County Police" in html
    assert "They were not told. Ring them, quote the reference" in html
    assert "01905 000000" in html
    assert reverse("agencies:agency", args=[partnership.police.pk]) in html
    assert "Its mailbox got no message. Ring the desk" in html
    assert [word for word in PLANTED if word.lower() in html.lower()] == []


def test_the_queues_stand_with_what_waits_in_them(
    client_for: ClientFor, partnership: Partnership, parked: list[OutboxMessage]
) -> None:
    send_ask(partnership.asker, partnership.police_desk)
    OutboxMessage.objects.filter(delivered_at=None, parked_at=None).update(
        created_at=timezone.now() - timedelta(hours=3)
    )

    html = show(client_for, partnership, reverse("oversight:post"))

    assert "Notices and invitations" in html
    assert "3 hours" in html


@pytest.mark.parametrize("who", ["asker", "decider", "lead", "dpo"])
def test_nobody_but_the_coordinator_sees_or_changes_what_could_not_be_sent(
    client_for: ClientFor, partnership: Partnership, parked: list[OutboxMessage], who: str
) -> None:
    player = getattr(partnership, who)
    client = client_for(player)
    key = [parked[0].pk]

    assert client.get(reverse("oversight:post")).status_code == 403
    assert (
        client.post(reverse("oversight:retry_all"), {"topic": "sharing.notice"}).status_code == 403
    )
    assert client.get(reverse("oversight:message", args=key)).status_code == 404
    assert client.post(reverse("oversight:retry", args=key)).status_code == 404
    assert client.post(reverse("oversight:give_up", args=key), {"why": "TOLD"}).status_code == 404
    with pytest.raises(OutboxMessage.DoesNotExist):
        services.retry(actor=player.actor, message_id=parked[0].pk)
    with pytest.raises(Denied):
        services.retry_all(actor=player.actor, topic="sharing.notice")
    assert outbox.parked().count() == len(parked)


def test_trying_again_sends_it_and_is_on_record(
    client_for: ClientFor, partnership: Partnership, parked: list[OutboxMessage]
) -> None:
    message = parked[0]
    client = client_for(partnership.coordinator)

    response = client.post(reverse("oversight:retry", args=[message.pk]))

    assert response.status_code == 302
    assert "Being tried" in client.get(response["Location"]).content.decode()
    deliver()
    assert len(mail.outbox) == 1
    assert mail.outbox[0].extra_headers["Message-ID"].startswith(f"<{message.pk}@")
    message.refresh_from_db()
    assert message.delivered_at is not None
    event = AuditEvent.objects.get(event="oversight.message_retried")
    assert event.user_id == partnership.coordinator.user.pk
    assert event.facts == {"topic": "sharing.notice", "attempts": 12}


def test_trying_again_twice_is_said_to_be_too_late_and_leaves_one_trace(
    client_for: ClientFor, partnership: Partnership, parked: list[OutboxMessage]
) -> None:
    client = client_for(partnership.coordinator)
    address = reverse("oversight:retry", args=[parked[0].pk])
    client.post(address)

    response = client.post(address)

    assert response.status_code == 409
    assert "This is being tried already" in response.content.decode()
    assert AuditEvent.objects.filter(event="oversight.message_retried").count() == 1
    deliver()
    again = client.post(address)
    assert again.status_code == 409
    assert "This was done in the meantime" in again.content.decode()


def test_after_another_round_of_failures_it_is_parked_again_with_all_its_attempts(
    partnership: Partnership, parked: list[OutboxMessage]
) -> None:
    services.retry(actor=partnership.coordinator.actor, message_id=parked[0].pk)

    assert len(park_everything()) == len(parked)
    message = OutboxMessage.objects.get(pk=parked[0].pk)
    assert message.attempts == 2 * outbox.ATTEMPTS_BEFORE_PARKING
    services.retry(actor=partnership.coordinator.actor, message_id=message.pk)
    message.refresh_from_db()
    assert message.retries == 2


def test_all_of_a_kind_are_tried_again_by_one_press_and_each_is_on_record(
    client_for: ClientFor, partnership: Partnership, parked: list[OutboxMessage]
) -> None:
    client = client_for(partnership.coordinator)

    client.post(reverse("oversight:retry_all"), {"topic": "sharing.notice"})
    client.post(reverse("oversight:retry_all"), {"topic": "sharing.notice"})

    deliver()
    assert len(mail.outbox) == len(parked) == 4
    events = AuditEvent.objects.filter(event="oversight.message_retried")
    assert {one.target_id for one in events} == {one.pk for one in parked}
    assert events.count() == 4


def test_another_kind_stays_parked(
    client_for: ClientFor, partnership: Partnership, parked: list[OutboxMessage]
) -> None:
    client = client_for(partnership.coordinator)
    client.post(reverse("oversight:retry_all"), {"topic": "agencies.invitation"})

    assert outbox.parked().count() == len(parked)


def test_giving_up_asks_why_and_keeps_the_row_with_who_and_why(
    client_for: ClientFor, partnership: Partnership, parked: list[OutboxMessage]
) -> None:
    message = parked[0]
    client = client_for(partnership.coordinator)
    address = reverse("oversight:give_up", args=[message.pk])

    assert "Select why nobody will try again" in client.post(address, {"why": ""}).content.decode()
    assert client.post(address, {"why": "TOLD"}).status_code == 302

    message.refresh_from_db()
    assert message.given_up_why == GivenUp.TOLD
    assert message.given_up_by == partnership.coordinator.membership_id
    event = AuditEvent.objects.get(event="oversight.message_given_up")
    assert event.facts == {"topic": "sharing.notice", "why": "TOLD"}
    deliver()
    assert mail.outbox == []
    html = show(client_for, partnership, reverse("oversight:post") + "?show=given_up")
    assert "They were told in another way" in html
    assert client.post(address, {"why": "TOLD"}).status_code == 409
    assert client.post(reverse("oversight:retry", args=[message.pk])).status_code == 409


def test_only_what_is_parked_is_given_up(client_for: ClientFor, partnership: Partnership) -> None:
    send_ask(partnership.asker, partnership.police_desk)
    waiting = OutboxMessage.objects.get()
    client = client_for(partnership.coordinator)

    assert client.get(reverse("oversight:give_up", args=[waiting.pk])).status_code == 409
    assert client.post(reverse("oversight:retry", args=[waiting.pk])).status_code == 409


def test_the_home_page_of_the_coordinator_says_how_many_people_were_not_told(
    client_for: ClientFor, partnership: Partnership, parked: list[OutboxMessage]
) -> None:
    html = show(client_for, partnership, reverse("home"))

    assert "messages that could not be sent" in html
    assert reverse("oversight:post") in html
    assert "Nothing waits for you" not in html
    asker = client_for(partnership.asker).get(reverse("home")).content.decode()
    assert "could not be sent" not in asker


def every_kind(partnership: Partnership) -> None:
    """One parked message of every kind that tells people something."""
    ask = send_ask(partnership.asker, partnership.police_desk)
    answer_ask(partnership.decider, ask, item())
    offer = Offer([Role.PRACTITIONER], Tier.PERSONAL, "Work", timezone.localdate(), [])
    agencies.invite(
        actor=partnership.lead.actor,
        agency_id=partnership.police.pk,
        email="new@police.example",
        offer=offer,
    )
    actor = Actor(user_id=partnership.asker.user.pk)
    outbox.enqueue(
        "accounts.password_reset", actor=actor, key="one", user_id=partnership.asker.user.pk
    )
    outbox.enqueue("sharing.ask_overdue", actor=actor, key=str(ask.pk), ask_id=ask.pk)
    now = timezone.now()
    OutboxMessage.objects.update(parked_at=now, attempts=12, last_error="ConnectionRefusedError")


def test_every_kind_of_message_is_told_in_words(
    client_for: ClientFor, partnership: Partnership
) -> None:
    every_kind(partnership)
    park_everything()
    html = show(client_for, partnership, reverse("oversight:post"))

    assert "An invitation to join the portal" in html
    assert "new@police.example, County Police" in html
    assert "A link to set a new password" in html
    assert "Asha Asker, asha.asker@" in html
    assert "Nobody was told. Ring them, quote the reference" in html
    for message in outbox.parked():
        show(client_for, partnership, reverse("oversight:message", args=[message.pk]))
        show(client_for, partnership, reverse("oversight:give_up", args=[message.pk]))


def test_every_topic_that_tells_people_something_has_words() -> None:
    assert set(outbox.registered_topics()) == set(_TOPICS)
    to_machines = {"audit.root_to_file", "audit.root_to_syslog", "audit.root_to_officer"}
    assert set(_TELL) == set(_TOPICS) - to_machines


def test_work_of_a_kind_that_the_page_does_not_know_is_shown_all_the_same(
    client_for: ClientFor, partnership: Partnership
) -> None:
    message = OutboxMessage.objects.create(
        topic="later.release", queue="notify", key="x", payload={}, parked_at=timezone.now()
    )

    assert "Other work: later.release" in show(
        client_for, partnership, reverse("oversight:message", args=[message.pk])
    )


def test_the_page_costs_the_same_however_many_messages_it_shows(
    client_for: ClientFor, partnership: Partnership
) -> None:
    client = client_for(partnership.coordinator)
    every_kind(partnership)
    send_ask(partnership.asker, partnership.police_desk)
    park_everything()

    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get(reverse("oversight:post"))
        return len(captured)

    few = cost()
    for _ in range(5):
        send_ask(partnership.asker, partnership.police_desk)
    park_everything()
    assert outbox.parked().count() > 15
    assert cost() <= few <= 27


def in_threads(*works: Callable[[], object]) -> list[object]:
    """Run at once, each on its own connection; what each gave or raised."""
    results: list[object] = []
    gate = threading.Barrier(len(works))

    def run(work: Callable[[], object]) -> None:
        gate.wait(5)
        try:
            results.append(work())
        except Denied as denied:
            results.append(denied.decision.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[work]) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    return results


@pytest.mark.django_db(transaction=True)
def test_two_coordinators_at_once_have_it_tried_again_once(partnership: Partnership) -> None:
    send_ask(partnership.asker, partnership.police_desk)
    message = park_everything()[0]
    actor = partnership.coordinator.actor

    def press() -> str:
        services.retry(actor=actor, message_id=message.pk)
        return "retried"

    assert sorted(map(str, in_threads(press, press))) == ["retried", "wrong_state"]
    message.refresh_from_db()
    assert message.retries == 1
    assert AuditEvent.objects.filter(event="oversight.message_retried").count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_press_while_a_worker_has_it_does_not_take_it_away(partnership: Partnership) -> None:
    send_ask(partnership.asker, partnership.police_desk)
    message = park_everything()[0]
    actor = partnership.coordinator.actor
    services.retry(actor=actor, message_id=message.pk)
    leased = outbox._claim("notify")
    assert leased is not None

    with pytest.raises(Denied):
        services.retry(actor=actor, message_id=message.pk)

    message.refresh_from_db()
    assert message.leased_until == leased.leased_until
    assert message.attempts == leased.attempts == 13
