"""What waits where nobody is goes on to the named fallback: what it was shown for, and no further."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from agencies import services as agencies
from agencies.models import Absence, Desk, Fallback, Membership, Terms
from agencies.services import Cover
from agencies.services.appointing import seat
from audit.consistency import registered
from audit.models import AuditEvent
from kernel.decisions import Denied
from sharing import queries, services, tasks
from sharing.models import Ask
from sharing.states import AskStatus, Urgency
from tests.asks import FLORENCE, NAME, WHY, ZEBEDEE, answer_ask, item, send_ask
from tests.oversight.parked import deliver
from tests.partnership import OPERATOR, Partnership, Player
from tests.sharing.clocks.conftest import NIGHT, OPEN, Clock, away
from vault import services as vault

pytestmark = pytest.mark.django_db


def passed_from(ask: Ask) -> Ask | None:
    return Ask.objects.filter(passed_from=ask).first()


def everybody(partnership: Partnership) -> tuple[Player, ...]:
    return partnership.decider, partnership.colleague, partnership.uncleared


def test_the_most_urgent_goes_to_the_fallback_at_once_while_the_desk_is_closed(
    partnership: Partnership, duty_desk: Desk, clock: Clock
) -> None:
    clock(NIGHT)
    ask = send_ask(partnership.asker, partnership.police_desk, urgency=Urgency.RED)

    passed = passed_from(ask)

    assert passed is not None
    assert (passed.desk, passed.status) == (duty_desk, AskStatus.WAITING)
    assert passed.due_at == ask.due_at == NIGHT + timedelta(hours=4)
    assert ask.status == AskStatus.PASSED_ON


@pytest.mark.parametrize("urgency", [Urgency.AMBER, Urgency.GREEN])
def test_what_can_wait_for_the_desk_to_open_waits(
    partnership: Partnership, duty: Player, clock: Clock, urgency: Urgency
) -> None:
    clock(NIGHT)
    ask = send_ask(partnership.asker, partnership.police_desk, urgency=urgency)
    clock(NIGHT + timedelta(hours=3))
    tasks.pass_on()

    assert passed_from(ask) is None


def test_an_attended_desk_keeps_what_it_was_asked(
    partnership: Partnership, duty: Player, clock: Clock
) -> None:
    clock(OPEN)
    ask = send_ask(partnership.asker, partnership.police_desk, urgency=Urgency.RED)
    clock(OPEN + timedelta(hours=1))
    tasks.pass_on()

    assert passed_from(ask) is None


def test_where_everybody_is_away_it_goes_on_once_it_has_waited_as_long_as_configured(
    partnership: Partnership, duty_desk: Desk, clock: Clock
) -> None:
    clock(OPEN)
    ask = send_ask(partnership.asker, partnership.police_desk)
    away(*everybody(partnership))
    clock(OPEN + timedelta(hours=3, minutes=59))
    tasks.pass_on()
    assert passed_from(ask) is None

    clock(OPEN + timedelta(hours=4))
    tasks.pass_on()
    tasks.pass_on()

    passed = passed_from(ask)
    assert passed is not None
    assert passed.desk == duty_desk
    assert Ask.objects.count() == 2
    assert AuditEvent.objects.filter(event="sharing.ask.passed_on").count() == 1


def test_where_everybody_is_kept_from_the_case_it_goes_past_their_desk(
    partnership: Partnership, duty_desk: Desk, clock: Clock
) -> None:
    clock(OPEN)
    ask = send_ask(partnership.asker, partnership.police_desk)
    for player in everybody(partnership):
        vault.keep_from(
            actor=partnership.asker.actor, dossier=ask.request.dossier, user_id=player.user.pk
        )
    clock(OPEN + timedelta(hours=5))
    tasks.pass_on()

    assert passed_from(ask) is not None


def test_the_fallback_reads_what_the_desk_was_given_and_answers(
    partnership: Partnership, duty: Player, clock: Clock
) -> None:
    clock(NIGHT)
    ask = send_ask(
        partnership.asker,
        partnership.police_desk,
        ZEBEDEE,
        FLORENCE,
        urgency=Urgency.RED,
        desks={partnership.police_desk.pk: [0], partnership.charity_desk.pk: [1]},
    )
    passed = passed_from(ask)
    assert passed is not None
    asked = queries.asks_in_full(duty.actor).get(pk=passed.pk)
    snapshots = [one.subject.snapshot for one in asked.about.all()]
    opened = services.open_ask(actor=duty.actor, ask=asked, snapshots=snapshots)

    assert opened[asked.request.why] == WHY
    assert [NAME in str(opened[one.identity]) for one in snapshots] == [True]
    assert answer_ask(duty, passed, item()).status == AskStatus.ANSWERED


def test_the_desk_that_was_closed_still_reads_it_and_may_still_answer(
    partnership: Partnership, duty: Player, clock: Clock
) -> None:
    clock(NIGHT)
    ask = send_ask(partnership.asker, partnership.police_desk, urgency=Urgency.RED)

    assert answer_ask(partnership.decider, ask, item()).status == AskStatus.ANSWERED


def test_a_sender_who_asks_these_desks_only_is_obeyed(
    partnership: Partnership, duty: Player, clock: Clock
) -> None:
    clock(NIGHT)
    ask = send_ask(
        partnership.asker, partnership.police_desk, urgency=Urgency.RED, may_pass_on=False
    )
    clock(NIGHT + timedelta(hours=2))
    tasks.pass_on()

    assert ask.fallback is None
    assert passed_from(ask) is None


def test_what_somebody_took_on_stays_with_the_desk(
    partnership: Partnership, duty: Player, clock: Clock
) -> None:
    clock(OPEN)
    ask = send_ask(partnership.asker, partnership.police_desk)
    services.claim(actor=partnership.decider.actor, ask_id=ask.pk)
    away(*everybody(partnership))
    clock(OPEN + timedelta(hours=6))
    tasks.pass_on()

    assert passed_from(ask) is None


def test_a_fallback_written_past_the_portal_is_given_nothing(
    partnership: Partnership, duty_desk: Desk, clock: Clock
) -> None:
    clock(OPEN)
    ask = send_ask(partnership.asker, partnership.police_desk)
    Ask.objects.filter(pk=ask.pk).update(fallback=partnership.charity_desk)
    away(*everybody(partnership))
    clock(OPEN + timedelta(hours=6))
    tasks.pass_on()

    ask.refresh_from_db()
    assert passed_from(ask) is None
    assert ask.fallback is None
    assert AuditEvent.objects.filter(event="sharing.ask.not_passed_on").count() == 1


def test_a_desk_that_was_put_into_a_request_past_the_portal_brings_its_fallback_nothing(
    partnership: Partnership, duty: Player, clock: Clock
) -> None:
    """The fallback is given what genuine grants gave the desk, and here none did."""
    clock(OPEN)
    genuine = send_ask(partnership.asker, partnership.charity_desk)
    forged = Ask.objects.create(
        request=genuine.request,
        desk=partnership.police_desk,
        fallback=Desk.objects.get(name="Emergency duty team"),
        due_at=genuine.due_at,
        nearly_at=genuine.nearly_at,
        asking_basis={},
        holding_basis={},
    )
    away(*everybody(partnership))
    clock(OPEN + timedelta(hours=6))
    tasks.pass_on()

    passed = passed_from(forged)
    assert passed is not None
    asked = queries.asks(duty.actor).get(pk=passed.pk)
    opened = services.open_ask(actor=duty.actor, ask=asked, snapshots=[])
    assert not opened[asked.request.why]


def test_where_no_fallback_is_left_the_asker_is_told_to_ring(
    partnership: Partnership, duty: Player, duty_desk: Desk, clock: Clock
) -> None:
    clock(OPEN)
    send_ask(partnership.asker, partnership.police_desk)
    deliver()
    mail.outbox.clear()
    away(*everybody(partnership), duty)
    clock(OPEN + timedelta(hours=6))
    tasks.pass_on()
    deliver()

    told = {one.to[0]: one.subject for one in mail.outbox}
    assert "nobody is at the desk" in told[partnership.asker.user.email]


def test_where_the_asker_has_left_the_desk_behind_them_is_told(
    partnership: Partnership, duty: Player, clock: Clock
) -> None:
    clock(OPEN)
    ask = send_ask(partnership.asker, partnership.police_desk)
    deliver()
    mail.outbox.clear()
    away(*everybody(partnership))
    member = Membership.objects.get(pk=partnership.asker.membership_id)
    member.ended_at, member.ended_by = timezone.now(), member
    member.attest().save()
    clock(OPEN + timedelta(hours=6))
    tasks.pass_on()
    deliver()

    assert passed_from(ask) is None
    assert {one.to[0] for one in mail.outbox} == {partnership.asking_colleague.user.email}


def test_everybody_concerned_is_told_of_the_passing_on(
    partnership: Partnership, duty: Player, clock: Clock
) -> None:
    clock(NIGHT)
    ask = send_ask(partnership.asker, partnership.police_desk, urgency=Urgency.RED)
    deliver()

    told = {(one.to[0], one.subject.partition(": ")[2]) for one in mail.outbox}
    assert (duty.user.email, "a request was passed on to your desk") in told
    assert (partnership.decider.user.email, "a request was passed on from your desk") in told
    assert (partnership.asker.user.email, "your request was passed on") in told
    assert (partnership.decider.user.email, "a request waits at your desk") not in told
    assert all(NAME not in one.body for one in mail.outbox)
    assert ask.request.reference in mail.outbox[0].subject


def test_the_nightly_check_explains_every_grant_and_promise(
    partnership: Partnership, duty: Player, clock: Clock
) -> None:
    clock(NIGHT)
    send_ask(partnership.asker, partnership.police_desk, urgency=Urgency.RED)

    for name in (
        "vault.unexplained",
        "sharing.promises",
        "vault.left_alone",
        "attested.agencies.Fallback",
    ):
        assert list(registered()[name]()) == [], name


def test_passing_on_is_refused_while_somebody_is_there(
    partnership: Partnership, duty: Player, clock: Clock
) -> None:
    clock(OPEN)
    ask = send_ask(partnership.asker, partnership.police_desk)

    with pytest.raises(Denied) as denied:
        services.pass_on(actor=partnership.asker.actor, ask_id=ask.pk)

    assert denied.value.decision.code == "attended"


def test_a_desk_without_seats_is_one_where_nobody_is(
    partnership: Partnership, duty: Player, clock: Clock
) -> None:
    clock(OPEN)
    ask = send_ask(partnership.asker, partnership.police_desk)
    for player in everybody(partnership):
        seat(Membership.objects.get(pk=player.membership_id), [], actor=OPERATOR)
    clock(OPEN + timedelta(hours=5))
    tasks.pass_on()

    assert passed_from(ask) is not None


def test_taking_the_fallback_back_ends_what_was_planned(
    partnership: Partnership, duty: Player, clock: Clock
) -> None:
    clock(OPEN)
    ask = send_ask(partnership.asker, partnership.police_desk)
    none = Cover(always=False, terms=Terms.ALL_YEAR, fallback_id=None)
    agencies.set_cover(actor=partnership.lead.actor, desk_id=partnership.police_desk.pk, cover=none)
    away(*everybody(partnership))
    clock(OPEN + timedelta(hours=6))
    tasks.pass_on()

    assert passed_from(ask) is None
    assert Fallback.objects.get().version == 2
    assert Absence.objects.count() == 3
