"""The pages of logging and of sharing unasked, as a browser without scripts uses them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from kernel.clocks import LONDON
from sharing import channels
from sharing.forms.channel_words import BY_SLUG
from sharing.forms.contact import LogForm
from sharing.models import Answer, Draft, Share
from sharing.states import AskStatus, Outcome
from tests.asks import BODY, send_ask
from tests.partnership import ClientFor, Partnership
from tests.sharing.channels.test_giving import share as share_unasked
from tests.sharing.channels.test_giving import to_desk
from tests.sharing.journey import FAMILY, purpose_id, text_of

CALL: dict[str, Any] = {
    "direction": "INCOMING",
    "name": "Siobhán O’Neill",
    "role": "Duty nurse",
    "number": "01905 111222",
    "agency_typed": "Out-of-county hospital",
    "verification": "RANG_BACK",
    "verification_result": "CONFIRMED",
    "first_names": "Zebedee",
    "last_name": "O’Quill",
    "born_on-year": "2018",
    "asked": "Whether he is known",
    "outcome": "SHARED",
    "said": BODY,
    "standing": "FACT",
    "ground": "LAW",
    "checks": ["NOT_OVERHEARD", "NO_VOICEMAIL"],
    "follow_up": "Rings again tomorrow",
}


def post_log(client: Client, way: str = "telephone", **typed: Any) -> Any:
    return client.post(reverse("sharing:log", args=[way]), {"submission": str(uuid4()), **typed})


@pytest.fixture
def asker(partnership: Partnership, client_for: ClientFor) -> Client:
    return client_for(partnership.asker)


def test_a_whole_call_is_logged_on_one_page(asker: Client) -> None:
    response = post_log(asker, **CALL)

    share = Share.objects.get()
    assert response["Location"] == reverse("sharing:share", args=[share.pk])
    html = text_of(asker.get(response["Location"]))
    for word in ("Siobhán O’Neill", "Duty nurse", "01905 111222", "Out-of-county hospital", BODY):
        assert word in html
    for word in ("Zebedee O’Quill", "Rang back", "It was them", "Nobody could overhear"):
        assert word in html
    assert share.answers.get().items.get().standing == "FACT"


@pytest.mark.parametrize(
    "typed", [{"asked": "?"}, {"said": "x"}, {"last_name": "O"}, {"name": "J"}]
)
def test_one_word_is_enough(asker: Client, typed: dict[str, str]) -> None:
    assert post_log(asker, **typed).status_code == 302
    assert Share.objects.get().answers.get().outcome == Outcome.NOT_NOTED


def test_nothing_typed_at_all_is_asked_about(asker: Client) -> None:
    response = post_log(asker, outcome="SHARED", direction="INCOMING")

    assert response.status_code == 200
    assert "Enter what was asked or said, or whom it was about" in text_of(response)
    assert not Share.objects.exists()


def test_a_time_to_come_is_an_error_and_what_was_typed_comes_back(asker: Client) -> None:
    late = timezone.now().astimezone(LONDON) + timedelta(days=1)
    when = {
        "happened_at-day": str(late.day),
        "happened_at-month": str(late.month),
        "happened_at-year": str(late.year),
        "happened_at-time": "3:04pm",
    }

    html = text_of(post_log(asker, **CALL, **when))

    assert "must be now or in the past" in html
    for word in ("Siobhán O’Neill", BODY, "Rings again tomorrow", "3:04pm", "Whether he is known"):
        assert word in html


def test_a_call_of_last_week_keeps_its_true_time(asker: Client) -> None:
    when = {"happened_at-day": "yesterday", "happened_at-time": "quarter past nine"}
    refused = post_log(asker, **CALL, **when)
    post_log(asker, **CALL, **when | {"happened_at-time": "9.15am"})

    assert refused.status_code == 200
    happened = Share.objects.get().happened_at.astimezone(LONDON)
    assert (happened.hour, happened.minute) == (9, 15)
    assert happened.date() == timezone.localdate() - timedelta(days=1)


def test_others_are_named_one_a_line_with_their_dates_where_these_can_be_read(
    asker: Client,
) -> None:
    others = "Florence O’Quill, 3 4 2019\nJames, the stepfather\n\n  \nMadonna"

    response = post_log(asker, others=others)

    html = text_of(asker.get(response["Location"]))
    assert Answer.objects.count() == 3
    for word in ("Florence O’Quill", "3 April 2019", "James, the stepfather", "Madonna"):
        assert word in html


@pytest.mark.parametrize("way", list(BY_SLUG))
def test_every_way_has_a_page_and_takes_a_log(asker: Client, way: str) -> None:
    assert asker.get(reverse("sharing:log", args=[way])).status_code == 200
    assert post_log(asker, way, said=BODY).status_code == 302


def test_a_voicemail_says_which_incident_it_opened(asker: Client) -> None:
    response = post_log(asker, "voicemail", said=BODY, direction="OUTGOING")

    assert "was opened, and your data protection officer is told" in text_of(
        asker.get(response["Location"])
    )


@pytest.mark.parametrize("way", ["carrier-pigeon", "TELEPHONE", "telephone%00"])
def test_an_unknown_way_is_not_found(asker: Client, way: str) -> None:
    assert asker.get(f"/log-contact/{way}/").status_code == 404


def test_a_call_that_answers_a_request_closes_it(partnership: Partnership, client_for: Any) -> None:
    ask = send_ask(partnership.asker, partnership.police_desk)
    decider = client_for(partnership.decider)
    page = decider.get(reverse("sharing:log", args=["telephone"]), {"ask": str(ask.pk)})
    assert ask.request.reference in text_of(page)

    post_log(decider, said=BODY, outcome="SHARED", ask=str(ask.pk))
    again = post_log(decider, said=BODY, outcome="SHARED", ask=str(ask.pk))

    ask.refresh_from_db()
    assert ask.status == AskStatus.ANSWERED
    assert Share.objects.count() == 2
    assert "not open any more" in text_of(decider.get(again["Location"]))


HOSTILE = [
    {"said": "x" * 200_000},
    {"others": "\x00\x01\u202e" * 500},
    {"others": "\n".join(f"Child {number}, 31 2 2019" for number in range(150))},
    {"name": "🧒" * 150, "first_names": "'; DROP TABLE sharing_share;--"},
    {"direction": "SIDEWAYS", "said": BODY},
    {"outcome": "FORGED", "said": BODY},
    {"verification": "NONE", "said": BODY},
    {"agency": str(uuid4()), "said": BODY},
    {"agency": "not-a-key", "said": BODY},
    {"ask": "not-a-key", "said": BODY},
    {"ask": str(uuid4()), "said": BODY},
    {"submission": "mangled", "said": BODY},
    {"checks": ["TLS", "FORGED"], "said": BODY},
    {"happened_at-day": "31", "happened_at-month": "2", "happened_at-year": "2026", "said": BODY},
    {"born_on-day": "99", "said": BODY},
    {"standing": "RUMOUR", "category": "GOSSIP", "ground": "99", "said": BODY},
]


@pytest.mark.parametrize("typed", HOSTILE)
def test_hostile_input_neither_breaks_the_page_nor_loses_what_was_typed(
    asker: Client, typed: dict[str, Any]
) -> None:
    response = post_log(asker, **typed)

    assert response.status_code in (200, 302)
    if response.status_code == 200:
        assert not Share.objects.exists()
        html = text_of(response)
        assert "There is a problem" in html
        assert str(typed.get("said", ""))[:100] in html


def test_what_somebody_elses_desk_is_asked_is_not_offered_and_not_answered(
    partnership: Partnership, client_for: Any
) -> None:
    ask = send_ask(partnership.asker, partnership.police_desk)
    outsider = client_for(partnership.outsider)

    html = text_of(outsider.get(reverse("sharing:log", args=["telephone"])))
    post_log(outsider, said=BODY, outcome="SHARED", ask=str(ask.pk))

    ask.refresh_from_db()
    assert ask.request.reference not in html
    assert ask.status == AskStatus.WAITING
    assert Share.objects.get().answered_ask is None


# Mail domains: what is known to be secure, and what only looks like it
@pytest.mark.parametrize(
    ("address", "is_secure"),
    [
        ("a@worcestershire.gov.uk", True),
        ("A@WestMercia.Police.UK", True),
        ("a@nhs.net", True),
        ("a@evil-gov.uk", False),
        ("a@gov.uk.example", False),
        ("a@gov.uk@example.com", False),
        ("gov.uk", False),
        ("", False),
    ],
)
def test_a_domain_is_secure_where_the_list_says_so(address: str, is_secure: bool) -> None:
    assert channels.is_secure_domain(address) is is_secure


def test_an_unprotected_email_is_warned_of_after_it_is_recorded(asker: Client) -> None:
    typed = {"said": BODY, "direction": "OUTGOING", "number": "mum@example.com"}
    bare = text_of(asker.get(post_log(asker, "e-mail", **typed)["Location"]))
    sealed = post_log(asker, "e-mail", **typed, checks=["EGRESS"])["Location"]

    assert "Nothing says that this e-mail was protected" in bare
    assert "Nothing says that this e-mail was protected" not in text_of(asker.get(sealed))


def test_the_rules_stand_before_an_email_with_their_source_and_stop_nobody(
    asker: Client,
) -> None:
    address = reverse("sharing:plan", args=["e-mail"])
    html = text_of(asker.get(address))
    assert "The recipient rings you for the password" in html
    assert channels.rules().version in html
    looked = text_of(asker.post(address, {"address": "gp@example.com", "look": "yes"}))
    assert "not known to be secure" in looked
    assert "gp@example.com" in looked

    done = asker.post(address, {"checks": ["EGRESS"], "done": "yes"})

    form = text_of(asker.get(done["Location"]))
    assert "gp@example.com" not in done["Location"]
    assert 'value="EGRESS" checked' in form
    assert asker.post(address, {"done": "yes"}).status_code == 302


def test_the_telephone_log_is_one_page_of_which_nothing_is_obligatory(
    partnership: Partnership,
) -> None:
    form = LogForm(channel=BY_SLUG["telephone"], agencies=[], asks=[])

    assert not [name for name, field in form.fields.items() if field.required]
    assert len(form.fields) <= 24


def walk(client: Client, partnership: Partnership) -> str:
    """The whole journey of sharing unasked; gives back the address of the last page."""
    response = client.post(reverse("sharing:new_share"))
    response = client.post(
        response["Location"],
        {"key": str(uuid4()), "kind": "CHILD", "first_names": "Zebedee", "last_name": "O’Quill"},
    )
    assert response["Location"].endswith("/items/new/")
    item = {"category": "CONCERNS", "body": BODY, "standing": "FACT", "tier": "USUAL"}
    item |= {"family_may_see": "ASK", "key": str(uuid4())}
    response = client.post(response["Location"], item)
    assert response["Location"].endswith("/why/")
    response = client.post(response["Location"], {"purpose": purpose_id(), "why": "Please look"})
    response = client.post(response["Location"], FAMILY)
    readers = response["Location"]
    found = client.post(readers, {"find": "police", "do": "find"})
    assert "police" not in found["Location"].lower()
    assert "County Police, Information desk" in text_of(client.get(found["Location"]))
    desk = f"DESK:{partnership.police_desk.pk}"
    response = client.post(readers, {"add": desk, "add_tier": "3", "do": "add"})
    assert response.status_code == 302, text_of(response)
    response = client.post(readers, {"tier_0": "3", "do": "continue"})
    return str(response["Location"])


def test_something_is_shared_unasked_and_read_at_the_other_desk(
    partnership: Partnership, client_for: Any
) -> None:
    client = client_for(partnership.asker)
    check = walk(client, partnership)
    html = text_of(client.get(check))
    for word in ("Zebedee O’Quill", BODY, "Please look", "County Police"):
        assert word in html

    sent = client.post(check)
    again = client.post(check)

    assert sent["Location"] == again["Location"]
    assert Share.objects.count() == 1
    reader = client_for(partnership.decider)
    assert "Unasked" in text_of(reader.get(reverse("sharing:shares")))
    answer = reverse("sharing:answer", args=[Answer.objects.get().pk])
    page = text_of(reader.get(answer))
    for word in (BODY, "Please look", "Shared with you, unasked", "Mother", "Zebedee O’Quill"):
        assert word in page
    assert partnership.decider.user.full_name in text_of(client.get(sent["Location"]))


def test_every_step_keeps_what_was_typed_whatever_is_wrong_with_it(asker: Client) -> None:
    page = asker.post(reverse("sharing:new_share"))["Location"]
    wrong = {"key": str(uuid4()), "first_names": "Zebedee", "born_on-day": "99"}
    assert asker.post(page, wrong).status_code == 200
    draft = Draft.objects.get()
    person = reverse("sharing:share_person", args=[draft.pk, wrong["key"]])
    assert "Zebedee" in text_of(asker.get(person))
    add_item = reverse("sharing:share_add_item", args=[draft.pk, wrong["key"]])
    assert asker.post(add_item, {"body": BODY}).status_code == 200
    assert BODY in text_of(asker.get(add_item))
    for name, typed in (("why", {"why": "Half a sen"}), ("family", {"not_told_why": "Runs"})):
        address = reverse(f"sharing:share_{name}", args=[draft.pk])
        assert asker.post(address, typed).status_code == 200
        assert next(iter(typed.values())) in text_of(asker.get(address))

    check = text_of(asker.get(reverse("sharing:share_check", args=[draft.pk])))
    assert "Before you can share this" in check
    assert asker.post(reverse("sharing:share_check", args=[draft.pk])).status_code == 200
    assert not Share.objects.exists()


def test_people_and_items_are_taken_out_again_and_a_draft_is_given_up(
    partnership: Partnership, client_for: Any
) -> None:
    client = client_for(partnership.asker)
    check = walk(client, partnership)
    draft = Draft.objects.get()
    key = client.get(check).content.decode().split("/people/")[1].split("/")[0]
    unknown = reverse("sharing:share_person", args=[draft.pk, uuid4()])
    assert client.get(unknown).status_code == 404

    client.post(reverse("sharing:share_remove_person", args=[draft.pk, key]))

    assert "Nobody yet." in text_of(client.get(check))
    assert "draft" in text_of(
        client.post(reverse("sharing:share_discard", args=[draft.pk]), follow=True)
    )
    assert client.get(check).status_code == 409


def test_nobody_opens_a_colleagues_draft_or_anothers_log(
    partnership: Partnership, client_for: Any
) -> None:
    walk(client_for(partnership.asker), partnership)
    draft = Draft.objects.get()
    sent = share_unasked(partnership.asker, to_desk(partnership))
    outsider = client_for(partnership.outsider)

    assert outsider.get(reverse("sharing:share_check", args=[draft.pk])).status_code == 404
    assert outsider.get(reverse("sharing:share", args=[sent.pk])).status_code == 404
    assert str(sent.reference) not in text_of(outsider.get(reverse("sharing:given")))


def test_the_list_of_what_was_given_costs_the_same_however_long_it_is(
    partnership: Partnership, client_for: Any
) -> None:
    client = client_for(partnership.asker)
    address = reverse("sharing:given")
    assert "Nothing has been shared or logged yet" in text_of(client.get(address))
    post_log(client, **CALL)
    with CaptureQueriesContext(connection) as one:
        client.get(address)
    for _ in range(4):
        post_log(client, **CALL)
    with CaptureQueriesContext(connection) as five:
        html = text_of(client.get(address))
    assert len(five) == len(one) <= 30
    assert html.count("ISP-") >= 5
    assert "Nothing matches" in text_of(client.get(address, {"how": "POST"}))
