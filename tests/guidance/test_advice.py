"""Asking the designated lead: who is asked, who reads it, who must not learn of it."""

from __future__ import annotations

import pytest
from django.core import mail
from django.utils import timezone

from agencies.models import Membership
from agencies.services.appointing import seat
from audit.models import AuditEvent
from guidance import queries
from guidance.models import Advice, Reply
from guidance.states import AdviceStatus
from kernel.actors import Role
from kernel.attestation import SIGNATURE
from kernel.decisions import Denied
from kernel.ids import new_id
from kernel.tiers import Tier
from sharing import matters
from tests.asks import NAME, ZEBEDEE, send_ask
from tests.guidance.asking import ADVICE, WORDS, advise, ask, read
from tests.oversight.parked import deliver
from tests.partnership import OPERATOR, Partnership, Player, add_person
from vault import services as vault
from vault.consistency import safes_left_alone, unexplained_grants

pytestmark = pytest.mark.django_db


@pytest.fixture
def second(partnership: Partnership) -> Player:
    """Another lead of the police, who may read nothing sensitive at a desk."""
    return add_person("Sec Ond", partnership.police, Role.AGENCY_LEAD)


def test_whoever_asks_and_the_agencys_leads_read_the_question_whatever_their_clearance(
    partnership: Partnership, second: Player
) -> None:
    advice = ask(partnership.uncleared)

    for reader in (partnership.uncleared, partnership.lead, second):
        assert read(reader, advice)[0] == WORDS
        assert queries.advice(reader.actor).filter(pk=advice.pk).exists()


def test_nobody_else_sees_that_a_question_was_asked(partnership: Partnership) -> None:
    ask(partnership.uncleared)

    for other in ("colleague", "asker", "outsider", "coordinator", "dpo"):
        assert not queries.advice(getattr(partnership, other).actor).exists()
    assert queries.count_waiting(partnership.colleague.actor) == 0
    assert queries.count_waiting(partnership.lead.actor) == 1


def test_another_agency_can_open_nothing_of_it(partnership: Partnership) -> None:
    advice = advise(partnership.lead, ask(partnership.decider))

    assert read(partnership.outsider, advice) == ["[withheld]", "[withheld]"]


def test_a_lead_answers_and_the_asker_reads_it(partnership: Partnership) -> None:
    advice = advise(partnership.lead, ask(partnership.decider))

    assert (advice.status, advice.answered_by_id) == (
        AdviceStatus.ANSWERED,
        partnership.lead.membership_id,
    )
    assert read(partnership.decider, advice) == [WORDS, ADVICE]
    assert queries.count_waiting(partnership.lead.actor) == 0
    events = AuditEvent.objects.filter(event__startswith="guidance.").order_by("pk")
    assert list(events.values_list("event", flat=True)) == [
        "guidance.advice.asked",
        "guidance.advice.answered",
    ]
    assert WORDS not in str(list(events.values()))


def test_a_lead_left_out_on_purpose_learns_nothing_and_is_told_nothing(
    partnership: Partnership, second: Player
) -> None:
    """The question may be about that lead: it bypasses them in lists, counts, mail and the vault."""
    advice = ask(partnership.decider, left_out=[partnership.lead.membership_id])
    deliver()

    assert queries.count_waiting(partnership.lead.actor) == 0
    assert not queries.advice(partnership.lead.actor).exists()
    assert read(partnership.lead, advice)[0] == "[withheld]"
    assert {to for one in mail.outbox for to in one.to} == {second.user.email}
    assert read(second, advice)[0] == WORDS


def test_whoever_is_kept_from_the_case_is_not_asked_about_it(
    partnership: Partnership, second: Player
) -> None:
    sent = send_ask(partnership.asker, partnership.police_desk)
    vault.keep_from(
        actor=partnership.asker.actor,
        dossier=sent.request.dossier,
        user_id=partnership.lead.user.pk,
    )

    matter = matters._ask(partnership.decider.actor, sent.pk)
    advice = ask(partnership.decider, matter)

    assert [one.lead_id for one in advice.addressees.all()] == [second.membership_id]
    assert advice.about_reference == sent.request.reference
    assert not queries.advice(partnership.lead.actor).exists()


