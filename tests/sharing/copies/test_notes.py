"""What one's own side notes stays on its side; a word back goes to desks that know the person."""

from __future__ import annotations

from html import unescape
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audit.models import AuditEvent
from kernel.decisions import Denied
from kernel.ids import new_id
from sharing import services
from sharing.models import Answer, Ask, OwnNote, WordBack
from sharing.states import Outcome
from sharing.states.papers import CpisCheck
from tests.asks import NAME, answer_ask, item, send_ask
from tests.oversight.parked import deliver
from tests.partnership import ClientFor, Partnership

pytestmark = pytest.mark.django_db

REFERENCE = "LCS 20-4711"
FOUND = "Looked after by another county"
WORDS = "A child protection plan was made"


@pytest.fixture
def ask(partnership: Partnership) -> Ask:
    return answer_ask(
        partnership.decider, send_ask(partnership.asker, partnership.police_desk), item()
    )


@pytest.fixture
def answer(ask: Ask) -> Answer:
    return Answer.objects.get(ask=ask)


def note(client: Client, answer: Answer, **typed: str) -> Any:
    return client.post(reverse("sharing:note_answer", args=[answer.pk]), typed)


def page(client: Client, name: str, pk: object) -> str:
    return unescape(client.get(reverse(f"sharing:{name}", args=[pk])).content.decode())


def test_a_reference_is_seen_by_ones_own_side_alone(
    partnership: Partnership, client_for: ClientFor, answer: Answer
) -> None:
    colleague = client_for(partnership.asking_colleague)
    assert note(client_for(partnership.asker), answer, reference=REFERENCE).status_code == 302

    assert REFERENCE in page(colleague, "answer", answer.pk)
    for other in (partnership.decider, partnership.colleague):
        assert REFERENCE not in page(client_for(other), "answer", answer.pk)
        assert REFERENCE not in page(client_for(other), "ask", answer.ask_id)


def test_a_check_of_cp_is_says_what_when_and_by_whom(
    partnership: Partnership, client_for: ClientFor, answer: Answer
) -> None:
    asker = client_for(partnership.asker)
    yesterday = {"cpis_on-day": "yesterday"}
    note(asker, answer, cpis="YES", cpis_found=FOUND, **yesterday)

    row = OwnNote.objects.get()
    assert (row.cpis, row.noted_by_id) == (CpisCheck.YES, partnership.asker.membership_id)
    assert row.cpis_on is not None
    assert row.cpis_on < timezone.localdate()
    shown = page(asker, "answer", answer.pk)
    assert FOUND in shown
    assert "by Asha Asker" in shown


def test_a_check_that_was_not_possible_or_not_made_is_a_record_too(
    partnership: Partnership, client_for: ClientFor, answer: Answer
) -> None:
    asker = client_for(partnership.asker)
    note(asker, answer, cpis="NO")
    note(asker, answer, cpis="UNAVAILABLE", **{"unavailable_on-day": "today"})

    shown = page(asker, "answer", answer.pk)
    assert "Tried: it was unavailable, on" in shown
    assert OwnNote.objects.filter(cpis=CpisCheck.NO, cpis_on=None).exists()


def test_a_note_stands_beside_a_request_too(
    partnership: Partnership, client_for: ClientFor, ask: Ask
) -> None:
    asker = client_for(partnership.asker)
    address = reverse("sharing:note_request", args=[ask.request_id])
    assert asker.post(address, {"reference": REFERENCE}).status_code == 302

    assert REFERENCE in page(asker, "request", ask.request_id)
    assert REFERENCE not in page(client_for(partnership.decider), "ask", ask.pk)


def test_an_empty_note_says_what_to_do_and_what_was_typed_comes_back(
    partnership: Partnership, client_for: ClientFor, answer: Answer
) -> None:
    asker = client_for(partnership.asker)

    assert "Enter your reference, or select" in note(asker, answer).content.decode()
    half = note(asker, answer, reference=REFERENCE, cpis="YES", cpis_found=FOUND)
    assert "Enter when it was checked" in half.content.decode()
    assert REFERENCE in half.content.decode()
    assert FOUND in half.content.decode()
    assert not OwnNote.objects.exists()


def test_pressing_twice_notes_once(
    partnership: Partnership, client_for: ClientFor, answer: Answer
) -> None:
    asker, mark = client_for(partnership.asker), str(new_id())
    note(asker, answer, reference=REFERENCE, submission=mark)
    note(asker, answer, reference=REFERENCE, submission=mark)

    assert OwnNote.objects.count() == 1


def send_back(client: Client, answer: Answer, *asks: Ask, words: str = WORDS) -> Any:
    typed = {"words": words, "desks": [str(one.pk) for one in asks]}
    return client.post(reverse("sharing:word_back", args=[answer.subject_id]), typed)


def test_a_desk_that_answered_is_told_what_came_of_it(
    partnership: Partnership, client_for: ClientFor, ask: Ask, answer: Answer
) -> None:
    deliver()
    mail.outbox.clear()

    assert send_back(client_for(partnership.asker), answer, ask).status_code == 302
    deliver()

    shown = page(client_for(partnership.decider), "ask", ask.pk)
    assert WORDS in shown
    assert "by Asha Asker" in shown
    assert WORDS in page(client_for(partnership.asking_colleague), "request", ask.request_id)
    told = {address for message in mail.outbox for address in message.to}
    assert partnership.decider.user.email in told
    for message in mail.outbox:
        assert WORDS not in message.body
        assert NAME not in message.body


def test_a_desk_that_did_not_know_the_person_is_never_told(
    partnership: Partnership, client_for: ClientFor, ask: Ask, answer: Answer
) -> None:
    """Neither offered, nor taken from somebody who asks for it all the same."""
    unknowing = answer_ask(
        partnership.outsider, send_ask(partnership.asker, partnership.charity_desk)
    )
    theirs = Answer.objects.get(ask=unknowing)
    assert theirs.outcome == Outcome.NOT_KNOWN
    asker = client_for(partnership.asker)

    assert "Little Steps" not in page(asker, "word_back", theirs.subject_id)
    send_back(asker, theirs, unknowing)
    with pytest.raises(Denied):
        services.send_word_back(
            actor=partnership.asker.actor,
            subject_id=theirs.subject_id,
            words=WORDS,
            asks=[unknowing.pk],
            submission=new_id(),
        )

    assert not WordBack.objects.exists()


def test_only_those_who_asked_send_a_word_back(
    partnership: Partnership, client_for: ClientFor, ask: Ask, answer: Answer
) -> None:
    for one in (partnership.decider, partnership.outsider, partnership.coordinator):
        assert send_back(client_for(one), answer, ask).status_code == 404


def test_what_was_typed_comes_back_when_no_desk_is_chosen(
    partnership: Partnership, client_for: ClientFor, answer: Answer
) -> None:
    response = send_back(client_for(partnership.asker), answer)

    assert "Select at least one desk" in response.content.decode()
    assert WORDS in response.content.decode()


def test_notes_and_words_back_leave_no_word_in_the_log(
    partnership: Partnership, client_for: ClientFor, ask: Ask, answer: Answer
) -> None:
    asker = client_for(partnership.asker)
    note(asker, answer, reference=REFERENCE, cpis="NO")
    send_back(asker, answer, ask)

    for facts in AuditEvent.objects.values_list("facts", flat=True):
        assert REFERENCE not in str(facts)
        assert WORDS not in str(facts)
