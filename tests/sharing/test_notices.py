"""Notices over a real SMTP conversation: who gets one, once, and that none says whom it is about."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.utils import timezone
from pytest_django import Settings

from agencies.models import Desk, Membership
from agencies.services.appointing import seat
from audit.models import AuditEvent
from kernel import outbox
from kernel.actors import Actor, Role
from kernel.models import OutboxMessage
from kernel.tiers import Tier
from sharing import services
from sharing.handlers import journey
from sharing.models import Ask
from sharing.services import RecipientInput
from sharing.states import RecipientKind
from tests.asks import FLORENCE, PLANTED, ZEBEDEE, answer_ask, item, send_ask
from tests.e2e.stack import Postman, open_post_office
from tests.partnership import OPERATOR, Partnership, Player, add_person


class ForgetfulPostman(Postman):
    """Takes the first message and breaks the line before it says so."""

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        answer = await super().handle_DATA(server, session, envelope)
        if len(self.messages) == 1:
            assert isinstance(server.transport, asyncio.WriteTransport)
            server.transport.abort()
        return answer


def use(settings: Settings, controller: Controller) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_PORT = controller.port


@pytest.fixture
def post(settings: Settings) -> Iterator[Postman]:
    controller, postman = open_post_office()
    use(settings, controller)
    yield postman
    controller.stop()


def deliver() -> None:
    """What a worker does, until nothing waits."""
    while outbox.deliver_waiting("notify"):
        pass


def to_player(post: Postman, player: Player) -> list[EmailMessage]:
    return post.to(player.user.email)


def subjects(messages: list[EmailMessage]) -> list[str]:
    return [str(one["Subject"]) for one in messages]


def test_a_new_request_goes_to_the_desks_people_and_its_mailbox(
    post: Postman, partnership: Partnership
) -> None:
    ask = send_ask(partnership.asker, partnership.police_desk)
    deliver()

    expected = [f"{ask.request.reference}: a request waits at your desk"]
    assert subjects(to_player(post, partnership.decider)) == expected
    assert subjects(to_player(post, partnership.colleague)) == expected
    assert subjects(to_player(post, partnership.uncleared)) == expected
    assert subjects(post.to(partnership.police_desk.mailbox)) == expected
    assert len(post.messages) == 4


def test_no_message_says_whom_or_what_it_is_about(post: Postman, partnership: Partnership) -> None:
    ask = send_ask(partnership.asker, partnership.police_desk, ZEBEDEE, FLORENCE)
    Ask.objects.filter(pk=ask.pk).update(due_at=timezone.now() - timedelta(hours=1))
    services.notice_overdue(actor=Actor.system("overdue"))
    deliver()
    answer_ask(partnership.decider, ask, item())
    deliver()

    text = post.everything()
    assert len(post.messages) > 10
    assert [words for words in PLANTED if words.lower() in text.lower()] == []
    assert "Asha Asker" not in text
    assert "Reasons for concern" not in text


def test_each_message_has_one_recipient_a_link_and_both_forms(
    post: Postman, partnership: Partnership, settings: Settings
) -> None:
    ask = send_ask(partnership.asker, partnership.police_desk)
    deliver()

    for message in post.messages:
        assert str(message["To"]).count("@") == 1
        assert message["Cc"] is None
        assert message["Bcc"] is None
        assert message["Auto-Submitted"] == "auto-generated"
        text, html = (part.get_content() for part in message.iter_parts())
        for body in (text, html):
            assert f"{settings.BASE_URL}/desk/asks/{ask.pk}/" in body
            assert "sent to you wrongly" in body
        assert "&" not in text


def test_an_answer_is_told_to_the_asker_and_what_is_shared_to_the_desk_behind(
    post: Postman, partnership: Partnership
) -> None:
    ask = send_ask(partnership.asker, partnership.police_desk, ZEBEDEE, FLORENCE)
    deliver()
    post.messages.clear()
    answer_ask(partnership.decider, ask, item())
    deliver()

    reference = ask.request.reference
    assert subjects(to_player(post, partnership.asker)) == [f"{reference}: a desk has answered"]
    told = subjects(post.to(partnership.care_desk.mailbox))
    assert told == [f"{reference}: information waits for you"] * 2  # one for each child
    assert len(post.messages) == 3


def test_somebody_named_as_a_reader_is_told(post: Postman, partnership: Partnership) -> None:
    named = add_person("Nina Named", partnership.care, Role.PRACTITIONER)
    ask = send_ask(partnership.asker, partnership.police_desk)
    answer_ask(
        partnership.decider,
        ask,
        item(),
        recipients=[RecipientInput(RecipientKind.PERSON, named.membership_id, Tier.PERSONAL)],
    )
    deliver()

    assert len(to_player(post, named)) == 1


def test_who_leaves_between_the_request_and_the_message_gets_none(
    post: Postman, partnership: Partnership
) -> None:
    send_ask(partnership.asker, partnership.police_desk)
    member = Membership.objects.get(pk=partnership.colleague.membership_id)
    fan_out()
    member.ended_at, member.ended_by = timezone.now(), member
    member.attest().save()
    deliver()

    assert to_player(post, partnership.colleague) == []
    assert len(to_player(post, partnership.decider)) == 1


def fan_out() -> None:
    """Do the first step alone: each recipient's message is promised, none is sent."""
    for message in OutboxMessage.objects.filter(topic="sharing.ask_sent"):
        journey.tell_desk(message)


