"""Taking back what went astray: at once, on record, and as an incident if it was opened."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from agencies.models import Membership
from audit.consistency import registered
from incidents import queries as incidents
from incidents import services as incident_services
from incidents.models import Incident
from incidents.states import Kind
from kernel import outbox
from kernel.actors import Actor, Role
from kernel.decisions import Denied
from kernel.tiers import Tier
from sharing import queries, services
from sharing.models import Answer, Recall, Recipient
from sharing.services import RecipientInput
from sharing.states import RecipientKind
from sharing.states.righting import Copies, RecallReason
from tests.asks import BODY, answer_ask, item, send_ask
from tests.partnership import Partnership, add_person
from tests.sharing.righting.given import ACCOUNT, give_wrongly, opens_nothing, read, recall
from vault.models import Grant
from vault.services import Why

pytestmark = pytest.mark.django_db


def nightly() -> list[object]:
    names = ("sharing.recipients", "sharing.promises", "vault.unexplained", "vault.left_alone")
    return [one for name in names for one in registered()[name]()]


def test_unopened_it_is_gone_at_once_and_no_incident(partnership: Partnership) -> None:
    answer, wrong = give_wrongly(partnership)

    (made,) = recall(partnership.decider, wrong)

    outsider = partnership.outsider
    assert not made.was_opened
    assert not Incident.objects.exists()
    assert opens_nothing(outsider, answer)
    assert not queries.answers(outsider.actor).exists()
    assert not queries.shares_to(outsider.actor).exists()


def test_nothing_of_the_case_stays_with_whoever_was_in_it_by_mistake(
    partnership: Partnership,
) -> None:
    _answer, wrong = give_wrongly(partnership)
    held = Grant.objects.filter(holder_id=partnership.charity_desk.pk)
    assert held.count() >= 2  # the answer, and whom it is about

    recall(partnership.decider, wrong)

    assert not held.filter(revocation=None).exists()
    assert nightly() == []


def test_the_others_and_the_sender_keep_theirs(partnership: Partnership) -> None:
    answer, wrong = give_wrongly(partnership)

    recall(partnership.decider, wrong)

    assert read(partnership.asking_colleague, answer) == [BODY]
    assert read(partnership.decider, answer) == [BODY]


def test_opened_it_is_an_incident_with_both_officers_told_and_the_clock_started(
    partnership: Partnership,
) -> None:
    officer = add_person("Ofra Charity", partnership.charity, Role.DPO)
    answer, wrong = give_wrongly(partnership)
    read(partnership.outsider, answer)
    outbox.deliver_waiting("notify")
    mail.outbox.clear()

    (made,) = recall(partnership.decider, wrong)
    outbox.deliver_waiting("notify")

    incident = made.incident
    assert made.was_opened
    assert incident is not None
    assert incident.kind == Kind.MISDIRECTED
    assert incident.due_at - incident.aware_at == timedelta(hours=72)
    told = {one.to[0] for one in mail.outbox}
    assert {officer.user.email, partnership.dpo.user.email} <= told
    assert partnership.coordinator.user.email in told
    assert incidents.incidents(officer.actor).get() == incident
    assert incidents.incidents(partnership.dpo.actor).get() == incident
    assert not incidents.incidents(partnership.asker.actor).exists()


def test_opened_by_anybody_at_the_desk_it_is_opened(partnership: Partnership) -> None:
    colleague = add_person(
        "Ora Beside", partnership.charity, Role.DESK_MEMBER,
        desk=partnership.charity_desk, tier=Tier.SENSITIVE,
    )  # fmt: skip
    answer, wrong = give_wrongly(partnership)
    read(colleague, answer)

    (made,) = recall(partnership.decider, wrong)

    assert made.was_opened


def test_a_name_seen_in_the_inbox_is_a_disclosure_too(partnership: Partnership) -> None:
    answer, wrong = give_wrongly(partnership)
    services.open_names(
        actor=partnership.outsider.actor, snapshots=[answer.subject.snapshot], why=Why.QUEUE
    )

    (made,) = recall(partnership.decider, wrong)

    assert made.was_opened


def test_the_incident_does_not_name_the_child(partnership: Partnership) -> None:
    answer, wrong = give_wrongly(partnership)
    read(partnership.outsider, answer)

    (made,) = recall(partnership.decider, wrong)

    assert made.incident is not None
    entry = made.incident.entries.get()
    found = incidents.incidents_in_full(partnership.dpo.actor).get()
    opened = incident_services.read(actor=partnership.dpo.actor, incident=found)
    assert opened[entry.text] == ACCOUNT


MAY = {"decider", "colleague"}
MAY_NOT = ["asker", "asking_colleague", "outsider", "lead", "coordinator", "dpo"]


@pytest.mark.parametrize("who", [*MAY, *MAY_NOT])
def test_only_the_side_that_gave_it_recalls(partnership: Partnership, who: str) -> None:
    _answer, wrong = give_wrongly(partnership)

    made = recall(getattr(partnership, who), wrong)

    assert bool(made) is (who in MAY)
    assert Recall.objects.exists() is (who in MAY)


def test_it_is_recalled_once(partnership: Partnership) -> None:
    _answer, wrong = give_wrongly(partnership)
    recall(partnership.decider, wrong)

    with pytest.raises(Denied):
        recall(partnership.colleague, wrong)


def test_from_all_at_once(partnership: Partnership) -> None:
    answer, _ = give_wrongly(partnership)

    recall(partnership.decider, *answer.recipients.all())

    for one in (partnership.asker, partnership.asking_colleague, partnership.outsider):
        assert not queries.answers(one.actor).exists()
        assert opens_nothing(one, answer)
    assert read(partnership.decider, answer) == [BODY]
    assert nightly() == []


def test_whoever_asked_keeps_the_request_when_an_answer_is_taken_back(
    partnership: Partnership,
) -> None:
    answer, _ = give_wrongly(partnership)
    asker = answer.recipients.get(membership=partnership.asker.membership_id)

    recall(partnership.decider, asker)

    assert queries.requests(partnership.asker.actor).exists()
    assert not queries.answers(partnership.asker.actor).exists()
    assert nightly() == []


def test_another_answer_in_the_same_case_keeps_what_it_gave(partnership: Partnership) -> None:
    ask = send_ask(
        partnership.asker,
        partnership.police_desk,
        desks={partnership.police_desk.pk: [0], partnership.care_desk.pk: [0]},
    )
    to_charity = RecipientInput(RecipientKind.DESK, partnership.charity_desk.pk, Tier.SENSITIVE)
    answer_ask(partnership.decider, ask, item(), recipients=[to_charity])
    other = ask.request.asks.get(desk=partnership.care_desk)
    answer_ask(partnership.asking_colleague, other, item(), recipients=[to_charity])
    first, second = Answer.objects.filter(ask=ask).get(), Answer.objects.filter(ask=other).get()

    recall(partnership.decider, first.recipients.get(desk=partnership.charity_desk))

    assert opens_nothing(partnership.outsider, first)
    assert read(partnership.outsider, second) == [BODY]
    assert nightly() == []


def test_not_meant_for_me_gives_it_back_and_opens_the_incident(partnership: Partnership) -> None:
    answer, _wrong = give_wrongly(partnership)
    read(partnership.outsider, answer)

    (made,) = services.not_meant_for_me(
        actor=partnership.outsider.actor, answer_id=answer.pk, account="We do not know this family"
    )
    again = services.not_meant_for_me(actor=partnership.outsider.actor, answer_id=answer.pk)

    assert again == []
    assert made.why == RecallReason.NOT_MEANT_FOR_ME
    assert made.incident is not None
    assert opens_nothing(partnership.outsider, answer)
    assert incidents.incidents(partnership.outsider.actor).get() == made.incident
    assert nightly() == []


def test_nobody_gives_back_what_was_given_to_others(partnership: Partnership) -> None:
    answer, _ = give_wrongly(partnership)

    for who in ("decider", "lead", "dpo", "coordinator"):
        actor = getattr(partnership, who).actor
        assert services.not_meant_for_me(actor=actor, answer_id=answer.pk) == []
    assert not Recall.objects.exists()


def test_whoever_gives_it_back_for_themselves_takes_it_from_nobody_else(
    partnership: Partnership,
) -> None:
    answer, _ = give_wrongly(partnership)

    services.not_meant_for_me(actor=partnership.outsider.actor, answer_id=answer.pk)

    assert read(partnership.asking_colleague, answer) == [BODY]


def test_whoever_got_it_by_mistake_says_what_became_of_copies(partnership: Partnership) -> None:
    answer, wrong = give_wrongly(partnership)
    read(partnership.outsider, answer)
    (made,) = recall(partnership.decider, wrong)
    actor = partnership.outsider.actor
    assert queries.copies_to_confirm(actor).get() == made

    services.confirm_copies(
        actor=actor, recall_id=made.pk, copies=Copies.DESTROYED, gone_at=timezone.now()
    )

    assert not queries.copies_to_confirm(actor).exists()
    assert not queries.copies_not_confirmed(partnership.decider.actor).exists()


@pytest.mark.parametrize("who", ["decider", "colleague", "lead", "dpo"])
def test_nobody_confirms_for_them(partnership: Partnership, who: str) -> None:
    answer, wrong = give_wrongly(partnership)
    read(partnership.outsider, answer)
    (made,) = recall(partnership.decider, wrong)

    with pytest.raises(Denied) as denied:
        services.confirm_copies(
            actor=getattr(partnership, who).actor, recall_id=made.pk, copies=Copies.NONE_MADE
        )

    assert denied.value.decision.code == "not_recipient"


@pytest.mark.parametrize("who", ["asker", "asking_colleague", "coordinator"])
def test_others_do_not_even_see_it(partnership: Partnership, who: str) -> None:
    _answer, wrong = give_wrongly(partnership)
    (made,) = recall(partnership.decider, wrong)

    assert not queries.recalls(getattr(partnership, who).actor).filter(pk=made.pk).exists()


def test_they_are_asked_again_daily(partnership: Partnership) -> None:
    answer, wrong = give_wrongly(partnership)
    read(partnership.outsider, answer)
    recall(partnership.decider, wrong)
    outbox.deliver_waiting("notify")
    mail.outbox.clear()
    system = Actor.system("put-right")

    assert services.chase_recalls(actor=system) == 0
    Recall.objects.update(recalled_at=timezone.now() - timedelta(hours=25))
    assert services.chase_recalls(actor=system) == 1
    outbox.deliver_waiting("notify")

    assert {one.to[0] for one in mail.outbox} == {partnership.charity_desk.mailbox}


def test_unopened_the_senders_lead_is_told(partnership: Partnership) -> None:
    _answer, wrong = give_wrongly(partnership)
    outbox.deliver_waiting("notify")
    mail.outbox.clear()

    recall(partnership.decider, wrong)
    outbox.deliver_waiting("notify")

    assert {one.to[0] for one in mail.outbox} == {partnership.lead.user.email}


def test_an_accepted_recall_ends_a_notice_that_was_still_to_be_sent(
    partnership: Partnership,
) -> None:
    _answer, wrong = give_wrongly(partnership)

    recall(partnership.decider, wrong)
    outbox.deliver_waiting("notify")

    assert partnership.charity_desk.mailbox not in {one.to[0] for one in mail.outbox}


def test_who_sent_it_wrongly_does_not_deal_with_it_whatever_they_lead(
    partnership: Partnership,
) -> None:
    answer, wrong = give_wrongly(partnership)
    member = Membership.objects.get(pk=partnership.decider.membership_id)
    member.roles = [Role.DESK_MEMBER, Role.AGENCY_LEAD]
    member.attest().save()
    read(partnership.outsider, answer)

    recall(partnership.colleague, wrong)

    assert not incidents.incidents(partnership.decider.actor).exists()
    assert incidents.incidents(partnership.colleague.actor).exists()


def test_a_recall_taken_back_by_sql_is_found(partnership: Partnership) -> None:
    _answer, wrong = give_wrongly(partnership)
    Recall.objects.create(
        recipient=wrong,
        why=RecallReason.OTHER,
        recalled_by_id=partnership.decider.membership_id,
        was_opened=False,
    )

    assert "recipient_without_grant" in {one.code for one in nightly()}  # type: ignore[attr-defined]


def test_every_recipient_row_is_recalled_by_its_own_key_only(partnership: Partnership) -> None:
    _answer, wrong = give_wrongly(partnership)
    recall(partnership.decider, wrong)

    assert Recipient.objects.filter(recall__isnull=True).count() == 2
