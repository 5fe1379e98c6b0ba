"""Answering for a desk, page by page: outcomes, refusals, drafts, sending."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from audit.models import AuditEvent
from kernel.forms.reading import MONTHS
from kernel.tiers import Tier
from sharing.forms.answering import working_days_on
from sharing.models import Ask, Draft
from sharing.states import AskStatus, Outcome, RefusalGround
from tests.answer_pages import ITEM, NOT_KNOWN, REFUSED, SHARED, WHY_NOT, Desk, answers, ask, desk
from tests.asks import BODY, NAME, send_ask
from tests.partnership import ClientFor, Partnership

__all__ = ["ask", "desk"]


def test_not_known_for_everybody_takes_one_page_and_one_check(
    client_for: ClientFor, partnership: Partnership, ask: Ask
) -> None:
    desk = Desk(client_for(partnership.decider), ask)

    assert desk.on("begin_answer") == desk.url("answer_outcome", 1)
    assert desk.on("answer_outcome", 1, **NOT_KNOWN, for_all="on") == desk.url("answer_check")
    assert desk.on("answer_check") == desk.url("ask")

    assert {a.outcome for a in ask.answers.all()} == {Outcome.NOT_KNOWN}
    assert {a.searched_on for a in ask.answers.all()} == {timezone.localdate()}
    assert "Your answer was sent" in desk.get("ask")


def test_one_child_is_shared_in_part_and_the_other_is_not_known(
    desk: Desk, ask: Ask, partnership: Partnership
) -> None:
    part = {"known": "HOLD", "how_much": "SHARED_IN_PART"}
    assert desk.on("answer_outcome", 1, **part) == desk.url("answer_item_new", 1)
    assert desk.on("answer_item_new", 1, **ITEM) == desk.url("answer_items", 1)
    assert desk.on("answer_items", 1, left_out="An informant's name") == desk.url(
        "answer_outcome", 2
    )
    assert desk.on("answer_outcome", 2, **NOT_KNOWN) == desk.url("answer_recipients")
    tiers = {"tier_0": "3", "tier_1": "3", "do": "continue"}
    assert desk.on("answer_recipients", **tiers) == desk.url("answer_check")
    html = desk.get("answer_check")
    for words in (NAME, BODY, "An informant&#39;s name", "Not known to us", "everything that is"):
        assert words in html
    desk.on("answer_check")

    given = answers(ask)
    assert given[0].outcome == Outcome.SHARED_IN_PART
    assert [(i.category, i.tier) for i in given[0].items.all()] == [("CONCERNS", Tier.SENSITIVE)]
    assert given[1].outcome == Outcome.NOT_KNOWN
    assert Ask.objects.get().status == AskStatus.ANSWERED


def test_progress_says_which_person_of_how_many(desk: Desk) -> None:
    assert "person 1 of 2" in desk.get("answer_outcome", 1)
    assert "person 2 of 2" in desk.get("answer_outcome", 2)
    assert desk.client.get(desk.url("answer_outcome", 3)).status_code == 404
    assert desk.client.get(desk.url("answer_outcome", 0)).status_code == 404


def test_a_refusal_owes_a_ground_a_reason_and_the_detriment_where_both_must_share(
    desk: Desk, ask: Ask
) -> None:
    assert desk.on("answer_outcome", 1, **REFUSED) == desk.url("answer_refusal", 1)

    empty = desk.post("answer_refusal", 1).content.decode()

    for error in (
        "Select the ground",
        "Enter the reason",
        "Enter why sharing would be more detrimental to the child",
        "Enter when you will look at it again",
    ):
        assert error in empty
    assert desk.on("answer_refusal", 1, **WHY_NOT, detriment="He would be moved") == desk.url(
        "answer_outcome", 2
    )
    desk.on("answer_outcome", 2, **NOT_KNOWN)
    desk.on("answer_check")
    answer = answers(ask)[0]
    assert (answer.ground, answer.review_on) == (RefusalGround.INVESTIGATION, date(2099, 12, 1))
    assert answer.detriment is not None


def test_no_detriment_is_asked_of_a_charity_that_the_duty_does_not_bind(
    client_for: ClientFor, partnership: Partnership
) -> None:
    ask = send_ask(partnership.asker, partnership.charity_desk)
    desk = Desk(client_for(partnership.outsider), ask)
    desk.post("begin_answer")
    desk.post("answer_outcome", 1, **REFUSED)

    assert "more detrimental to the child than not" not in desk.get("answer_refusal", 1)
    assert desk.on("answer_refusal", 1, **WHY_NOT) == desk.url("answer_check")


def test_no_detriment_is_asked_before_the_duty_began(desk: Desk, settings: Settings) -> None:
    settings.DUTY_TO_SHARE_FROM = timezone.localdate() + timedelta(days=1)
    desk.post("answer_outcome", 1, **REFUSED)

    assert "more detrimental to the child than not" not in desk.get("answer_refusal", 1)


def test_the_review_is_proposed_in_ten_working_days(desk: Desk) -> None:
    desk.post("answer_outcome", 1, **REFUSED)
    day = working_days_on(timezone.localdate(), 10)

    html = desk.get("answer_refusal", 1)

    assert f'value="{day.day}"' in html
    assert f'value="{day.year}"' in html


def test_christmas_is_no_working_day() -> None:
    assert working_days_on(date(2026, 12, 24), 1) == date(2026, 12, 29)
    assert MONTHS[working_days_on(date(2026, 12, 24), 5).month - 1] == "january"


@pytest.mark.parametrize("outcome", [{"known": "NOTHING_RELEVANT"}, {"known": "WRONG_SERVICE"}])
def test_the_other_plain_answers_ask_nothing_more(
    desk: Desk, ask: Ask, outcome: dict[str, str]
) -> None:
    assert desk.on("answer_outcome", 1, **outcome) == desk.url("answer_outcome", 2)
    desk.on("answer_outcome", 2, **outcome)
    desk.on("answer_check")

    assert {a.outcome for a in ask.answers.all()} == {Outcome(outcome["known"])}


def test_wrong_service_can_say_which_desk_to_try(
    desk: Desk, ask: Ask, partnership: Partnership
) -> None:
    better = {"known": "WRONG_SERVICE", "try_desk": str(partnership.charity_desk.pk)}
    desk.post("answer_outcome", 1, **better)
    desk.post("answer_outcome", 2, **better)
    desk.on("answer_check")

    assert {a.try_desk_id for a in ask.answers.all()} == {partnership.charity_desk.pk}
    assert "Little Steps" in desk.get("ask")


def test_what_was_typed_wrongly_comes_back_exactly_also_after_signing_in_again(
    desk: Desk, client_for: ClientFor, partnership: Partnership
) -> None:
    typed = {
        "known": "NOT_KNOWN",
        "searched": "  Niche <b>and</b> PNC’s index\n",
        "searched_on-day": "31",
        "searched_on-month": "feb",
        "searched_on-year": "2026",
    }

    at_once = desk.post("answer_outcome", 1, **typed)
    later = Desk(client_for(partnership.decider), desk.ask).get("answer_outcome", 1)

    assert at_once.status_code == 200
    for html in (at_once.content.decode(), later):
        assert "Search date must be a real date" in html
        assert 'value="feb"' in html
        assert "  Niche &lt;b&gt;and&lt;/b&gt; PNC’s index" in html
        assert "<title>Error: " in html


def test_a_colleague_goes_on_where_somebody_stopped(
    desk: Desk, client_for: ClientFor, partnership: Partnership, ask: Ask
) -> None:
    desk.post("answer_outcome", 1, **SHARED)
    desk.post("answer_item_new", 1, **ITEM)
    other = Desk(client_for(partnership.colleague), ask)

    assert "Dee Cider began an answer" in other.get("ask")
    assert other.on("begin_answer") == other.url("answer_outcome", 2)
    assert BODY in other.get("answer_items", 1)
    assert Draft.objects.filter(ask=ask).count() == 1


def test_an_uncleared_colleague_cannot_read_the_draft_but_can_begin_afresh(
    desk: Desk, client_for: ClientFor, partnership: Partnership, ask: Ask
) -> None:
    desk.post("answer_outcome", 1, **NOT_KNOWN)
    low = Desk(client_for(partnership.uncleared), ask)

    assert low.client.get(low.url("answer_outcome", 1)).status_code == 403
    assert low.post("begin_answer").status_code == 403

    low.post("answer_discard")
    assert low.on("begin_answer") == low.url("answer_outcome", 1)
    assert low.on("answer_outcome", 1, **NOT_KNOWN, for_all="on") == low.url("answer_check")
    low.on("answer_check")
    assert Ask.objects.get().answered_by_id == partnership.uncleared.membership_id


def test_an_unfinished_answer_is_not_sent_and_the_page_says_what_is_missing(
    desk: Desk, ask: Ask
) -> None:
    desk.post("answer_outcome", 1, **NOT_KNOWN)

    response = desk.post("answer_check")

    assert response.status_code == 200
    assert "Finish the answer about person 2" in response.content.decode()
    assert 'href="#person-2"' in response.content.decode()
    assert ask.answers.count() == 0


def test_pressing_send_twice_shows_the_answer_and_sends_once(desk: Desk, ask: Ask) -> None:
    desk.post("answer_outcome", 1, **NOT_KNOWN, for_all="on")

    assert desk.on("answer_check") == desk.url("ask")
    assert desk.on("answer_check") == desk.url("ask")

    assert ask.answers.count() == 2
    assert AuditEvent.objects.filter(event="sharing.ask.answered").count() == 1


def test_going_back_to_an_answered_ask_is_told_plainly(desk: Desk) -> None:
    desk.post("answer_outcome", 1, **NOT_KNOWN, for_all="on")
    desk.post("answer_check")

    assert desk.client.get(desk.url("answer_outcome", 1)).status_code == 409
    assert desk.post("answer_outcome", 1, **NOT_KNOWN).status_code == 409
    assert desk.post("begin_answer").status_code == 409
    assert desk.client.get(desk.url("answer_check"))["Location"] == desk.url("ask")


def test_without_a_draft_the_pages_lead_back_to_the_ask(
    client_for: ClientFor, partnership: Partnership, ask: Ask
) -> None:
    desk = Desk(client_for(partnership.decider), ask)

    for name, args in (("answer_outcome", [1]), ("answer_recipients", []), ("answer_check", [])):
        assert desk.client.get(desk.url(name, *args))["Location"] == desk.url("ask")
