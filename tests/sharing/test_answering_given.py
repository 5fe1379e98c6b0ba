"""What is given in an answer, and to whom."""

from __future__ import annotations

from agencies.models import Membership
from agencies.services.appointing import seat
from kernel.actors import Role
from kernel.tiers import Tier
from sharing.models import Ask, Recipient
from sharing.states import AskStatus
from tests.answer_pages import ITEM, NOT_KNOWN, SHARED, Desk, answers, ask, desk
from tests.asks import BODY
from tests.partnership import OPERATOR, Partnership, add_person

__all__ = ["ask", "desk"]


def test_items_are_added_changed_and_removed(desk: Desk) -> None:
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


def test_an_item_is_added_once_however_often_the_button_is_pressed(desk: Desk) -> None:
    desk.post("answer_outcome", 1, **SHARED)
    once = ITEM | {"key": "018f2f5e-7c3a-7000-8000-000000000001"}
    for _ in range(3):
        desk.post("answer_item_new", 1, **once)

    assert desk.get("answer_items", 1).count(BODY) == 1


def test_a_half_written_item_is_not_lost_and_not_sent(desk: Desk) -> None:
    desk.post("answer_outcome", 1, **SHARED)
    response = desk.post("answer_item_new", 1, body="Half a thou", **{"as_of_on-day": "soon"})

    assert "Select what kind of information it is" in response.content.decode()
    assert "Half a thou" in desk.get("answer_item_new", 1)
    assert 'value="soon"' in desk.get("answer_item_new", 1)
    assert "Half a thou" not in desk.get("answer_items", 1)


def test_the_usual_tier_follows_the_kind_of_information(desk: Desk, ask: Ask) -> None:
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


def test_a_reader_is_added_among_the_askers_agency_by_name_and_job_alone(
    desk: Desk, ask: Ask, partnership: Partnership
) -> None:
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


def test_adding_nobody_says_what_to_do_and_keeps_the_tiers(desk: Desk) -> None:
    shared_one(desk)

    html = desk.post("answer_recipients", tier_0="2", tier_1="3", do="add").content.decode()

    assert "Choose whom to add" in html
    assert "Choose what they may open" in html


def test_a_reader_is_taken_out_again(desk: Desk, partnership: Partnership) -> None:
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
    desk: Desk, ask: Ask, partnership: Partnership
) -> None:
    seat(Membership.objects.get(pk=partnership.asking_colleague.membership_id), [], actor=OPERATOR)
    shared_one(desk)

    html = desk.get("answer_recipients")
    assert "Nobody there may open Sensitive information today" in html
    assert "Can open 0 of 1 item" in html
    desk.post("answer_recipients", tier_0="3", tier_1="3", do="continue")
    desk.on("answer_check")

    assert Ask.objects.get().status == AskStatus.ANSWERED
