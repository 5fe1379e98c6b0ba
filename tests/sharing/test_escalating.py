"""A refusal or a silence is disputed level by level, each on record with what came of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.mail import EmailMessage
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from audit.models import AuditEvent
from kernel import outbox
from kernel.actors import Actor
from kernel.decisions import WRONG_STATE, Denied
from kernel.models import OutboxMessage
from sharing import queries, services
from sharing.models import Ask, Escalation, EscalationStep
from sharing.services import StepInput
from sharing.states import (
    ESCALATION_WORKFLOW,
    AskStatus,
    EscalationAbout,
    EscalationLevel,
    EscalationStatus,
    StepOutcome,
)
from tests.asks import PLANTED, answer_ask, send_ask
from tests.partnership import ClientFor, Partnership, Player
from vault import services as vault

WHY = "Officers were there on Tuesday, and we plan a visit on Friday"
WORDS = "They will send the log by noon"
FIRST, SECOND, THIRD, LAST = EscalationLevel


@pytest.fixture
def ask(partnership: Partnership) -> Ask:
    return send_ask(partnership.asker, partnership.police_desk)


def dispute(
    player: Player, ask: Ask, *, level: EscalationLevel = FIRST, in_danger: bool = False
) -> Escalation:
    return services.escalate(
        actor=player.actor,
        ask_id=ask.pk,
        about=EscalationAbout.NOT_ANSWERED,
        seen=ask.status,
        step=StepInput(level, in_danger, WHY),
    )


def further(player: Player, one: Escalation, level: EscalationLevel, seen: int) -> Escalation:
    return services.take_further(
        actor=player.actor,
        escalation_id=one.pk,
        seen=seen,
        outcome=StepOutcome.NO_REACTION,
        words="Nobody rang back",
        step=StepInput(level, False, ""),  # noqa: FBT003
    )


def settle(
    player: Player, one: Escalation, outcome: StepOutcome = StepOutcome.WILL_SHARE, seen: int = 1
) -> Escalation:
    return services.settle(
        actor=player.actor, escalation_id=one.pk, seen=seen, outcome=outcome, words=WORDS
    )


def words_for(player: Player, one: Escalation) -> list[object]:
    found = queries.escalations_in_full(player.actor).get(pk=one.pk)
    return list(services.open_words(actor=player.actor, escalation=found).values())


def deliver() -> None:
    while outbox.deliver_waiting("notify"):
        pass


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("asker", True),
        ("asking_colleague", True),
        ("decider", True),
        ("colleague", True),
        ("uncleared", True),
        ("outsider", False),
        ("lead", False),
        ("coordinator", False),
        ("dpo", False),
    ],
)
def test_both_ends_take_part_from_the_first_level_and_nobody_else(
    partnership: Partnership, ask: Ask, who: str, sees: bool
) -> None:
    one = dispute(partnership.asker, ask)

    assert queries.escalations(getattr(partnership, who).actor).contains(one) is sees
    assert queries.either_side(getattr(partnership, who).actor).contains(ask) is sees


def test_each_end_reads_the_words_as_far_as_their_clearance_reaches(
    partnership: Partnership, ask: Ask
) -> None:
    one = dispute(partnership.asker, ask)

    assert words_for(partnership.asker, one) == [WHY]
    assert words_for(partnership.decider, one) == [WHY]
    assert words_for(partnership.uncleared, one) == [vault.WITHHELD]


def test_the_answering_side_disputes_as_well(partnership: Partnership, ask: Ask) -> None:
    answered = answer_ask(partnership.decider, ask)

    one = services.escalate(
        actor=partnership.decider.actor,
        ask_id=ask.pk,
        about=EscalationAbout.HANDLING,
        seen=answered.status,
        step=StepInput(FIRST, in_danger=False, why=WHY),
    )

    assert one.agency == partnership.police
    assert words_for(partnership.asker, one) == [WHY]


def test_leads_come_in_at_their_level_and_read_what_was_written_before(
    partnership: Partnership, ask: Ask
) -> None:
    one = dispute(partnership.asker, ask)
    further(partnership.asker, one, SECOND, seen=1)
    further(partnership.asking_colleague, one, THIRD, seen=2)

    (lead,) = one.parties.all()
    assert lead.membership_id == partnership.lead.membership_id
    assert lead.level == THIRD
    assert words_for(partnership.lead, one).count(WHY) == 1
    assert vault.WITHHELD not in words_for(partnership.lead, one)


def test_the_partnership_comes_in_last(partnership: Partnership, ask: Ask) -> None:
    one = dispute(partnership.asker, ask, level=LAST, in_danger=True)

    assert queries.escalations(partnership.coordinator.actor).contains(one)
    assert words_for(partnership.coordinator, one) == [WHY]


def test_whoever_must_not_learn_of_the_case_is_not_brought_in(
    partnership: Partnership, ask: Ask
) -> None:
    vault.keep_from(
        actor=partnership.asker.actor,
        dossier=ask.request.dossier,
        user_id=partnership.lead.user.pk,
    )

    one = dispute(partnership.asker, ask, level=THIRD, in_danger=True)

    assert not one.parties.exists()
    assert not queries.escalations(partnership.lead.actor).exists()


def test_levels_are_taken_one_after_the_other_and_danger_passes_over(
    partnership: Partnership, ask: Ask
) -> None:
    one = dispute(partnership.asker, ask)

    with pytest.raises(Denied, match="passes_over"):
        further(partnership.asker, one, THIRD, seen=1)
    services.take_further(
        actor=partnership.asker.actor,
        escalation_id=one.pk,
        seen=1,
        outcome=StepOutcome.NO_REACTION,
        words="He is there now",
        step=StepInput(LAST, in_danger=True, why=""),
    )

    assert list(one.steps.order_by("position").values_list("level", flat=True)) == [FIRST, LAST]


def test_where_a_child_may_be_in_danger_every_level_counts_hours_on_the_wall(
    partnership: Partnership, ask: Ask
) -> None:
    dispute(partnership.asker, ask, level=SECOND, in_danger=True)

    step = EscalationStep.objects.get()
    assert step.due_at - step.opened_at < timedelta(hours=2, minutes=1)


@pytest.mark.parametrize("status", EscalationStatus)
@pytest.mark.parametrize("move", ["take further", "settle", "end", "withdraw"])
def test_a_disagreement_makes_the_moves_of_its_table_and_no_other(
    partnership: Partnership, ask: Ask, status: EscalationStatus, move: str
) -> None:
    one = dispute(partnership.asker, ask)
    Escalation.objects.filter(pk=one.pk).update(status=status)
    moves = {
        "take further": lambda: further(partnership.asker, one, SECOND, seen=1),
        "settle": lambda: settle(partnership.decider, one),
        "end": lambda: settle(partnership.decider, one, StepOutcome.NOT_AGREED),
        "withdraw": lambda: services.withdraw(
            actor=partnership.asker.actor, escalation_id=one.pk, words="They rang"
        ),
    }

    if status in ESCALATION_WORKFLOW.transitions[move].sources:
        assert moves[move]().status == ESCALATION_WORKFLOW.transitions[move].target
    else:
        with pytest.raises(Denied) as denied:
            moves[move]()
        assert denied.value.decision.code == WRONG_STATE


def test_only_the_side_that_raised_it_takes_it_back(partnership: Partnership, ask: Ask) -> None:
    one = dispute(partnership.asker, ask)

    with pytest.raises(Denied, match="other_side"):
        services.withdraw(actor=partnership.decider.actor, escalation_id=one.pk, words="No")


def test_pressing_twice_raises_one_and_goes_one_level_up(
    partnership: Partnership, ask: Ask
) -> None:
    assert dispute(partnership.asker, ask) == dispute(partnership.asking_colleague, ask)
    one = Escalation.objects.get()
    further(partnership.asker, one, SECOND, seen=1)
    further(partnership.asker, one, SECOND, seen=1)

    assert one.steps.count() == 2


def test_what_came_of_it_is_written_about_the_level_that_its_author_saw(
    partnership: Partnership, ask: Ask
) -> None:
    one = dispute(partnership.asker, ask)
    further(partnership.asker, one, SECOND, seen=1)

    with pytest.raises(Denied, match="moved_meanwhile"):
        settle(partnership.decider, one, seen=1)


def test_an_answer_that_arrives_while_somebody_disputes_silence_is_read_first(
    client_for: ClientFor, partnership: Partnership, ask: Ask
) -> None:
    address = reverse("sharing:escalate", args=[ask.pk])
    client = client_for(partnership.asker)
    answer_ask(partnership.decider, ask)
    typed = {"seen": "WAITING", "about": "NOT_ANSWERED", "why": WHY, "level": FIRST}

    page = client.post(address, typed)

    assert "has moved this on while you wrote" in page.content.decode()
    assert WHY in page.content.decode()
    assert not Escalation.objects.exists()
    assert client.post(address, typed | {"seen": AskStatus.ANSWERED}).status_code == 302
    assert Escalation.objects.exists()


def test_a_manager_is_brought_in_by_address_and_only_from_ones_own_agency(
    client_for: ClientFor, partnership: Partnership, ask: Ask
) -> None:
    one = dispute(partnership.asker, ask)
    client = client_for(partnership.decider)
    address = reverse("sharing:bring_in", args=[one.pk])

    refused = client.post(address, {"email": partnership.outsider.user.email})
    client.post(address, {"email": partnership.lead.user.email})

    assert "Nobody of your agency has this address" in refused.content.decode()
    assert words_for(partnership.lead, one) == [WHY]


def test_everybody_who_takes_part_is_told_and_no_message_says_whom_it_is_about(
    partnership: Partnership, ask: Ask, mailoutbox: list[EmailMessage]
) -> None:
    one = dispute(partnership.asker, ask, level=THIRD, in_danger=True)
    deliver()

    told = {address for mail in mailoutbox for address in mail.to if one.reference in mail.subject}
    assert {partnership.lead.user.email, partnership.police_desk.mailbox} <= told
    assert partnership.asker.user.email not in told
    for mail in mailoutbox:
        assert not [word for word in (*PLANTED, WHY) if word in f"{mail.subject} {mail.body}"]


def test_a_level_whose_time_is_up_is_told_of_once(
    partnership: Partnership, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    dispute(partnership.asker, ask)
    later = timezone.now() + timedelta(days=3)
    monkeypatch.setattr(timezone, "now", lambda: later)

    assert services.notice_late_steps(actor=Actor.system("late-steps")) == 1
    assert services.notice_late_steps(actor=Actor.system("late-steps")) == 0
    assert OutboxMessage.objects.filter(topic="sharing.escalation_late").count() == 1


def test_no_word_of_it_stands_in_the_log(partnership: Partnership, ask: Ask) -> None:
    one = dispute(partnership.asker, ask)
    settle(partnership.decider, one)

    facts = [str(row.facts) for row in AuditEvent.objects.filter(target_id=one.pk)]
    assert len(facts) == 3
    assert not [text for text in facts if WHY in text or WORDS in text]


def test_the_page_shows_each_level_and_what_came_of_it(
    client_for: ClientFor, partnership: Partnership, ask: Ask
) -> None:
    one = dispute(partnership.asker, ask)
    further(partnership.asker, one, SECOND, seen=1)
    settle(partnership.decider, one, seen=2)

    page = client_for(partnership.asker).get(reverse("sharing:escalation", args=[one.pk]))

    text = page.content.decode()
    for words in (WHY, "Nobody rang back", WORDS, "Between line managers", "Settled"):
        assert words in text


def test_many_disagreements_cost_what_one_costs(
    client_for: ClientFor, partnership: Partnership
) -> None:
    client = client_for(partnership.asker)
    address = reverse("sharing:escalations")

    def cost(disputed: int) -> int:
        for _ in range(disputed):
            dispute(partnership.asker, send_ask(partnership.asker, partnership.police_desk))
        with CaptureQueriesContext(connection) as queries_made:
            assert client.get(address).status_code == 200
        return len(queries_made)

    assert cost(1) == cost(4)