def test_who_gives_up_the_seat_meanwhile_gets_none(post: Postman, partnership: Partnership) -> None:
    send_ask(partnership.asker, partnership.police_desk)
    fan_out()
    member = Membership.objects.get(pk=partnership.colleague.membership_id)
    seat(member, [], actor=OPERATOR)
    deliver()

    assert to_player(post, partnership.colleague) == []


def test_a_desk_that_closed_meanwhile_gets_none(post: Postman, partnership: Partnership) -> None:
    send_ask(partnership.asker, partnership.police_desk)
    Desk.objects.filter(pk=partnership.police_desk.pk).update(is_open=False)
    deliver()

    assert post.to(partnership.police_desk.mailbox) == []


def test_the_asker_gets_no_notice_in_a_second_hat_at_the_desk_asked(
    post: Postman, partnership: Partnership
) -> None:
    second = Membership(
        user=partnership.asker.user, agency=partnership.police, roles=[Role.DESK_MEMBER]
    )
    second.attest().save(force_insert=True)
    seat(second, [partnership.police_desk.pk], actor=OPERATOR)
    send_ask(partnership.asker, partnership.police_desk)
    deliver()

    assert to_player(post, partnership.asker) == []
    assert len(to_player(post, partnership.decider)) == 1


def test_a_message_sent_again_after_a_lost_acknowledgement_is_known_as_the_same(
    settings: Settings, partnership: Partnership
) -> None:
    controller, postman = open_post_office(ForgetfulPostman())
    use(settings, controller)
    try:
        ask = send_ask(partnership.asker, partnership.police_desk)
        deliver()
        assert OutboxMessage.objects.filter(delivered_at=None).count() == 1
        OutboxMessage.objects.filter(delivered_at=None).update(available_at=timezone.now())
        deliver()
    finally:
        controller.stop()

    first = postman.messages[0]
    same = [one for one in postman.messages if one["Message-ID"] == first["Message-ID"]]
    assert len(same) == 2
    assert {one["To"] for one in same} == {first["To"]}
    assert len({one["Message-ID"] for one in postman.messages}) == 4
    assert ask.request.reference in str(first["Subject"])


def test_running_the_same_work_twice_promises_no_second_message(
    post: Postman, partnership: Partnership
) -> None:
    send_ask(partnership.asker, partnership.police_desk)
    deliver()
    fan_out()
    deliver()

    assert len(post.messages) == 4


def test_an_overdue_request_is_told_to_both_sides_once(
    post: Postman, partnership: Partnership
) -> None:
    ask = send_ask(partnership.asker, partnership.police_desk)
    deliver()
    post.messages.clear()
    Ask.objects.filter(pk=ask.pk).update(due_at=timezone.now() - timedelta(minutes=1))

    assert services.notice_overdue(actor=Actor.system("overdue")) == 1
    assert services.notice_overdue(actor=Actor.system("overdue")) == 0
    deliver()

    told = subjects(post.messages)
    assert told.count(f"{ask.request.reference}: a request at your desk is overdue") == 4
    assert told.count(f"{ask.request.reference}: an answer is overdue") == 1
    assert len(told) == 5
    assert AuditEvent.objects.filter(event="sharing.ask.overdue").count() == 1


def test_nobody_is_chased_for_what_was_answered_before_the_message_went(
    post: Postman, partnership: Partnership
) -> None:
    ask = send_ask(partnership.asker, partnership.police_desk)
    Ask.objects.filter(pk=ask.pk).update(due_at=timezone.now() - timedelta(minutes=1))
    services.notice_overdue(actor=Actor.system("overdue"))
    answer_ask(partnership.decider, ask)
    deliver()

    assert subjects(post.messages) == [f"{ask.request.reference}: a desk has answered"]
