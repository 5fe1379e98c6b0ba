"""Somebody who works at an agency and must not learn of a case finds nothing of it anywhere."""

from __future__ import annotations

import re
from copy import deepcopy
from difflib import unified_diff
from typing import Any
from uuid import UUID

import pytest
from django.core import mail
from django.urls import NoReverseMatch, reverse
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from agencies.models import Membership
from agencies.services.appointing import seat as appoint_to
from kernel import outbox
from kernel.actors import Role
from kernel.tiers import Tier
from people.identity import Identity, PersonKind
from sharing import services
from sharing.models import Ask, Request
from tests.access.test_every_address import undone
from tests.access.world import named_patterns
from tests.asks import PLANTED, ZEBEDEE, answer_ask, item, send_ask
from tests.partnership import (
    OPERATOR,
    ClientFor,
    Partnership,
    Player,
    add_desk,
    add_person,
    sign_in,
)
from tests.sharing.journey import CHILD, Writing, text_of
from vault import services as vault
from vault.models import Exclusion

OTHER = Identity(PersonKind.CHILD, "Mabel", "Thistlewood")
# What differs from one showing of the same page to the next
_PASSING = (
    r'nonce="[^"]*"',
    r'name="csrfmiddlewaretoken" value="[^"]*"',
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
    r"\d{1,2}(:\d\d)?[ap]m",
    r"(in|by) \d+ (minute|hour)s?",
    r"\?v=\w+",
    r"\d{4}-\d\d-\d\dT[\d:.]+(\+\d\d:\d\d|Z)?",
    r"\d\d:\d\d(:\d\d)?",
    r"[0-9a-f]{64}",
    # Sealed for one showing, as a link back to a search is
    r'name="key" value="[^"]*"',
)
# One's own account: it tells of no case, and its pages carry seeds drawn anew
_LEFT_OUT = "accounts:"


@pytest.fixture
def head(partnership: Partnership) -> Player:
    """The head of the school, so to speak: at the desk, leading its people, and its officer too."""
    roles = (Role.DESK_MEMBER, Role.AGENCY_LEAD, Role.DPO, Role.PRACTITIONER)
    return add_person(
        "Hilda Headley",
        partnership.police,
        *roles,
        desk=partnership.police_desk,
        tier=Tier.SENSITIVE,
    )


def pages_of(player: Player) -> dict[str, tuple[int, str]]:
    """Every page without a record of its own in its address, as this person is shown it."""
    shown = {}
    with undone():
        client = sign_in(player)
        client.raise_request_exception = False
        for name, _ in named_patterns():
            try:
                url = reverse(name)
            except NoReverseMatch:
                continue
            if name.startswith(_LEFT_OUT):
                continue
            cookies = deepcopy(client.cookies)
            response = client.get(url)
            client.cookies = cookies
            body = b"".join(response) if response.streaming else response.content
            shown[name] = (response.status_code, _steady(body.decode(errors="replace")))
        shown["found"] = (0, _steady(_found(client)))
    return shown


def _differences(before: tuple[int, str], after: tuple[int, str]) -> list[str]:
    """The lines that are not the same: short enough to be read in a failure."""
    lines = unified_diff(before[1].splitlines(), after[1].splitlines(), lineterm="", n=0)
    return [f"{before[0]} {after[0]}"] * (before[0] != after[0]) + list(lines)


def _found(client: Any) -> str:
    """What a search for the hidden child by name shows."""
    return text_of(client.post(reverse("sharing:find"), {"names": "Zebedee O'Quill"}, follow=True))


def _steady(page: str) -> str:
    for pattern in _PASSING:
        page = re.sub(pattern, "", page)
    return page


def messages_to(player: Player, *mailboxes: str) -> list[str]:
    while outbox.deliver_waiting("notify"):
        pass
    addresses = {player.user.email, *mailboxes}
    return [str(one.subject) for one in mail.outbox if addresses & set(one.to)]


def hidden_case(partnership: Partnership, head: Player, *, drafted: bool, answered: bool) -> Ask:
    """A case of which the head must not learn, before anybody is told that it waits."""
    ask = send_ask(partnership.asker, partnership.police_desk, kept_from=[head.membership_id])
    if drafted:
        services.begin_answer(actor=partnership.decider.actor, ask_id=ask.pk)
    if answered:
        answer_ask(partnership.decider, ask, item())
    return ask