def test_a_lead_appointed_later_answers_what_still_waits(partnership: Partnership) -> None:
    advice = ask(partnership.decider)
    leaver = Membership.objects.get(pk=partnership.lead.membership_id)
    leaver.ended_at, leaver.ended_by = timezone.now(), leaver
    leaver.attest().save(update_fields=["ended_at", "ended_by", *SIGNATURE])

    successor = add_person("Suc Cessor", partnership.police, Role.AGENCY_LEAD, tier=Tier.SENSITIVE)

    assert read(successor, advice)[0] == WORDS
    assert advise(successor, advice).status == AdviceStatus.ANSWERED


def test_nobody_advises_themselves(partnership: Partnership, second: Player) -> None:
    advice = ask(partnership.lead)

    assert [one.lead_id for one in advice.addressees.all()] == [second.membership_id]
    assert queries.count_waiting(partnership.lead.actor) == 0
    with pytest.raises(Denied) as denied:
        advise(partnership.lead, advice)
    assert denied.value.decision.code == "asker"
    assert advise(second, advice).status == AdviceStatus.ANSWERED


def test_whoever_asked_and_leads_no_longer_still_reads_it(partnership: Partnership) -> None:
    advice = advise(partnership.lead, ask(partnership.decider))
    seat(Membership.objects.get(pk=partnership.decider.membership_id), [], actor=OPERATOR)

    assert read(partnership.decider, advice) == [WORDS, ADVICE]


def test_only_a_lead_advises(partnership: Partnership) -> None:
    advice = ask(partnership.uncleared)

    with pytest.raises(Denied) as denied:
        advise(partnership.uncleared, advice)
    assert denied.value.decision.code == "not_lead"
    with pytest.raises(Advice.DoesNotExist):
        advise(partnership.colleague, advice)


def test_pressing_twice_asks_once_and_answers_once(partnership: Partnership) -> None:
    key = new_id()
    first = ask(partnership.decider, submission=key)

    assert ask(partnership.decider, submission=key) == first
    advise(partnership.lead, first)
    advise(partnership.lead, first)

    assert (Advice.objects.count(), Reply.objects.count()) == (1, 1)


def test_a_second_lead_who_answers_too_late_is_told_so(
    partnership: Partnership, second: Player
) -> None:
    advice = advise(partnership.lead, ask(partnership.decider))

    with pytest.raises(Denied) as denied:
        advise(second, advice)
    assert denied.value.decision.code == "wrong_state"


def test_an_agency_without_another_lead_is_told_so_and_nothing_is_written(
    partnership: Partnership,
) -> None:
    with pytest.raises(Denied) as denied:
        ask(partnership.asker)

    assert denied.value.decision.code == "no_lead"
    assert not Advice.objects.exists()


def test_every_grant_is_explained_and_nothing_hangs_on_a_person_alone(
    partnership: Partnership, second: Player
) -> None:
    advise(partnership.lead, ask(partnership.decider))

    assert list(unexplained_grants()) == []
    assert list(safes_left_alone()) == []


def test_notices_carry_a_reference_and_a_link_and_no_word_of_the_question(
    partnership: Partnership,
) -> None:
    advice = advise(partnership.lead, ask(partnership.decider))
    deliver()

    (message,) = mail.outbox
    assert message.to == [partnership.decider.user.email]
    assert advice.reference in message.subject
    assert str(advice.pk) in message.body
    assert not any(word in message.body for word in ("hungry", "housing", ADVICE))


def test_advice_behind_a_decision_shows_to_the_agency_that_took_it_alone(
    partnership: Partnership,
) -> None:
    sent = send_ask(partnership.asker, partnership.police_desk)
    matter = matters._ask(partnership.decider.actor, sent.pk)
    advice = ask(partnership.decider, matter)

    def behind(reader: Player) -> list[Advice]:
        return list(queries.advice_behind(reader.actor, [sent.pk], [sent.request.reference]))

    assert behind(partnership.colleague) == [advice]
    assert behind(partnership.asker) == behind(partnership.outsider) == []


def test_a_matter_is_found_in_ones_own_scope_alone_and_knows_its_names(
    partnership: Partnership,
) -> None:
    sent = send_ask(partnership.asker, partnership.police_desk, ZEBEDEE)

    found = matters._ask(partnership.decider.actor, sent.pk)
    assert found is not None
    assert NAME in found.names()[0]
    assert matters._ask(partnership.outsider.actor, sent.pk) is None
    own = matters._request(partnership.asker.actor, sent.request_id)
    assert own is not None
    assert NAME in own.names()[0]
    assert matters._request(partnership.decider.actor, sent.request_id) is None
