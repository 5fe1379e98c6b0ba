"""What passed beside the portal is put on record, whatever is missing (D25–D28)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from audit.models import AuditEvent
from incidents.models import Incident
from kernel.decisions import Denied
from people.identity import Identity
from people.matching import Wanted
from sharing import queries, services
from sharing.consistency import promises, recipients, shared_promises
from sharing.models import Answer, Share
from sharing.services import ContactInput, LogInput
from sharing.states import AskStatus, Outcome
from sharing.states.contact import Channel, Direction, Verification, VerificationResult
from tests.asks import BODY, ZEBEDEE, item, send_ask
from tests.partnership import Partnership, Player
from vault.consistency import unexplained_grants


def log(
    player: Player,
    *people: Identity,
    outcome: Outcome = Outcome.SHARED,
    channel: Channel = Channel.TELEPHONE,
    contact: dict[str, Any] | None = None,
    **changes: Any,
) -> Share:
    """A call about Zebedee, in which something was said."""
    said = {"items": [item()]} if outcome in (Outcome.SHARED, Outcome.RECEIVED) else {}
    return services.log_contact(
        actor=player.actor,
        log=LogInput(
            **{"submission": uuid4(), **said, **changes},
            contact=ContactInput(channel, who={"name": "Dr Nora Ó Sé"}, **(contact or {})),
            outcome=outcome,
            people=people or (ZEBEDEE,),
        ),
    )


def words_of(player: Player, share: Share) -> str:
    """Everything that the player reads of a share."""
    answers = list(queries.answers_given(player.actor, share))
    opened = services.open_share(actor=player.actor, share=share, answers=answers)
    return " ".join(str(value) for value in opened.values())


@pytest.mark.parametrize("outcome", Outcome.values)
def test_every_outcome_can_be_logged_with_nothing_else_known(
    partnership: Partnership, outcome: str
) -> None:
    share = services.log_contact(
        actor=partnership.asker.actor,
        log=LogInput(uuid4(), ContactInput(Channel.TELEPHONE), Outcome(outcome)),
    )

    assert share.answers.get().outcome == outcome
    assert share.contact.verification == Verification.NOT_KNOWN


@pytest.mark.parametrize("channel", Channel.values)
def test_no_channel_is_refused_and_an_unsafe_one_opens_an_incident(
    partnership: Partnership, channel: str
) -> None:
    share = log(partnership.asker, channel=Channel(channel))

    incidents = Incident.objects.filter(case=share.dossier)
    assert incidents.count() == (channel in ("VOICEMAIL", "TEXT", "MESSAGING"))


@pytest.mark.parametrize(
    "wrong", [{"went_astray": True}, {"verification_result": VerificationResult.NOT_THEM}]
)
def test_what_reached_somebody_else_opens_an_incident(
    partnership: Partnership, wrong: dict[str, Any]
) -> None:
    share = log(partnership.asker, channel=Channel.EMAIL, contact=wrong)

    assert Incident.objects.get(case=share.dossier).records == [share.pk]


def test_the_time_of_the_call_stands_apart_from_the_time_of_writing(
    partnership: Partnership,
) -> None:
    rang_at = timezone.now() - timedelta(days=2)

    share = log(partnership.asker, happened_at=rang_at)

    assert share.happened_at == rang_at
    assert share.written_at - rang_at >= timedelta(days=2)
    assert share.answers.get().decided_at == rang_at


def test_pressing_twice_logs_once(partnership: Partnership) -> None:
    submission = uuid4()

    first, second = (log(partnership.asker, submission=submission) for _ in range(2))

    assert first == second
    assert Share.objects.count() == 1
    assert AuditEvent.objects.filter(event="sharing.contact.logged").count() == 1


# Who of the partnership may put a call on record
MAY_LOG = ["asker", "asking_colleague", "decider", "uncleared", "outsider", "lead"]
MAY_NOT = ["dpo", "coordinator"]


@pytest.mark.parametrize("who", [*MAY_LOG, *MAY_NOT])
def test_whoever_works_with_families_may_log(partnership: Partnership, who: str) -> None:
    player = getattr(partnership, who)
    if who in MAY_NOT:
        with pytest.raises(Denied):
            log(player)
    else:
        log(player)

    assert Share.objects.exists() is (who in MAY_LOG)


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("asker", True),
        ("asking_colleague", True),
        ("decider", False),
        ("outsider", False),
        ("lead", False),
    ],
)
def test_a_log_is_read_by_its_own_side_alone(
    partnership: Partnership, who: str, sees: bool
) -> None:
    share = log(partnership.asker, asked="Is he safe?")
    player = getattr(partnership, who)

    assert queries.given(player.actor).filter(pk=share.pk).exists() is sees
    assert queries.answers(player.actor).filter(share=share).exists() is sees
    read = words_of(player, share)
    assert (BODY in read and "Is he safe?" in read and "Nora" in read) is sees


def test_what_was_logged_is_found_again(partnership: Partnership) -> None:
    share = log(partnership.asker)

    found = services.look_for(actor=partnership.asker.actor, wanted=Wanted("Zebedee", None, ""))
    beside = services.look_for(actor=partnership.decider.actor, wanted=Wanted("Zebedee", None, ""))

    assert [record.subject.share_id for _, record in found.records] == [share.pk]
    assert list(beside.records) == []


def test_a_call_may_answer_a_request(partnership: Partnership) -> None:
    ask = send_ask(partnership.asker, partnership.police_desk)

    share = services.log_contact(
        actor=partnership.decider.actor,
        log=LogInput(
            uuid4(),
            ContactInput(Channel.TELEPHONE, Direction.OUTGOING),
            Outcome.SHARED,
            items=[item()],
            ask_id=ask.pk,
        ),
    )

    ask.refresh_from_db()
    assert ask.status == AskStatus.ANSWERED
    assert share.dossier == ask.request.dossier
    answer = Answer.objects.get(ask=ask)
    opened = services.open_answers(
        actor=partnership.asker.actor,
        answers=queries.answers_to(partnership.asker.actor, ask),
    )
    assert BODY in opened.values()
    assert answer in queries.answers_given(partnership.decider.actor, share)


@pytest.mark.parametrize("outcome", [Outcome.NOT_SHARED, Outcome.RECEIVED])
def test_a_refusal_on_the_telephone_is_logged_and_still_owes_its_ground(
    partnership: Partnership, outcome: Outcome
) -> None:
    ask = send_ask(partnership.asker, partnership.police_desk)

    share = log(partnership.decider, outcome=outcome, ask_id=ask.pk)

    ask.refresh_from_db()
    assert ask.status == AskStatus.WAITING
    assert share.answered_ask is None


def test_a_request_that_others_answered_meanwhile_does_not_stop_the_log(
    partnership: Partnership,
) -> None:
    ask = send_ask(partnership.asker, partnership.police_desk)
    first = log(partnership.decider, ask_id=ask.pk)
    second = log(partnership.colleague, ask_id=ask.pk)
    beside = log(partnership.outsider, ask_id=ask.pk)

    assert first.answered_ask == ask
    assert second.answered_ask is None
    assert beside.answered_ask is None


def test_the_nightly_check_explains_every_log(partnership: Partnership) -> None:
    ask = send_ask(partnership.asker, partnership.police_desk)
    log(partnership.decider, ask_id=ask.pk)
    log(partnership.outsider, channel=Channel.TEXT)

    findings = [*recipients(), *promises(), *shared_promises(), *unexplained_grants()]

    assert findings == []