@settings(
    max_examples=2,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(others=st.integers(0, 2), drafted=st.booleans(), answered=st.booleans(), later=st.booleans())
def test_to_whoever_is_kept_from_a_case_the_world_is_as_if_it_did_not_exist(
    partnership: Partnership,
    head: Player,
    others: int,
    drafted: bool,
    answered: bool,
    later: bool,
) -> None:
    for _ in range(others):
        send_ask(partnership.asker, partnership.police_desk, OTHER)
    messages_to(head)
    mail.outbox.clear()
    without = pages_of(head)

    ask = hidden_case(partnership, head, drafted=drafted, answered=answered)
    if later:
        actor = partnership.asker.actor
        services.keep_from_request(
            actor=actor, request_id=ask.request_id, membership_id=partnership.lead.membership_id
        )

    seen = pages_of(head)
    assert seen.keys() == without.keys()
    for name, page in seen.items():
        assert _differences(without[name], page) == [], name
        assert ask.request.reference not in page[1]
        assert not [one for one in PLANTED if one in page[1] and name != "found"]
    # The desk's mailbox is read by whoever sits there, so it is not told either
    assert messages_to(head, partnership.police_desk.mailbox) == []


def test_the_others_at_the_desk_see_what_the_head_does_not(
    partnership: Partnership, head: Player
) -> None:
    """The comparison above can fail: to a colleague the case does exist."""
    without = pages_of(partnership.colleague)

    hidden_case(partnership, head, drafted=False, answered=False)

    seen = pages_of(partnership.colleague)
    assert {name for name in seen if seen[name] != without[name]} >= {"home", "sharing:queue"}
    assert messages_to(partnership.colleague)


ADDRESSES = ["ask", "claim", "begin_answer", "keep_from_ask", "answer_check"]


@pytest.mark.parametrize("name", ADDRESSES)
def test_each_address_of_the_case_is_not_found(
    partnership: Partnership, head: Player, name: str
) -> None:
    ask = hidden_case(partnership, head, drafted=False, answered=False)
    url = reverse(f"sharing:{name}", args=[ask.pk])

    for method in ("get", "post"):
        assert getattr(sign_in(head), method)(url).status_code in {404, 405}
        assert getattr(sign_in(partnership.colleague), method)(url).status_code in {200, 302, 405}


@pytest.fixture
def writing(partnership: Partnership, client_for: ClientFor) -> Writing:
    return Writing(client_for(partnership.asker))


def test_a_colleague_is_found_by_name_named_and_kept_from_it_before_anybody_is_told(
    partnership: Partnership, head: Player, writing: Writing
) -> None:
    writing.add(**CHILD)
    writing.fill(partnership.police_desk)
    found = text_of(writing.post("draft_kept_from", {"find": "headley", "do": "find"}))
    assert "Hilda Headley" in found
    writing.post(
        "draft_kept_from", {"find": "headley", "do": "add", "who": str(head.membership_id)}
    )
    assert "Hilda Headley" in text_of(writing.get("check"))

    sent = UUID(writing.send()["Location"].split("/")[2])

    assert Exclusion.objects.get().user_id == head.user.pk
    assert messages_to(head, partnership.police_desk.mailbox) == []
    assert sign_in(head).get("/desk/").status_code == 200
    assert "Zebedee" not in text_of(sign_in(head).get("/desk/"))
    own = text_of(writing.client.get(reverse("sharing:request", args=[sent])))
    assert "Hilda Headley" in own
    ask = Ask.objects.get(request=sent)
    at_desk = text_of(sign_in(partnership.colleague).get(reverse("sharing:ask", args=[ask.pk])))
    assert "Do not talk of it with them" in at_desk


def test_a_name_is_never_part_of_an_address(
    partnership: Partnership, head: Player, writing: Writing
) -> None:
    writing.add(**CHILD)
    writing.fill(partnership.police_desk)

    response = writing.post("draft_kept_from", {"find": "headley", "do": "find"})

    assert response.status_code == 200
    assert "find=" not in text_of(response)


def test_somebody_named_by_mistake_is_taken_out_again_before_sending(
    partnership: Partnership, head: Player, writing: Writing
) -> None:
    writing.add(**CHILD)
    writing.fill(partnership.police_desk)
    key = str(head.membership_id)
    writing.post("draft_kept_from", {"find": "Hilda", "do": "add", "who": key})
    writing.post("draft_kept_from", {"do": f"remove:{key}"})

    writing.send()

    assert not Exclusion.objects.exists()


WRONG = [
    ({"find": "", "do": "find"}, "Enter a name, or part of one"),
    ({"find": "Hilda", "do": "add"}, "Select who it is, or search again"),
    ({"find": "Hilda", "do": "add", "who": "not-a-key"}, "Select an answer from the list"),
    ({"find": "Nobody Of That Name", "do": "find"}, "Nobody of these agencies has that name"),
    ({"find": "x" * 101, "do": "find"}, "100 characters or less"),
]


@pytest.mark.parametrize(("typed", "error"), WRONG)
def test_wrong_input_is_explained_and_comes_back(
    partnership: Partnership, head: Player, writing: Writing, typed: dict[str, str], error: str
) -> None:
    writing.add(**CHILD)
    writing.fill(partnership.police_desk)

    page = text_of(writing.post("draft_kept_from", typed))

    assert error in page
    assert f'value="{typed["find"]}"' in page or not typed["find"]


def test_nobody_of_an_agency_that_is_not_asked_can_be_named_nor_oneself(
    partnership: Partnership, writing: Writing
) -> None:
    writing.add(**CHILD)
    writing.fill(partnership.police_desk)
    for player in (partnership.outsider, partnership.asker):
        name = player.user.full_name
        typed = {"find": name, "do": "add", "who": str(player.membership_id)}
        assert "Nobody of these agencies" in text_of(writing.post("draft_kept_from", typed))

    writing.send()

    assert not Exclusion.objects.exists()


def test_a_desk_that_would_be_left_empty_is_a_warning_with_ways_out_and_no_wall(
    partnership: Partnership, writing: Writing
) -> None:
    school_head = add_person("Sole Member", partnership.police, Role.DESK_MEMBER)
    alone = add_desk(partnership.police, "Second desk", mailbox="second@police.example")
    appoint_to(Membership.objects.get(pk=school_head.membership_id), [alone.pk], actor=OPERATOR)
    writing.add(**CHILD)
    writing.fill(alone)
    typed = {"find": "Sole", "do": "add", "who": str(school_head.membership_id)}
    writing.post("draft_kept_from", typed)

    page = text_of(writing.get("check"))

    assert "nobody there would see this request" in page
    assert "Information desk" in page
    assert "Lea Der" in page
    assert "LADO" in page
    assert writing.send().status_code == 302


def test_the_desk_keeps_a_colleague_of_its_own_from_it_later(
    partnership: Partnership, head: Player
) -> None:
    ask = send_ask(partnership.asker, partnership.police_desk)
    url = reverse("sharing:keep_from_ask", args=[ask.pk])
    at_desk = sign_in(partnership.decider)
    assert "Hilda Headley" in text_of(at_desk.post(url, {"find": "hilda", "do": "find"}))
    stranger = {"find": "Asha", "do": "add", "who": str(partnership.asker.membership_id)}
    assert "Nobody of these agencies" in text_of(at_desk.post(url, stranger))

    done = {"find": "hilda", "do": "add", "who": str(head.membership_id)}
    assert at_desk.post(url, done).status_code == 302
    assert at_desk.post(url, done).status_code == 302

    assert Exclusion.objects.count() == 1
    assert sign_in(head).get(reverse("sharing:ask", args=[ask.pk])).status_code == 404


WHO = [
    ("asker", 302),
    ("asking_colleague", 302),
    ("decider", 404),
    ("uncleared", 404),
    ("outsider", 404),
    ("lead", 404),
    ("coordinator", 404),
]


@pytest.mark.parametrize(("who", "code"), WHO)
def test_only_the_side_that_asked_names_people_on_its_request(
    partnership: Partnership, head: Player, who: str, code: int
) -> None:
    ask = send_ask(partnership.asker, partnership.police_desk)
    url = reverse("sharing:keep_from_request", args=[ask.request_id])
    typed = {"find": "hilda", "do": "add", "who": str(head.membership_id)}

    response = sign_in(getattr(partnership, who)).post(url, typed)

    assert response.status_code == code
    assert Exclusion.objects.count() == (code == 302)


def test_a_claim_by_somebody_who_is_then_kept_out_can_be_taken_over(
    partnership: Partnership, head: Player
) -> None:
    ask = send_ask(partnership.asker, partnership.police_desk, ZEBEDEE)
    services.claim(actor=head.actor, ask_id=ask.pk)
    services.keep_from_ask(
        actor=partnership.decider.actor, ask_id=ask.pk, membership_id=head.membership_id
    )

    services.take_over(actor=partnership.decider.actor, ask_id=ask.pk)

    with pytest.raises(Ask.DoesNotExist):
        services.put_back(actor=head.actor, ask_id=ask.pk)
    assert not Request.objects.filter(pk=ask.request_id, asked_by=head.membership_id).exists()
    assert vault.reach_of(head.actor, ask.request.safe) is None
