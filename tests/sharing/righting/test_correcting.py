"""Correcting and withdrawing: who reads what afterwards, and who has to say that they know."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core import mail
from django.db import transaction
from django.utils import timezone

from audit.consistency import registered
from audit.models import AuditEvent
from kernel import outbox
from kernel.actors import Actor, Role
from kernel.decisions import WRONG_STATE, Denied
from kernel.tiers import Tier
from sharing import policies, queries, services
from sharing.models import Acknowledgement, Answer, Item
from sharing.services import RecipientInput
from sharing.states import RecipientKind
from sharing.states.righting import WithdrawalReason
from tests.asks import BODY, answer_ask, item, send_ask
from tests.partnership import Partnership, Player, add_person
from tests.sharing.righting.given import RIGHT, correct, give, give_wrongly, read, recall
from vault import services as vault

pytestmark = pytest.mark.django_db


def withdraw(player: Player, row: Item) -> None:
    services.withdraw_item(
        actor=player.actor, item_id=row.pk, why=WithdrawalReason.OTHER_PERSON, reason="His brother"
    )


def test_whoever_had_opened_it_reads_the_old_beside_the_new_and_others_the_new_alone(
    partnership: Partnership,
) -> None:
    answer = give(partnership, partnership.charity_desk.pk)
    read(partnership.outsider, answer)

    correct(partnership.decider, answer.items.get())

    assert read(partnership.outsider, answer) == [BODY, RIGHT]
    assert read(partnership.asking_colleague, answer) == [RIGHT]


def test_what_is_withdrawn_stays_with_those_who_had_opened_it_and_reaches_nobody_else(
    partnership: Partnership,
) -> None:
    answer = give(partnership, partnership.charity_desk.pk)
    read(partnership.outsider, answer)

    withdraw(partnership.decider, answer.items.get())

    assert read(partnership.outsider, answer) == [BODY]
    assert read(partnership.asking_colleague, answer) == []


def test_a_colleague_at_the_desk_that_relied_on_it_can_still_read_it(
    partnership: Partnership,
) -> None:
    answer = give(partnership, partnership.charity_desk.pk)
    colleague = add_person(
        "Ora Beside",
        partnership.charity,
        Role.DESK_MEMBER,
        desk=partnership.charity_desk,
        tier=Tier.SENSITIVE,
    )
    read(partnership.outsider, answer)

    withdraw(partnership.decider, answer.items.get())

    assert read(colleague, answer) == [BODY]


def test_the_senders_side_keeps_everything(partnership: Partnership) -> None:
    answer = give(partnership)

    replacement = correct(partnership.colleague, answer.items.get())
    withdraw(partnership.decider, replacement)

    assert read(partnership.decider, answer) == [BODY, RIGHT]


def test_a_corrected_text_keeps_the_kind_and_the_tier_of_the_old(partnership: Partnership) -> None:
    answer = give(partnership)
    old = answer.items.get()

    new = correct(partnership.decider, old)

    assert (new.answer_id, new.category, new.tier) == (old.answer_id, old.category, old.tier)


SIDES = {"decider": True, "colleague": True, "uncleared": True}
OTHERS = ["asker", "asking_colleague", "outsider", "lead", "coordinator", "dpo"]


@pytest.mark.parametrize("who", [*SIDES, *OTHERS])
@pytest.mark.parametrize("put_right", [correct, withdraw])
def test_only_the_side_that_gave_it_puts_it_right(
    partnership: Partnership, who: str, put_right: Callable[[Player, Item], object]
) -> None:
    row = give(partnership, partnership.charity_desk.pk).items.get()

    if who in SIDES:
        put_right(getattr(partnership, who), row)
    else:
        with pytest.raises(Item.DoesNotExist):
            put_right(getattr(partnership, who), row)


@pytest.mark.parametrize("before", [correct, withdraw])
@pytest.mark.parametrize("again", [correct, withdraw])
def test_an_item_is_put_right_once(
    partnership: Partnership,
    before: Callable[[Player, Item], object],
    again: Callable[[Player, Item], object],
) -> None:
    row = give(partnership).items.get()
    before(partnership.decider, row)

    with pytest.raises(Denied) as denied:
        again(partnership.colleague, row)

    assert denied.value.decision.code == WRONG_STATE


def test_every_recipient_is_told_by_reference_and_asked_to_acknowledge(
    partnership: Partnership,
) -> None:
    answer = give(partnership, partnership.charity_desk.pk)
    outbox.deliver_waiting("notify")
    mail.outbox.clear()

    correct(partnership.decider, answer.items.get())
    outbox.deliver_waiting("notify")

    assert Acknowledgement.objects.count() == answer.recipients.count() == 3
    told = {one.to[0] for one in mail.outbox}
    assert told == {
        partnership.asker.user.email,
        partnership.care_desk.mailbox,
        partnership.charity_desk.mailbox,
    }
    texts = "".join(str(one.message()) for one in mail.outbox)
    assert answer.reference in texts
    assert "Marjoram" not in texts
    assert "Zebedee" not in texts


def test_whoever_may_not_know_of_its_tier_is_not_told_that_there_is_something(
    partnership: Partnership,
) -> None:
    ask = send_ask(partnership.asker, partnership.police_desk, tier=Tier.PERSONAL)
    to_charity = RecipientInput(RecipientKind.DESK, partnership.charity_desk.pk, Tier.SENSITIVE)
    answer_ask(partnership.decider, ask, item(Tier.SENSITIVE), recipients=[to_charity])
    row = Item.objects.get()

    correct(partnership.decider, row)

    asked = Acknowledgement.objects.values_list("recipient__desk", flat=True)
    assert list(asked) == [partnership.charity_desk.pk]


def test_whoever_never_opened_what_is_withdrawn_does_not_learn_of_it(
    partnership: Partnership,
) -> None:
    answer = give(partnership, partnership.charity_desk.pk)
    read(partnership.outsider, answer)

    withdraw(partnership.decider, answer.items.get())

    asked = Acknowledgement.objects.values_list("recipient__desk", flat=True)
    assert list(asked) == [partnership.charity_desk.pk]


@pytest.mark.parametrize(
    ("who", "may"),
    [("outsider", True), ("decider", False), ("asker", False), ("lead", False), ("dpo", False)],
)
def test_each_addressee_acknowledges_their_own(
    partnership: Partnership, who: str, may: bool
) -> None:
    answer = give(partnership, partnership.charity_desk.pk)
    correct(partnership.decider, answer.items.get())
    row = Acknowledgement.objects.get(recipient__desk=partnership.charity_desk)
    actor = getattr(partnership, who).actor

    if may:
        services.acknowledge(actor=actor, acknowledgement_id=row.pk)
        first = services.acknowledge(actor=actor, acknowledgement_id=row.pk)
        row.refresh_from_db()
        assert row.acknowledged_by_id == actor.membership_id
        assert row.acknowledged_at == first.acknowledged_at
    else:
        with pytest.raises(Acknowledgement.DoesNotExist):
            services.acknowledge(actor=actor, acknowledgement_id=row.pk)


def test_the_sender_sees_who_does_not_know_yet(partnership: Partnership) -> None:
    answer = give(partnership, partnership.charity_desk.pk)
    correct(partnership.decider, answer.items.get())
    row = Acknowledgement.objects.get(recipient__desk=partnership.charity_desk)

    services.acknowledge(actor=partnership.outsider.actor, acknowledgement_id=row.pk)

    waiting = queries.not_acknowledged(partnership.colleague.actor)
    assert row not in waiting
    assert waiting.count() == 2


def test_it_is_chased_daily_until_it_is_acknowledged(partnership: Partnership) -> None:
    system = Actor.system("put-right")
    answer = give(partnership, partnership.charity_desk.pk)
    correct(partnership.decider, answer.items.get())
    assert services.chase_acknowledgements(actor=system) == 0

    yesterday = timezone.now() - timedelta(hours=25)
    Acknowledgement.objects.update(asked_at=yesterday)
    outbox.deliver_waiting("notify")
    mail.outbox.clear()
    assert services.chase_acknowledgements(actor=system) == 3
    assert services.chase_acknowledgements(actor=system) == 0
    row = Acknowledgement.objects.get(recipient__desk=partnership.charity_desk)
    services.acknowledge(actor=partnership.outsider.actor, acknowledgement_id=row.pk)
    outbox.deliver_waiting("notify")

    told = {one.to[0] for one in mail.outbox}
    assert partnership.asker.user.email in told
    assert partnership.charity_desk.mailbox not in told


def test_whom_it_was_recalled_from_owes_no_acknowledgement_any_more(
    partnership: Partnership,
) -> None:
    answer, wrong = give_wrongly(partnership)
    correct(partnership.decider, answer.items.get())

    recall(partnership.decider, wrong)

    assert not queries.to_acknowledge(partnership.outsider.actor).exists()


def test_who_is_kept_from_the_case_neither_corrects_nor_acknowledges(
    partnership: Partnership,
) -> None:
    answer = give(partnership, partnership.charity_desk.pk)
    correct(partnership.decider, answer.items.get())
    for one in (partnership.outsider, partnership.colleague):
        vault.keep_from(
            actor=partnership.decider.actor, dossier=answer.safe.dossier, user_id=one.user.pk
        )

    assert not queries.to_acknowledge(partnership.outsider.actor).exists()
    assert not queries.own_items(partnership.colleague.actor).exists()
    assert not queries.not_acknowledged(partnership.colleague.actor).exists()


def test_the_log_keeps_no_words(partnership: Partnership) -> None:
    row = give(partnership).items.get()
    new = correct(partnership.decider, row)

    event = AuditEvent.objects.get(event="sharing.item.corrected")
    assert event.facts == {"by": str(new.pk)}


def test_the_nightly_check_finds_nothing_after_a_correction(partnership: Partnership) -> None:
    answer = give(partnership, partnership.charity_desk.pk)
    read(partnership.outsider, answer)
    new = correct(partnership.decider, answer.items.get())
    withdraw(partnership.colleague, new)

    names = ("sharing.recipients", "sharing.promises", "vault.unexplained")
    assert [one for name in names for one in registered()[name]()] == []


def test_a_correction_that_fails_leaves_nothing(
    partnership: Partnership, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = give(partnership)

    def fail(*args: object, **kwargs: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("sharing.services.correcting.audit.record", fail)
    with pytest.raises(RuntimeError), transaction.atomic():
        correct(partnership.decider, answer.items.get())

    assert Answer.objects.get().items.count() == 1
    assert policies.can_put_right(partnership.decider.actor, Item.objects.get())
