"""The whole reasoning of a decision on one page, as far as its reader may know it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from audit.models import AccessEvent, AccessKind
from guidance.models import Advice
from kernel.actors import Role
from kernel.tiers import Tier
from sharing import matters, services
from sharing.models import Answer, Ask, Receipt
from sharing.services import PersonAnswer, RecipientInput
from sharing.states import Outcome, RecipientKind, RefusalGround
from tests.asks import BODY, JUDGEMENT, NAME, SOURCE, WHY, answer_ask, item, send_ask
from tests.guidance.asking import ADVICE, WORDS, advise, ask
from tests.partnership import ClientFor, Partnership, Player, add_person
from vault import services as vault

pytestmark = pytest.mark.django_db
Show = Callable[[Player, str, object], str]


def answered(partnership: Partnership, *recipients: RecipientInput) -> Answer:
    sent = send_ask(partnership.asker, partnership.police_desk)
    answer_ask(partnership.decider, sent, item(), recipients=recipients)
    return Answer.objects.get(ask=sent)


@pytest.fixture
def show(client_for: ClientFor) -> Show:
    def shown(reader: Player, name: str, pk: object) -> str:
        response = client_for(reader).get(reverse(f"sharing:{name}", args=[pk]))
        assert response.status_code == 200
        return str(response.content.decode())

    return shown


def test_the_desk_reads_everything_that_its_answer_rests_on(
    partnership: Partnership, show: Show
) -> None:
    answer = answered(partnership)
    page = show(partnership.decider, "reasoning", answer.pk)

    for words in (WHY, "Asking for consent would put the child at risk", BODY, SOURCE, NAME):
        assert words in page
    for words in ("Asha Asker", "Dee Cider", "UK GDPR Article 6", "Guidance in force", "2024"):
        assert words in page
    assert "None that your agency asked for" in page


def test_a_refusal_shows_ground_reason_detriment_and_review(
    partnership: Partnership, show: Show
) -> None:
    sent = send_ask(partnership.asker, partnership.police_desk)
    actor = partnership.decider.actor
    draft = services.begin_answer(actor=actor, ask_id=sent.pk)
    refusal = PersonAnswer(
        sent.about.get().subject_id,
        Outcome.NOT_SHARED,
        ground=RefusalGround.MORE_DETRIMENTAL,
        reason="It would lead them to the refuge",
        detriment="The father would learn of it",
        review_on=sent.due_at.date(),
    )
    services.send_answers(actor=actor, ask_id=sent.pk, draft_id=draft.pk, decisions=[refusal])

    page = show(partnership.asker, "reasoning", Answer.objects.get(ask=sent).pk)

    assert "It would lead them to the refuge" in page
    assert "The father would learn of it" in page
    assert RefusalGround.MORE_DETRIMENTAL.label in page


def test_advice_stands_on_the_page_of_the_side_that_took_it_alone(
    partnership: Partnership, show: Show
) -> None:
    sent = send_ask(partnership.asker, partnership.police_desk)
    matter = matters._ask(partnership.decider.actor, sent.pk)
    advise(partnership.lead, ask(partnership.decider, matter))
    answer_ask(partnership.decider, sent, item())
    answer = Answer.objects.get(ask=sent)

    ours = show(partnership.colleague, "reasoning", answer.pk)
    theirs = show(partnership.asker, "reasoning", answer.pk)

    assert WORDS in ours
    assert ADVICE in ours
    assert Advice.objects.get().reference not in theirs
    assert "None that your agency asked for" in theirs


def test_advice_is_withheld_from_a_colleague_whose_clearance_does_not_reach_it(
    partnership: Partnership, show: Show
) -> None:
    sent = send_ask(partnership.asker, partnership.police_desk)
    matter = matters._ask(partnership.decider.actor, sent.pk)
    ask(partnership.decider, matter)
    answer_ask(partnership.decider, sent, item())

    page = show(partnership.uncleared, "reasoning", Answer.objects.get(ask=sent).pk)

    assert WORDS not in page
    assert "Its words are withheld from you" in page
    assert WHY not in page
    assert BODY not in page
    assert "Some of what this decision rests on is withheld" in page


def test_somebody_else_who_was_sent_the_answer_does_not_learn_why_it_was_asked(
    partnership: Partnership, show: Show
) -> None:
    named = add_person("Nina Named", partnership.care, Role.PRACTITIONER)
    to_named = RecipientInput(RecipientKind.PERSON, named.membership_id, Tier.SENSITIVE)
    answer = answered(partnership, to_named)

    page = show(named, "reasoning", answer.pk)

    assert BODY in page
    for words in (WHY, JUDGEMENT, "What the family knows"):
        assert words not in page


def test_reading_the_reasoning_is_the_receipt_of_whom_the_answer_is_for(
    partnership: Partnership, show: Show
) -> None:
    answer = answered(partnership)

    page = show(partnership.asker, "reasoning", answer.pk)

    assert Receipt.objects.get(answer=answer).membership_id == partnership.asker.membership_id
    assert "Asha Asker, Children First" in page


def test_a_print_is_on_record_as_a_copy_and_says_whose_it_is(
    partnership: Partnership, show: Show
) -> None:
    answer = answered(partnership)
    show(partnership.decider, "print_reasoning", answer.pk)

    page = show(partnership.decider, "print_reasoning", answer.pk)

    assert "Copy of Dee Cider, County Police, printed on" in page
    assert "OFFICIAL-SENSITIVE" in page
    assert answer.reference in page
    kinds = AccessEvent.objects.filter(user_id=partnership.decider.user.pk).order_by("-at")
    assert AccessKind.RENDERED in kinds.values_list("kind", flat=True)


def test_one_who_asked_reads_their_own_reasons_and_the_advice_before_them(
    partnership: Partnership, show: Show
) -> None:
    lead = add_person("Li Dia", partnership.care, Role.AGENCY_LEAD)
    sent = send_ask(partnership.asker, partnership.police_desk)
    advise(lead, ask(partnership.asker, reference=sent.request.reference))

    for name in ("request_reasoning", "print_request_reasoning"):
        page = show(partnership.asker, name, sent.request_id)
        for words in (WHY, JUDGEMENT, NAME, WORDS, ADVICE, "County Police", "Guidance in force"):
            assert words in page


def test_advice_asked_from_a_draft_is_found_behind_what_the_draft_became(
    partnership: Partnership, show: Show
) -> None:
    add_person("Li Dia", partnership.care, Role.AGENCY_LEAD)
    sent = send_ask(partnership.asker, partnership.police_desk)
    asked = ask(partnership.asker)
    Advice.objects.filter(pk=asked.pk).update(about=sent.request.draft_id)

    assert WORDS in show(partnership.asker, "request_reasoning", sent.request_id)


@pytest.mark.parametrize("name", ["reasoning", "print_reasoning"])
def test_who_may_not_read_the_answer_finds_no_reasoning(
    partnership: Partnership, client_for: ClientFor, name: str
) -> None:
    answer = answered(partnership)
    url = reverse(f"sharing:{name}", args=[answer.pk])

    for other in (partnership.outsider, partnership.lead, partnership.coordinator):
        assert client_for(other).get(url).status_code == 404


def test_whoever_is_kept_from_the_case_finds_no_reasoning(
    partnership: Partnership, client_for: ClientFor
) -> None:
    answer = answered(partnership)
    vault.keep_from(
        actor=partnership.asker.actor,
        dossier=answer.safe.dossier,
        user_id=partnership.colleague.user.pk,
    )

    url = reverse("sharing:reasoning", args=[answer.pk])
    assert client_for(partnership.colleague).get(url).status_code == 404
    assert client_for(partnership.decider).get(url).status_code == 200


def test_much_advice_and_many_items_cost_no_more_queries(
    partnership: Partnership,
    client_for: ClientFor,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    def prepared(many: int) -> str:
        sent = Ask.objects.get(pk=send_ask(partnership.asker, partnership.police_desk).pk)
        matter = matters._ask(partnership.decider.actor, sent.pk)
        for _ in range(many):
            advise(partnership.lead, ask(partnership.decider, matter))
        answer_ask(partnership.decider, sent, *[item()] * many)
        return reverse("sharing:reasoning", args=[Answer.objects.get(ask=sent).pk])

    client = client_for(partnership.decider)
    few, many = prepared(1), prepared(4)
    client.get(few)
    with django_assert_max_num_queries(60) as one:
        client.get(few)
    with django_assert_max_num_queries(len(one)):
        client.get(many)
