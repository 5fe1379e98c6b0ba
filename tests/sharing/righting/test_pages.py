"""The pages of putting right: what each end sees, and that nothing typed is lost."""

from __future__ import annotations

from datetime import timedelta
from html import unescape
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from incidents.models import Incident
from incidents.states import Kind, Risk, Status
from sharing.models import Acknowledgement, Correction, Item, Recall, Withdrawal
from sharing.states.righting import Copies
from tests.asks import BODY
from tests.partnership import ClientFor, Partnership
from tests.sharing.righting.given import RIGHT, correct, give, give_wrongly, read, recall

pytestmark = pytest.mark.django_db

HOSTILE = ["", " ", "\x00\x07", "\u202e<script>alert(1)</script>", "O’Quill 🧒🏽", "x" * 200_000]
WRONG = {"decision": "no such", "risk": ["a", "b"], "kind": "…", "copies": "\u202e", "why": "\x00"}


def page(client: Client, name: str, *args: object) -> str:
    response = client.get(reverse(name, args=args))
    assert response.status_code == 200, name
    return unescape(response.content.decode())


def test_an_item_is_corrected_acknowledged_and_seen_to_be(
    partnership: Partnership, client_for: ClientFor
) -> None:
    answer = give(partnership, partnership.charity_desk.pk)
    row = answer.items.get()
    sender, reader = client_for(partnership.decider), client_for(partnership.outsider)
    assert BODY in page(reader, "sharing:answer", answer.pk)
    assert BODY in page(sender, "sharing:correct_item", row.pk)  # one begins from the old text

    typed = {"body": RIGHT, "standing": "FACT", "family_may_see": "ASK", "reason": "A slip"}
    response = sender.post(reverse("sharing:correct_item", args=[row.pk]), typed)
    assert response["Location"] == reverse("sharing:put_right", args=[answer.pk])

    shown = page(reader, "sharing:answer", answer.pk)
    assert all(text in shown for text in (BODY, RIGHT, "Do not rely on this", "A slip"))
    assert "put right: say that you know" in page(reader, "home")
    asked = Acknowledgement.objects.get(recipient__desk=partnership.charity_desk)
    assert reader.post(reverse("sharing:acknowledge", args=[asked.pk])).status_code == 302
    assert "I know what was put right" not in page(reader, "sharing:answer", answer.pk)
    assert partnership.outsider.user.full_name in page(sender, "sharing:put_right", answer.pk)


def test_a_recall_ends_the_page_and_asks_for_the_copies(
    partnership: Partnership, client_for: ClientFor
) -> None:
    answer, wrong = give_wrongly(partnership)
    sender, reader = client_for(partnership.decider), client_for(partnership.outsider)
    page(reader, "sharing:answer", answer.pk)

    typed = {"recipients": [str(wrong.pk)], "why": "WRONG_RECIPIENT", "account": "Ticked wrongly"}
    response = sender.post(reverse("sharing:recall_share", args=[answer.pk]), typed, follow=True)
    assert "an incident is open" in unescape(response.content.decode())

    assert reader.get(reverse("sharing:answer", args=[answer.pk])).status_code == 404
    assert "Zebedee" not in page(reader, "sharing:shares")
    made = Recall.objects.get()
    shown = page(reader, "sharing:recall", made.pk)
    assert "What became of copies?" in shown
    assert not any(text in shown for text in ("Zebedee", "O'Quill", "Ticked wrongly", BODY))
    gone = {"copies": Copies.DESTROYED.value} | {"gone_at-day": "today", "gone_at-time": "midnight"}
    reader.post(reverse("sharing:recall", args=[made.pk]), gone)
    made.refresh_from_db()
    assert made.copies == Copies.DESTROYED
    assert "Every copy was destroyed" in page(sender, "sharing:recall", made.pk)


def test_one_button_gives_back_what_was_not_meant_for_somebody(
    partnership: Partnership, client_for: ClientFor
) -> None:
    answer, _wrong = give_wrongly(partnership)
    reader = client_for(partnership.outsider)
    assert "This was not meant for me" in page(reader, "sharing:answer", answer.pk)

    response = reader.post(reverse("sharing:not_meant", args=[answer.pk]))

    made = Recall.objects.get()
    assert response["Location"] == reverse("sharing:recall", args=[made.pk])
    assert Incident.objects.get() == made.incident
    again = reader.post(reverse("sharing:not_meant", args=[answer.pk]))
    assert again.status_code == 404


def test_whoever_was_not_addressed_has_nothing_to_give_back(
    partnership: Partnership, client_for: ClientFor
) -> None:
    answer, _wrong = give_wrongly(partnership)

    for who in ("decider", "lead", "dpo", "coordinator"):
        client = client_for(getattr(partnership, who))
        assert client.post(reverse("sharing:not_meant", args=[answer.pk])).status_code == 404


@pytest.mark.parametrize("hostile", HOSTILE, ids=range(len(HOSTILE)))
def test_no_form_falls_over_and_nothing_typed_is_lost(
    partnership: Partnership, client_for: ClientFor, hostile: str
) -> None:
    answer = give(partnership, partnership.charity_desk.pk)
    row = answer.items.get()
    client = client_for(partnership.decider)
    forms = [
        (reverse("sharing:correct_item", args=[row.pk]), ["body", "reason"]),
        (reverse("sharing:withdraw_item", args=[row.pk]), ["reason"]),
        (reverse("sharing:recall_share", args=[answer.pk]), ["account"]),
        (reverse("incidents:report"), ["account"]),
    ]
    for address, names in forms:
        typed = dict.fromkeys(names, hostile) | {"recipients": str(uuid4()), **WRONG}
        response = client.post(address, typed)
        assert response.status_code in (200, 400, 413), address
        if hostile.strip() and len(hostile) < 1000 and "\x00" not in hostile:
            assert hostile in unescape(response.content.decode()), address
    written = (Correction, Withdrawal, Recall, Incident)
    assert not any(model._default_manager.exists() for model in written)


