"""Answering for a desk, page by page, as a browser without scripts does it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from agencies.models import Membership
from agencies.services.appointing import seat
from audit.models import AuditEvent
from kernel.actors import Role
from kernel.decisions import Denied
from kernel.forms.reading import MONTHS
from kernel.tiers import Tier
from sharing import policies, services
from sharing.forms.answering import working_days_on
from sharing.models import Answer, Ask, Draft, Recipient
from sharing.services import PersonAnswer
from sharing.states import AskStatus, Outcome, RefusalGround
from tests.asks import BODY, FLORENCE, NAME, ZEBEDEE, send_ask
from tests.partnership import ClientFor, Partnership, Player, add_person

ITEM = {
    "category": "CONCERNS",
    "body": BODY,
    "standing": "FACT",
    "source": "Niche log 4711",
    "tier": "USUAL",
    "family_may_see": "ASK",
}
NOT_KNOWN = {
    "known": "NOT_KNOWN",
    "searched": "Niche, by name and date",
    "searched_on-day": "today",
}
SHARED = {"known": "HOLD", "how_much": "SHARED"}
REFUSED = {"known": "HOLD", "how_much": "NOT_SHARED"}
WHY_NOT = {
    "ground": "INVESTIGATION",
    "reason": "An arrest is planned",
    "review_on-day": "1/12/2099",
}


class Desk:
    """Somebody at a desk with a browser, answering one ask."""

    def __init__(self, client: Client, ask: Ask) -> None:
        self.client, self.ask = client, ask

    def url(self, name: str, *args: Any) -> str:
        return reverse(f"sharing:{name}", args=[self.ask.pk, *args])

    def get(self, name: str, *args: Any) -> str:
        response = self.client.get(self.url(name, *args))
        assert response.status_code == 200, (name, response.status_code)
        return response.content.decode()

    def post(self, name: str, *args: Any, **data: Any) -> HttpResponse:
        return self.client.post(self.url(name, *args), data)

    def on(self, name: str, *args: Any, **data: Any) -> str:
        """Post and say where it leads."""
        response = self.post(name, *args, **data)
        assert response.status_code == 302, response.content.decode()
        return response["Location"]


@pytest.fixture
def ask(partnership: Partnership) -> Ask:
    return send_ask(partnership.asker, partnership.police_desk, ZEBEDEE, FLORENCE)


@pytest.fixture
def desk(client_for: ClientFor, partnership: Partnership, ask: Ask) -> Desk:
    desk = Desk(client_for(partnership.decider), ask)
    desk.post("begin_answer")
    return desk


def answers(ask: Ask) -> dict[int, Answer]:
    return {answer.subject.position: answer for answer in ask.answers.select_related("subject")}


def test_not_known_for_everybody_takes_one_page_and_one_check(client_for, partnership, ask):
    desk = Desk(client_for(partnership.decider), ask)

    assert desk.on("begin_answer") == desk.url("answer_outcome", 1)
    assert desk.on("answer_outcome", 1, **NOT_KNOWN, for_all="on") == desk.url("answer_check")
    assert desk.on("answer_check") == desk.url("ask")

    assert {a.outcome for a in ask.answers.all()} == {Outcome.NOT_KNOWN}
    assert {a.searched_on for a in ask.answers.all()} == {timezone.localdate()}
    assert "Your answer was sent" in desk.get("ask")


def test_one_child_is_shared_in_part_and_the_other_is_not_known(desk, ask, partnership):
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


def test_progress_says_which_person_of_how_many(desk):
    assert "person 1 of 2" in desk.get("answer_outcome", 1)
    assert "person 2 of 2" in desk.get("answer_outcome", 2)
    assert desk.client.get(desk.url("answer_outcome", 3)).status_code == 404
    assert desk.client.get(desk.url("answer_outcome", 0)).status_code == 404


def test_a_refusal_owes_a_ground_a_reason_and_the_detriment_where_both_must_share(desk, ask):
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


def test_no_detriment_is_asked_of_a_charity_that_the_duty_does_not_bind(client_for, partnership):
    ask = send_ask(partnership.asker, partnership.charity_desk)
    desk = Desk(client_for(partnership.outsider), ask)
    desk.post("begin_answer")
    desk.post("answer_outcome", 1, **REFUSED)

    assert "more detrimental to the child than not" not in desk.get("answer_refusal", 1)
    assert desk.on("answer_refusal", 1, **WHY_NOT) == desk.url("answer_check")


def test_no_detriment_is_asked_before_the_duty_began(desk, settings):
    settings.DUTY_TO_SHARE_FROM = timezone.localdate() + timedelta(days=1)
    desk.post("answer_outcome", 1, **REFUSED)

    assert "more detrimental to the child than not" not in desk.get("answer_refusal", 1)


def test_the_review_is_proposed_in_ten_working_days(desk):
    desk.post("answer_outcome", 1, **REFUSED)
    day = working_days_on(timezone.localdate(), 10)

    html = desk.get("answer_refusal", 1)

    assert f'value="{day.day}"' in html
    assert f'value="{day.year}"' in html


def test_christmas_is_no_working_day():
    assert working_days_on(date(2026, 12, 24), 1) == date(2026, 12, 29)
    assert MONTHS[working_days_on(date(2026, 12, 24), 5).month - 1] == "january"


@pytest.mark.parametrize("outcome", [{"known": "NOTHING_RELEVANT"}, {"known": "WRONG_SERVICE"}])
def test_the_other_plain_answers_ask_nothing_more(desk, ask, outcome):
    assert desk.on("answer_outcome", 1, **outcome) == desk.url("answer_outcome", 2)
    desk.on("answer_outcome", 2, **outcome)
    desk.on("answer_check")

    assert {a.outcome for a in ask.answers.all()} == {Outcome(outcome["known"])}


def test_wrong_service_can_say_which_desk_to_try(desk, ask, partnership):
    better = {"known": "WRONG_SERVICE", "try_desk": str(partnership.charity_desk.pk)}
    desk.post("answer_outcome", 1, **better)
    desk.post("answer_outcome", 2, **better)
    desk.on("answer_check")

    assert {a.try_desk_id for a in ask.answers.all()} == {partnership.charity_desk.pk}
    assert "Little Steps" in desk.get("ask")


def test_what_was_typed_wrongly_comes_back_exactly_also_after_signing_in_again(
    desk, client_for, partnership
):
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


def test_a_colleague_goes_on_where_somebody_stopped(desk, client_for, partnership, ask):
    desk.post("answer_outcome", 1, **SHARED)
    desk.post("answer_item_new", 1, **ITEM)
    other = Desk(client_for(partnership.colleague), ask)

    assert "Dee Cider began an answer" in other.get("ask")
    assert other.on("begin_answer") == other.url("answer_outcome", 2)
    assert BODY in other.get("answer_items", 1)
    assert Draft.objects.filter(ask=ask).count() == 1


def test_an_uncleared_colleague_cannot_read_the_draft_but_can_begin_afresh(
    desk, client_for, partnership, ask
):
    desk.post("answer_outcome", 1, **NOT_KNOWN)
    low = Desk(client_for(partnership.uncleared), ask)

    assert low.client.get(low.url("answer_outcome", 1)).status_code == 403
    assert low.post("begin_answer").status_code == 403

    low.post("answer_discard")
    assert low.on("begin_answer") == low.url("answer_outcome", 1)
    assert low.on("answer_outcome", 1, **NOT_KNOWN, for_all="on") == low.url("answer_check")
    low.on("answer_check")
    assert Ask.objects.get().answered_by_id == partnership.uncleared.membership_id


def test_items_are_added_changed_and_removed(desk):
    desk.post("answer_outcome", 1, **SHARED)
    desk.post("answer_item_new", 1, **ITEM)
    desk.post("answer_item_new", 1, **ITEM | {"body": "Second thing", "tier": "2"})
    html = desk.get("answer_items", 1)
    assert BODY in html
    assert "Second thing" in html

    keys = [part.split("/")[0] for part in html.split("/items/")[1:] if part[8:9] == "-"]
    first, second = dict.fromkeys(keys)
    change = {"body": "Changed thing", "key": second}
    assert desk.on("answer_item", 1, second, **ITEM | change) == desk.url("answer_items", 1)
    desk.on("answer_item_remove", 1, first)

    html = desk.get("answer_items", 1)
    assert "Changed thing" in html
    assert BODY not in html
    assert "Second thing" not in html


def test_an_item_is_added_once_however_often_the_button_is_pressed(desk):
    desk.post("answer_outcome", 1, **SHARED)
    once = ITEM | {"key": "018f2f5e-7c3a-7000-8000-000000000001"}
    for _ in range(3):
        desk.post("answer_item_new", 1, **once)

    assert desk.get("answer_items", 1).count(BODY) == 1


def test_a_half_written_item_is_not_lost_and_not_sent(desk):
    desk.post("answer_outcome", 1, **SHARED)
    response = desk.post("answer_item_new", 1, body="Half a thou", **{"as_of_on-day": "soon"})

    assert "Select what kind of information it is" in response.content.decode()
    assert "Half a thou" in desk.get("answer_item_new", 1)
    assert 'value="soon"' in desk.get("answer_item_new", 1)
    assert "Half a thou" not in desk.get("answer_items", 1)


def test_the_usual_tier_follows_the_kind_of_information(desk, ask):
    desk.post("answer_outcome", 1, **SHARED)
    desk.post("answer_item_new", 1, **ITEM | {"category": "INVOLVEMENT"})
    desk.post("answer_item_new", 1, **ITEM | {"category": "PLAN"})
    desk.post("answer_item_new", 1, **ITEM | {"category": "PLAN", "tier": "1"})
    desk.post("answer_outcome", 2, **NOT_KNOWN)
    desk.post("answer_check")

    tiers = answers(ask)[0].items.order_by("position").values_list("tier", flat=True)
    assert list(tiers) == [Tier.PERSONAL, Tier.SENSITIVE, Tier.ANONYMISED]


def shared_one(desk: Desk) -> None:
    desk.post("answer_outcome", 1, **SHARED)
    desk.post("answer_item_new", 1, **ITEM)
    desk.post("answer_outcome", 2, **NOT_KNOWN)


def test_a_reader_is_added_among_the_askers_agency_by_name_and_job_alone(desk, ask, partnership):
    named = add_person("Nina Named", partnership.care, Role.PRACTITIONER)
    Membership.objects.filter(pk=named.membership_id).update(job_title="Health visitor")
    shared_one(desk)
    html = desk.get("answer_recipients")
    assert "Nina Named, Health visitor" in html
    assert named.user.email not in html
    assert "Otto Sider" not in html  # of another agency

    both = {"tier_0": "3", "tier_1": "2"}
    holder = f"PERSON:{named.membership_id}"
    desk.on("answer_recipients", **both, add=holder, add_tier="2", do="add")
    assert "1 item is above what you chose for this recipient: Nina" in desk.get(
        "answer_recipients"
    )
    desk.on("answer_recipients", **both, tier_2="3", do="continue")
    desk.on("answer_check")

    found = Recipient.objects.filter(answer__items__isnull=False)
    assert {(r.membership_id, r.desk_id, r.tier) for r in found} == {
        (partnership.asker.membership_id, None, 3),
        (None, partnership.care_desk.pk, 2),
        (named.membership_id, None, 3),
    }


def test_adding_nobody_says_what_to_do_and_keeps_the_tiers(desk):
    shared_one(desk)

    html = desk.post("answer_recipients", tier_0="2", tier_1="3", do="add").content.decode()

    assert "Choose whom to add" in html
    assert "Choose what they may open" in html


def test_a_reader_is_taken_out_again(desk, partnership):
    named = add_person("Nina Named", partnership.care, Role.PRACTITIONER)
    shared_one(desk)
    both = {"tier_0": "3", "tier_1": "3"}
    desk.post(
        "answer_recipients",
        **both,
        add=f"PERSON:{named.membership_id}",
        add_tier="3",
        do="add",
    )
    assert "Remove Nina Named" in desk.get("answer_recipients")

    desk.post("answer_recipients", **both, tier_2="3", do="remove:2")

    assert "Remove Nina Named" not in desk.get("answer_recipients")


def test_the_sender_is_warned_where_nobody_at_the_desk_could_open_it_and_not_stopped(
    desk, ask, partnership
):
    seat(Membership.objects.get(pk=partnership.asking_colleague.membership_id), [])
    shared_one(desk)

    html = desk.get("answer_recipients")
    assert "Nobody there may open Sensitive information today" in html
    assert "Can open 0 of 1 item" in html
    desk.post("answer_recipients", tier_0="3", tier_1="3", do="continue")
    desk.on("answer_check")

    assert Ask.objects.get().status == AskStatus.ANSWERED


def test_an_unfinished_answer_is_not_sent_and_the_page_says_what_is_missing(desk, ask):
    desk.post("answer_outcome", 1, **NOT_KNOWN)

    response = desk.post("answer_check")

    assert response.status_code == 200
    assert "Finish the answer about person 2" in response.content.decode()
    assert 'href="#person-2"' in response.content.decode()
    assert ask.answers.count() == 0


def test_pressing_send_twice_shows_the_answer_and_sends_once(desk, ask):
    desk.post("answer_outcome", 1, **NOT_KNOWN, for_all="on")

    assert desk.on("answer_check") == desk.url("ask")
    assert desk.on("answer_check") == desk.url("ask")

    assert ask.answers.count() == 2
    assert AuditEvent.objects.filter(event="sharing.ask.answered").count() == 1


def test_going_back_to_an_answered_ask_is_told_plainly(desk):
    desk.post("answer_outcome", 1, **NOT_KNOWN, for_all="on")
    desk.post("answer_check")

    assert desk.client.get(desk.url("answer_outcome", 1)).status_code == 409
    assert desk.post("answer_outcome", 1, **NOT_KNOWN).status_code == 409
    assert desk.post("begin_answer").status_code == 409
    assert desk.client.get(desk.url("answer_check"))["Location"] == desk.url("ask")


def test_without_a_draft_the_pages_lead_back_to_the_ask(client_for, partnership, ask):
    desk = Desk(client_for(partnership.decider), ask)

    for name, args in (("answer_outcome", [1]), ("answer_recipients", []), ("answer_check", [])):
        assert desk.client.get(desk.url(name, *args))["Location"] == desk.url("ask")


PAGES: list[tuple[str, list[Any]]] = [
    ("begin_answer", []),
    ("answer_outcome", [1]),
    ("answer_refusal", [1]),
    ("answer_items", [1]),
    ("answer_item_new", [1]),
    ("answer_recipients", []),
    ("answer_check", []),
    ("answer_discard", []),
]


@pytest.mark.parametrize(("name", "args"), PAGES)
@pytest.mark.parametrize("who", ["asker", "outsider", "lead", "coordinator", "dpo"])
def test_whoever_is_not_at_the_desk_finds_no_page_of_the_answer(
    client_for, partnership, desk, name, args, who
):
    client = client_for(getattr(partnership, who))

    assert client.post(desk.url(name, *args)).status_code == 404


@pytest.fixture
def second_hat(partnership: Partnership) -> Player:
    """The asker, who sits at the desk asked as well."""
    member = Membership(
        user=partnership.asker.user, agency=partnership.police, roles=[Role.DESK_MEMBER]
    )
    member.attest().save(force_insert=True)
    seat(member, [partnership.police_desk.pk])
    return Player(partnership.asker.user, member.pk)


@pytest.mark.parametrize(("name", "args"), PAGES)
def test_who_asked_answers_in_neither_hat(client_for, second_hat, desk, name, args):
    desk.post("answer_outcome", 1, **NOT_KNOWN, for_all="on")
    client = client_for(second_hat)

    assert client.post(desk.url(name, *args)).status_code == 403
    assert client.post(desk.url("claim")).status_code == 403
    assert "You asked this" in client.get(desk.url("ask")).content.decode()
    assert desk.ask.answers.count() == 0


def test_the_service_itself_refuses_the_asker_and_an_incomplete_answer(
    partnership, second_hat, ask
):
    draft = services.begin_answer(actor=partnership.decider.actor, ask_id=ask.pk)
    subjects = ask.about.values_list("subject_id", flat=True)
    whole = [PersonAnswer(one, Outcome.NOTHING_RELEVANT) for one in subjects]
    common = {"ask_id": ask.pk, "draft_id": draft.pk}

    with pytest.raises(Denied) as asked:
        services.send_answers(actor=second_hat.actor, decisions=whole, **common)
    with pytest.raises(Denied) as half:
        services.send_answers(actor=partnership.decider.actor, decisions=whole[:1], **common)

    assert (asked.value.decision.code, half.value.decision.code) == ("asker", "incomplete")
    assert Answer.objects.count() == 0


# Races: the door is held open between the check and the change


def at_once(*presses: Callable[[], Any]) -> list[str]:
    """Press at the same moment in threads of their own; what came of each."""
    outcomes: list[str] = []
    gate = threading.Barrier(len(presses))

    def press(one: Callable[[], Any]) -> None:
        gate.wait()
        try:
            one()
            outcomes.append("ok")
        except Denied as denied:
            outcomes.append(denied.decision.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=press, args=[one]) for one in presses]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(outcomes)


def slow(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    decide = getattr(policies, name)

    def decide_slowly(*args: Any) -> Any:
        decision = decide(*args)
        time.sleep(0.4)
        return decision

    monkeypatch.setattr(policies, name, decide_slowly)


@pytest.mark.django_db(transaction=True)
def test_of_two_colleagues_who_claim_at_once_one_has_it(monkeypatch, partnership):
    ask = send_ask(partnership.asker, partnership.police_desk)
    slow(monkeypatch, "can_claim")
    one, other = partnership.decider.actor, partnership.colleague.actor

    outcomes = at_once(
        lambda: services.claim(actor=one, ask_id=ask.pk),
        lambda: services.claim(actor=other, ask_id=ask.pk),
    )

    assert outcomes == ["ok", "wrong_state"]
    assert AuditEvent.objects.filter(event="sharing.ask.claimed").count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_colleagues_who_answer_at_once_one_answer_counts(monkeypatch, partnership):
    ask = send_ask(partnership.asker, partnership.police_desk)
    draft = services.begin_answer(actor=partnership.decider.actor, ask_id=ask.pk)
    slow(monkeypatch, "can_answer")
    subject = ask.about.get().subject_id
    one, other = partnership.decider.actor, partnership.colleague.actor

    def send(actor: Any, outcome: Outcome) -> Callable[[], Any]:
        decisions = [PersonAnswer(subject, outcome)]
        return lambda: services.send_answers(
            actor=actor, ask_id=ask.pk, draft_id=draft.pk, decisions=decisions
        )

    at_once(send(one, Outcome.NOTHING_RELEVANT), send(other, Outcome.WRONG_SERVICE))

    answer = Answer.objects.get()
    assert answer.decided_by_id == Ask.objects.get().answered_by_id
    assert AuditEvent.objects.filter(event="sharing.ask.answered").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_tabs_that_save_at_once_both_keep_what_was_typed(monkeypatch, partnership):
    ask = send_ask(partnership.asker, partnership.police_desk)
    actor = partnership.decider.actor
    draft = services.begin_answer(actor=actor, ask_id=ask.pk)

    def save(key: str) -> Callable[[], Any]:
        def change(content: dict[str, Any]) -> dict[str, Any]:
            time.sleep(0.3)
            return content | {key: "typed"}

        return lambda: services.edit_draft(actor=actor, draft=draft, change=change)

    assert at_once(save("left"), save("right")) == ["ok", "ok"]

    assert services.read_draft(actor=actor, draft=draft).content == {
        "left": "typed",
        "right": "typed",
    }
