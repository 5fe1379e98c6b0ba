"""A request is given to another member of the desk, who is told; a lead does it without reading it."""

from __future__ import annotations

import time

import pytest
from django.core import mail
from django.urls import reverse

from audit.models import AccessEvent, AuditEvent
from kernel.actors import Actor
from kernel.decisions import Decision, Denied
from sharing import policies, services
from sharing.models import Ask
from sharing.states import AskStatus
from tests.asks import NAME, answer_ask, item, send_ask
from tests.oversight.parked import deliver
from tests.partnership import ClientFor, Partnership, Player
from tests.sharing.clocks.conftest import Clock, away
from tests.sharing.journey import text_of
from tests.sharing.test_asking_races import at_once
from vault import services as vault


@pytest.fixture
def ask(partnership: Partnership) -> Ask:
    return send_ask(partnership.asker, partnership.police_desk)


def give(giver: Player, ask: Ask, taker: Player) -> Ask:
    return services.hand_on(actor=giver.actor, ask_id=ask.pk, membership_id=taker.membership_id)


@pytest.mark.django_db
def test_whoever_is_given_a_request_has_it_and_is_told_once(
    partnership: Partnership, ask: Ask
) -> None:
    deliver()
    mail.outbox.clear()
    give(partnership.decider, ask, partnership.colleague)
    give(partnership.decider, ask, partnership.colleague)
    deliver()

    ask.refresh_from_db()
    assert (ask.status, ask.claimed_by_id) == (
        AskStatus.CLAIMED,
        partnership.colleague.membership_id,
    )
    assert [one.to for one in mail.outbox] == [[partnership.colleague.user.email]]
    assert AuditEvent.objects.filter(event="sharing.ask.handed_on").count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("taker", ["outsider", "lead", "asking_colleague"])
def test_it_is_given_only_to_somebody_at_that_desk(
    partnership: Partnership, ask: Ask, taker: str
) -> None:
    with pytest.raises(Denied) as denied:
        give(partnership.decider, ask, getattr(partnership, taker))

    assert denied.value.decision.code == "no_taker"


@pytest.mark.django_db
def test_it_is_not_given_to_somebody_who_is_kept_from_the_case(
    partnership: Partnership, ask: Ask
) -> None:
    vault.keep_from(
        actor=partnership.asker.actor,
        dossier=ask.request.dossier,
        user_id=partnership.colleague.user.pk,
    )

    with pytest.raises(Denied):
        give(partnership.decider, ask, partnership.colleague)


@pytest.mark.django_db
def test_a_lead_gives_it_by_reference_and_clock_and_reads_no_name(
    partnership: Partnership, ask: Ask, client_for: ClientFor
) -> None:
    client = client_for(partnership.lead)
    work = text_of(client.get(reverse("sharing:desks_work")))
    page = text_of(client.get(reverse("sharing:hand_on", args=[ask.pk])))

    assert ask.request.reference in work
    assert NAME not in work + page
    assert not AccessEvent.objects.exists()
    typed = {"to": str(partnership.colleague.membership_id)}
    assert client.post(reverse("sharing:hand_on", args=[ask.pk]), typed).status_code == 302
    ask.refresh_from_db()
    assert ask.claimed_by_id == partnership.colleague.membership_id
    assert client.get(reverse("sharing:ask", args=[ask.pk])).status_code == 404


@pytest.mark.django_db
def test_a_lead_who_is_kept_from_the_case_sees_no_line_of_it(
    partnership: Partnership, ask: Ask, client_for: ClientFor
) -> None:
    vault.keep_from(
        actor=partnership.asker.actor,
        dossier=ask.request.dossier,
        user_id=partnership.lead.user.pk,
    )
    client = client_for(partnership.lead)

    assert ask.request.reference not in text_of(client.get(reverse("sharing:desks_work")))
    assert client.get(reverse("sharing:hand_on", args=[ask.pk])).status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("typed", [{}, {"to": ""}, {"to": "x" * 5000}, {"to": "\x00"}])
def test_a_choice_that_is_none_is_asked_for_again(
    partnership: Partnership, ask: Ask, client_for: ClientFor, typed: dict[str, str]
) -> None:
    client = client_for(partnership.decider)
    response = client.post(reverse("sharing:hand_on", args=[ask.pk]), typed)

    assert response.status_code == 200
    ask.refresh_from_db()
    assert ask.status == AskStatus.WAITING


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hold the door open between the check and the change."""

    def slowly(name: str) -> None:
        decide = getattr(policies, name)

        def decide_slowly(*args: object, **options: object) -> Decision:
            decision: Decision = decide(*args, **options)
            time.sleep(0.4)
            return decision

        monkeypatch.setattr(policies, name, decide_slowly)

    for name in ("can_hand_on", "can_answer", "can_claim", "can_pass_on"):
        slowly(name)


def outcome(actor: Actor, change: str, **what: object) -> str:
    """What one press came to."""
    try:
        getattr(services, change)(actor=actor, **what)
    except Denied as denied:
        return denied.decision.code
    return "done"


@pytest.mark.django_db(transaction=True)
def test_given_and_answered_at_once_it_ends_answered_and_nothing_is_undone(
    partnership: Partnership, slow: None
) -> None:
    ask = send_ask(partnership.asker, partnership.police_desk)
    services.begin_answer(actor=partnership.decider.actor, ask_id=ask.pk)
    decider, lead = partnership.decider, partnership.lead.actor

    def answer() -> str:
        return "done" if answer_ask(decider, ask, item()) else ""

    def hand() -> str:
        to = partnership.colleague.membership_id
        return outcome(lead, "hand_on", ask_id=ask.pk, membership_id=to)

    outcomes = at_once(answer, hand)

    ask.refresh_from_db()
    assert ask.status == AskStatus.ANSWERED
    assert ask.answered_by_id == decider.membership_id
    assert set(outcomes) <= {"done", "wrong_state"}
    assert "done" in outcomes


@pytest.mark.django_db(transaction=True)
def test_passed_on_and_claimed_at_once_there_is_one_story(
    partnership: Partnership, duty: Player, clock: Clock, slow: None
) -> None:
    ask = send_ask(partnership.asker, partnership.police_desk)
    away(partnership.decider, partnership.colleague, partnership.uncleared)
    asker, decider = partnership.asker.actor, partnership.decider.actor

    outcomes = at_once(
        lambda: outcome(asker, "pass_on", ask_id=ask.pk),
        lambda: outcome(decider, "claim", ask_id=ask.pk),
    )

    ask.refresh_from_db()
    passed = Ask.objects.filter(passed_from=ask).count()
    assert ask.status == AskStatus.CLAIMED
    assert sorted(outcomes) in (["done", "done"], ["done", "wrong_state"])
    assert passed == (1 if outcomes.count("done") == 2 else 0)


@pytest.mark.django_db(transaction=True)
def test_two_beats_at_once_ask_the_fallback_once(
    partnership: Partnership, duty: Player, slow: None
) -> None:
    ask = send_ask(partnership.asker, partnership.police_desk)
    away(partnership.decider, partnership.colleague, partnership.uncleared)
    asker = partnership.asker.actor

    outcomes = at_once(*[lambda: outcome(asker, "pass_on", ask_id=ask.pk)] * 2)

    assert sorted(outcomes) == ["done", "wrong_state"]
    assert Ask.objects.filter(request=ask.request).count() == 2