def test_somebody_elses_recipient_is_not_recalled_by_a_tampered_form(
    partnership: Partnership, client_for: ClientFor
) -> None:
    mine, _ = give_wrongly(partnership)
    _other, theirs = give_wrongly(partnership)
    client = client_for(partnership.decider)
    typed = {"recipients": [str(theirs.pk)], "why": "OTHER", "account": "Words that stay"}

    response = client.post(reverse("sharing:recall_share", args=[mine.pk]), typed)

    assert response.status_code == 200
    assert "Words that stay" in response.content.decode()
    assert not Recall.objects.exists()


def test_an_incident_is_reported_once_however_often_it_is_pressed(
    partnership: Partnership, client_for: ClientFor
) -> None:
    client = client_for(partnership.asker)
    typed = {
        "key": str(uuid4()),
        "kind": Kind.LOST.value,
        "account": "A bag was left on a bus",
        "aware_at-day": "today",
        "aware_at-time": "midnight",
        "others": [str(partnership.police.pk)],
    }

    first = client.post(reverse("incidents:report"), typed)
    second = client.post(reverse("incidents:report"), typed)

    assert first["Location"] == second["Location"]
    incident = Incident.objects.get()
    assert incident.parties.count() == 2
    assert "A bag was left on a bus" in page(client, "incidents:incident", incident.pk)
    officer = client_for(partnership.dpo)
    assert "Due in" in page(officer, "incidents:incidents")
    assert "incidents to decide" in page(officer, "home")


def test_an_officer_takes_an_incident_to_its_end_and_keeps_what_was_refused(
    partnership: Partnership, client_for: ClientFor
) -> None:
    answer, wrong = give_wrongly(partnership)
    read(partnership.outsider, answer)
    (made,) = recall(partnership.decider, wrong)
    officer = client_for(partnership.dpo)
    assert made.incident is not None
    of = [made.incident.pk]
    assessed = {"risk": Risk.YES.value, "categories": ["CHILDREN"], "containment": "Fetched back"}
    assert officer.post(reverse("incidents:assess", args=of), assessed).status_code == 302

    unreported = {"decision": "NOT_REPORTED", "reasons": "Nobody saw it", "people_told": "NO"}
    refused = officer.post(reverse("incidents:decide", args=of), unreported)
    assert refused.status_code == 200
    assert "Nobody saw it" in refused.content.decode()
    reported = unreported | {"decision": "REPORTED", "decided_at-day": "today"}
    reported |= {"decided_at-time": "midnight"}
    assert officer.post(reverse("incidents:decide", args=of), reported).status_code == 302
    closed = officer.post(reverse("incidents:close", args=of), {"lessons": "Expand lists"})

    assert closed.status_code == 302
    incident = Incident.objects.get()
    assert incident.status == Status.CLOSED
    shown = page(officer, "incidents:incident", incident.pk)
    assert all(text in shown for text in ("Fetched back", "Nobody saw it", "Expand lists"))
    late = officer.post(reverse("incidents:assess", args=of), assessed)
    assert late.status_code == 409


def test_an_overdue_incident_says_so_in_words(
    partnership: Partnership, client_for: ClientFor
) -> None:
    answer, wrong = give_wrongly(partnership)
    read(partnership.outsider, answer)
    recall(partnership.decider, wrong)
    long_ago = timezone.now() - timedelta(hours=80)
    Incident.objects.update(aware_at=long_ago, due_at=long_ago + timedelta(hours=72))

    assert "Overdue by 8 hours" in page(client_for(partnership.dpo), "incidents:incidents")


def test_the_lists_are_kind_when_they_are_empty(
    partnership: Partnership, client_for: ClientFor
) -> None:
    client = client_for(partnership.asker)

    assert "No incidents" in page(client, "incidents:incidents")
    assert "Nothing waits here" in page(client, "sharing:waiting_right")


def test_a_long_list_of_incidents_costs_no_more_queries(
    partnership: Partnership, client_for: ClientFor
) -> None:
    officer = client_for(partnership.dpo)
    counts = []
    for _ in range(2):
        for _ in range(3):
            answer, wrong = give_wrongly(partnership)
            read(partnership.outsider, answer)
            recall(partnership.decider, wrong)
        with CaptureQueriesContext(connection) as queries:
            page(officer, "incidents:incidents")
        counts.append(len(queries))

    assert counts[0] == counts[1]


def test_items_are_found_by_nobody_else(partnership: Partnership, client_for: ClientFor) -> None:
    answer = give(partnership, partnership.charity_desk.pk)
    new = correct(partnership.decider, answer.items.get())

    for who in ("asker", "outsider", "lead", "dpo", "coordinator"):
        client = client_for(getattr(partnership, who))
        for name in ("sharing:correct_item", "sharing:withdraw_item"):
            assert client.get(reverse(name, args=[new.pk])).status_code == 404
    assert Item.objects.count() == 2
