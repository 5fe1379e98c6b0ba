"""Who is around a child, what to beware of, and which desk learns of it."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.urls import reverse

from kernel.tiers import Tier
from people.models import Surrounding
from sharing.forms.draft import MOST_AROUND, with_step
from sharing.models import Ask, Subject
from sharing.services import PersonAnswer, begin_answer, edit_draft, send_answers
from sharing.states import Outcome
from tests.asks import answer_ask, item
from tests.partnership import ClientFor, Partnership, Player, sign_in
from tests.sharing.journey import CHILD, Writing, text_of
from vault.consistency import unexplained_grants
from vault.models import Safe

AROUND = {
    "who": "NEW",
    "first_names": "Petronella",
    "last_name": "Marsh",
    "relationship": "MTH",
    "in_household": "YES",
    "responsibility": "YES",
    "lives": "SAME",
    "asked": "NO",
}
SAFETY = {
    "unsafe": "Leave no messages on the landline",
    "excluded": "Barnaby Quince\nCousin Ezra",
    "excluded_why": "He is under investigation",
    "concerns": ["DOMESTIC_ABUSE"],
    "concern_words": "A knife was seen",
    "restricted": ["POSES_RISK"],
}
POSES_RISK = "Poses a risk to children"


@pytest.fixture
def writing(partnership: Partnership, client_for: ClientFor) -> Writing:
    return Writing(client_for(partnership.asker))


def put_near(writing: Writing, of: str, **changes: Any) -> str:
    key = str(uuid4())
    response = writing.post("add_around", {"key": key, **AROUND, **changes}, of)
    assert response.status_code == 302, text_of(response)
    return key


def asked_at(player: Player) -> Ask:
    return Ask.objects.get(desk__in=player.actor.desk_ids)


def page_of(player: Player, name: str, *args: Any) -> str:
    return text_of(sign_in(player).get(reverse(f"sharing:{name}", args=args)))


def sent(writing: Writing) -> UUID:
    response = writing.send()
    assert response.status_code == 302, text_of(response)
    return UUID(response["Location"].split("/")[2])


def test_a_desk_is_told_of_those_around_whom_it_is_asked_about(
    partnership: Partnership, writing: Writing
) -> None:
    zeb = writing.add(**CHILD)
    put_near(
        writing,
        zeb,
        relationship="OTHER_RELATION",
        relationship_words="Aunt by choice",
        age="30",
        unsafe="She is watched",
    )
    writing.fill(partnership.police_desk)
    assert "Petronella Marsh" in text_of(writing.get("check"))
    sent(writing)

    page = page_of(partnership.decider, "ask", asked_at(partnership.decider).pk)

    for words in (
        "Petronella Marsh",
        "Aunt by choice",
        "About: 30",
        "Petronella Marsh: She is watched",
    ):
        assert words in page
    assert re.search(r"Parental responsibility\s*</dt>.*?Yes", page, re.DOTALL)


def test_a_desk_asked_about_one_sibling_alone_reads_nothing_around_the_other(
    partnership: Partnership, writing: Writing
) -> None:
    zeb, flo = writing.add(**CHILD), writing.add(kind="CHILD", first_names="Florence")
    put_near(writing, zeb)
    put_near(writing, zeb, who=flo, relationship="SIB", first_names="")
    writing.post("safety", SAFETY, zeb)
    writing.fill(partnership.police_desk, partnership.charity_desk)
    police, charity = str(partnership.police_desk.pk), str(partnership.charity_desk.pk)
    writing.post("about", {police: [zeb], charity: [flo]})
    sent(writing)

    told = page_of(partnership.decider, "ask", asked_at(partnership.decider).pk)
    untold = page_of(partnership.outsider, "ask", asked_at(partnership.outsider).pk)

    assert "Petronella" in told
    assert re.search(r"Brother or sister\s*</dt>.*?Florence", told, re.DOTALL)
    for words in ("Petronella", "Zebedee", "Barnaby", "landline", "knife", POSES_RISK):
        assert words not in untold


def test_concerns_are_sensitive_and_restricted_ones_leave_no_trace(
    partnership: Partnership, writing: Writing
) -> None:
    zeb = writing.add(**CHILD)
    writing.post("safety", {"restricted": ["POSES_RISK"]}, zeb)
    writing.fill(partnership.police_desk)
    sent(writing)
    ask = asked_at(partnership.decider)

    assert POSES_RISK in page_of(partnership.decider, "ask", ask.pk)
    page = page_of(partnership.uncleared, "ask", ask.pk)
    assert POSES_RISK not in page
    # The sensitive reason is withheld in any case: the person's own part says nothing of it
    assert "Beware of" not in page
    assert Safe.objects.filter(kind="RESTRICTED").count() == 1


OUTCOMES = [
    ("decider", {"Leave no messages", "Barnaby Quince", "Domestic abuse", "A knife", POSES_RISK}),
    ("colleague", {"Leave no messages", "Barnaby Quince", "Domestic abuse", "A knife", POSES_RISK}),
    ("uncleared", set()),
    ("asker", {"Leave no messages", "Barnaby Quince", "Domestic abuse", "A knife", POSES_RISK}),
    ("asking_colleague", {"Leave no messages", "Barnaby Quince", "Domestic abuse", POSES_RISK}),
]


@pytest.mark.parametrize(("who", "reads"), OUTCOMES)
def test_each_reads_as_far_as_they_are_authorised(
    partnership: Partnership, writing: Writing, who: str, reads: set[str]
) -> None:
    zeb = writing.add(**CHILD)
    writing.post("safety", SAFETY, zeb)
    writing.fill(partnership.police_desk)
    request_id = sent(writing)

    player: Player = getattr(partnership, who)
    is_ours = who in {"asker", "asking_colleague"}
    page = (
        page_of(player, "request", request_id)
        if is_ours
        else page_of(player, "ask", asked_at(partnership.decider).pk)
    )

    for words in {"Leave no messages", "Barnaby Quince", "Domestic abuse", POSES_RISK}:
        assert (words in page) is (words in reads), words


def test_those_who_must_not_get_it_are_a_warning_wherever_it_is_read_or_passed_on(
    partnership: Partnership, writing: Writing
) -> None:
    zeb = writing.add(**CHILD)
    writing.post("safety", SAFETY, zeb)
    writing.fill(partnership.police_desk)
    request_id = sent(writing)
    ask = asked_at(partnership.decider)
    at_police = sign_in(partnership.decider)
    at_police.post(reverse("sharing:begin_answer", args=[ask.pk]))
    writing_answer = text_of(at_police.get(reverse("sharing:answer_outcome", args=[ask.pk, 1])))
    answer_ask_in(partnership, ask)
    answer = ask.answers.get()

    pages = [
        writing_answer,
        page_of(partnership.decider, "ask", ask.pk),
        page_of(partnership.asker, "request", request_id),
        page_of(partnership.asker, "own_ask", ask.pk),
        page_of(partnership.asker, "answer", answer.pk),
        page_of(partnership.asking_colleague, "answer", answer.pk),
    ]
    for page in pages:
        assert "Must not get this information: Barnaby Quince. He is under investigation" in page
        assert "Unsafe contact. Leave no messages on the landline" in page


def answer_ask_in(partnership: Partnership, ask: Ask) -> None:
    actor = partnership.decider.actor
    draft = begin_answer(actor=actor, ask_id=ask.pk)
    subject = ask.about.get().subject_id
    given = PersonAnswer(subject, Outcome.SHARED, items=[item(Tier.PERSONAL)])
    send_answers(actor=actor, ask_id=ask.pk, draft_id=draft.pk, decisions=[given])


def test_a_warning_added_later_reaches_everybody_who_was_told(
    partnership: Partnership, writing: Writing
) -> None:
    writing.add(**CHILD)
    request_id = sent(writing.fill(partnership.police_desk))
    ask = asked_at(partnership.decider)
    url = reverse("sharing:warn_at_desk", args=[ask.pk, 1])
    response = sign_in(partnership.decider).post(url, {"unsafe": "The tenant opens her post"})
    assert response.status_code == 302

    assert "The tenant opens her post" in page_of(partnership.asker, "request", request_id)
    assert "The tenant opens her post" in page_of(partnership.colleague, "ask", ask.pk)
    answer_ask(partnership.decider, ask, item())
    later = page_of(partnership.asking_colleague, "answer", ask.answers.get().pk)
    assert "The tenant opens her post" in later
    assert list(unexplained_grants()) == []


def test_the_asker_adds_a_warning_too_and_an_empty_one_is_explained(
    partnership: Partnership, writing: Writing
) -> None:
    writing.add(**CHILD)
    request_id = sent(writing.fill(partnership.police_desk))
    url = reverse("sharing:add_warning", args=[request_id, 1])

    refused = text_of(writing.client.post(url, {"excluded_why": "kept when it comes back"}))
    assert "Enter how they must not be reached" in refused
    assert "kept when it comes back" in refused
    writing.client.post(url, {"excluded": "  Barnaby   Quince \n\n"})

    page = page_of(partnership.decider, "ask", asked_at(partnership.decider).pk)
    assert "Must not get this information: Barnaby Quince." in page
    assert (
        writing.client.get(reverse("sharing:add_warning", args=[request_id, 2])).status_code == 404
    )


def test_somebody_around_may_be_asked_about_too_once_however_often_it_is_saved(
    partnership: Partnership, writing: Writing
) -> None:
    zeb = writing.add(**CHILD)
    near = put_near(writing, zeb, asked="ADULT", **{"born_on-year": "1984"})
    writing.post("around_person", {**AROUND, "asked": "ADULT"}, near)
    request_id = sent(writing.fill(partnership.police_desk))

    assert Subject.objects.filter(request=request_id).count() == 2
    page = page_of(partnership.decider, "ask", asked_at(partnership.decider).pk)
    assert "2 people you are asked about" in page


def test_a_protected_address_of_somebody_around_is_not_even_asked_for(
    partnership: Partnership, writing: Writing
) -> None:
    zeb = writing.add(**CHILD)
    put_near(writing, zeb, lives="PROTECTED", address="9 Hidden Row")
    sent(writing.fill(partnership.police_desk))

    page = page_of(partnership.decider, "ask", asked_at(partnership.decider).pk)
    assert "At a protected address" in page
    assert "9 Hidden Row" not in page


WRONG = [
    ({"first_names": "", "last_name": ""}, "Enter a name, or what people call them"),
    ({"who": ""}, "Select who it is"),
    ({"who": "0198d6a8-0000-7000-8000-000000000001"}, "Select who it is"),
    ({"relationship": ""}, "Select what they are to this person"),
    ({"relationship": "OTHER_RELATION"}, "Say in your own words what they are"),
    ({"lives": "MOON"}, "Select where they live"),
    ({"born_on-day": "31", "born_on-month": "2", "born_on-year": "1984"}, "must be a real date"),
    ({"unsafe": "x" * 2001}, "2,000 characters or less"),
    ({"concerns": ["WITCHCRAFT"]}, "Select an answer from the list"),
]


@pytest.mark.parametrize(("changes", "error"), WRONG)
def test_wrong_input_is_explained_kept_and_named_before_sending(
    partnership: Partnership, writing: Writing, changes: dict[str, Any], error: str
) -> None:
    zeb, _ = writing.add(**CHILD), writing.add(kind="CHILD", first_names="Florence")
    key = str(uuid4())

    response = writing.post("add_around", {"key": key, **AROUND, "age": "kept?", **changes}, zeb)

    page = text_of(response)
    assert response.status_code == 200
    assert error in page
    assert "kept?" in page
    assert "kept?" in text_of(writing.get("around_person", key))
    writing.fill(partnership.police_desk)
    assert "There is a problem" in text_of(
        writing.get("check")
    ) or "Before you can send" in text_of(writing.send())
    assert not Subject.objects.exists()


def test_around_people_are_changed_taken_out_and_go_with_their_person(
    partnership: Partnership, writing: Writing
) -> None:
    zeb, flo = writing.add(**CHILD), writing.add(kind="CHILD", first_names="Florence")
    put_near(writing, zeb, first_names="Gone", last_name="Away")
    near = put_near(writing, flo)
    writing.post("safety", SAFETY, zeb)
    writing.post("around_person", {**AROUND, "first_names": "Penelope"}, near)
    assert "Penelope Marsh" in text_of(writing.get("people"))

    writing.post("remove_person", {}, zeb)
    page = text_of(writing.get("people"))
    assert "Gone Away" not in page
    assert "Barnaby" not in page

    assert "Take Penelope Marsh out" in text_of(writing.get("remove_around", near))
    writing.post("remove_around", {}, near)
    assert "Penelope" not in text_of(writing.get("people"))
    sent(writing.fill(partnership.police_desk))
    assert not Surrounding.objects.exists()


@pytest.mark.parametrize("name", ["add_around", "around_person", "remove_around", "safety"])
def test_pages_of_somebody_who_is_not_in_the_draft_are_not_found(
    writing: Writing, name: str
) -> None:
    writing.add(**CHILD)

    assert writing.get(name, uuid4()).status_code == 404
    assert writing.post(name, AROUND, uuid4()).status_code == 404


def test_there_is_a_limit_which_says_so(partnership: Partnership, writing: Writing) -> None:
    zeb = writing.add(**CHILD)
    entries = [
        {"key": str(uuid4()), "of": zeb, "typed": {k: [v] for k, v in AROUND.items()}}
        for _ in range(MOST_AROUND)
    ]
    edit_draft(
        actor=partnership.asker.actor, draft=writing.draft, change=with_step("around", entries)
    )
    response = writing.post("add_around", {"key": str(uuid4()), **AROUND}, zeb)

    assert f"{MOST_AROUND} people around others" in text_of(
        writing.client.get(response["Location"])
    )


def test_one_more_button_leads_from_the_person_to_who_is_around_them(writing: Writing) -> None:
    key = str(uuid4())
    response = writing.post("add_person", {"key": key, **CHILD, "around": "yes"})

    assert response["Location"] == writing.url("add_around", key)


def test_every_grant_around_people_is_explained(partnership: Partnership, writing: Writing) -> None:
    zeb = writing.add(**CHILD)
    put_near(writing, zeb, concerns=["VIOLENCE"], restricted=["LOOKED_AFTER"])
    writing.post("safety", SAFETY, zeb)
    sent(writing.fill(partnership.police_desk, partnership.charity_desk))

    assert list(unexplained_grants()) == []
    assert Surrounding.objects.count() == 6


def test_who_comes_back_to_the_draft_goes_on_at_somebody_near_who_lacks_something(
    writing: Writing,
) -> None:
    zeb = writing.add(**CHILD)
    near = put_near(writing, zeb)
    address = reverse("sharing:around_person", args=[writing.draft.pk, near])
    writing.client.post(address, {"key": near, **AROUND, "relationship": ""})

    assert writing.get("draft")["Location"] == address
