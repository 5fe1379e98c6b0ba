"""Asking for information in the browser, one step after the other."""

from __future__ import annotations

from uuid import uuid4

import psycopg2
import pytest
from django.urls import reverse

from audit.models import AccessEvent, AuditEvent
from kernel.models import OutboxMessage
from sharing import queries, services
from sharing.models import Draft, Request
from tests.partnership import ClientFor, Partnership, deactivate
from tests.sharing.journey import CHILD, FAMILY, WHY, Writing, reason, send_request, text_of


@pytest.fixture
def writing(partnership: Partnership, client_for: ClientFor) -> Writing:
    return Writing(client_for(partnership.asker))


def test_a_request_is_written_in_five_pages_and_sent(
    partnership: Partnership, writing: Writing
) -> None:
    pages = []
    for name, typed in [
        ("add_person", {"key": uuid4(), **CHILD}),
        ("reason", reason()),
        ("family", FAMILY),
        ("desks", {"desks": [partnership.police_desk.pk], "urgency": "RED"}),
    ]:
        response = writing.post(name, typed)
        assert response.status_code == 302, text_of(response)
        pages.append(response["Location"])

    sent = writing.send()

    asked = Request.objects.get()
    assert [page.split("/")[-2] for page in pages] == ["reason", "family", "desks", "check"]
    assert sent["Location"] == reverse("sharing:sent", args=[asked.pk])
    confirmation = text_of(writing.client.get(sent["Location"]))
    assert asked.reference in confirmation
    assert "ring each desk as well" in confirmation
    assert "01905 000000" in confirmation


def test_what_is_sent_is_what_was_typed(partnership: Partnership, writing: Writing) -> None:
    writing.add(
        kind="CHILD",
        first_names="Zebedee",
        last_name="O’Quill",
        other_names="Zeb",
        nhs_number="943 476 5919",
        address="1 High Street",
        **{"born_on-day": "4 March 2018"},
    )
    writing.fill(partnership.police_desk).send()

    ask = queries.queue(partnership.decider.actor).get()
    page = text_of(writing.client.get(reverse("sharing:request", args=[ask.request_id])))

    for words in ("Zebedee O’Quill", "Zeb", "943 476 5919", "1 High Street", "4 March 2018", WHY):
        assert words in page


def test_the_check_page_shows_everything_before_it_is_sent(
    partnership: Partnership, writing: Writing
) -> None:
    writing.add(**CHILD)
    writing.fill(partnership.police_desk, partnership.charity_desk)

    page = text_of(writing.get("check"))

    for words in (
        "Zebedee O’Quill",
        WHY,
        "Mother",
        "County Police",
        "Little Steps",
        "Children Act 1989, section 47",
        "must share unless more detrimental",
        "may share",
        "Send request",
    ):
        assert words in page


def test_pressed_twice_it_is_sent_once(partnership: Partnership, writing: Writing) -> None:
    writing.add(**CHILD)
    writing.fill(partnership.police_desk)

    first, second = writing.send(), writing.send()

    assert Request.objects.count() == 1
    assert first["Location"] == second["Location"]
    assert AuditEvent.objects.filter(event="sharing.request.sent").count() == 1
    assert OutboxMessage.objects.filter(topic="sharing.ask_sent").count() == 1


@pytest.mark.parametrize(
    "name", ["draft", "people", "add_person", "reason", "family", "desks", "about", "check"]
)
def test_whoever_goes_back_after_sending_is_shown_what_was_sent(
    partnership: Partnership, writing: Writing, name: str
) -> None:
    writing.add(**CHILD)
    sent = writing.fill(partnership.police_desk).send()

    assert writing.get(name)["Location"] == sent["Location"]


def test_a_step_saved_for_later_is_there_when_one_comes_back(
    partnership: Partnership, writing: Writing
) -> None:
    writing.add(**CHILD)
    left = writing.post("reason", {"why": "Half a sen", "later": "yes"})

    assert left["Location"] == reverse("sharing:requests")
    assert "Not sent yet" in text_of(writing.client.get(left["Location"]))
    page = text_of(writing.get("reason"))
    assert "Half a sen" in page
    assert "There is a problem" not in page
    assert writing.get("draft")["Location"] == writing.url("reason")


def test_the_check_page_names_what_is_missing_and_does_not_send(writing: Writing) -> None:
    writing.add(**CHILD)

    page = text_of(writing.send())

    assert Request.objects.count() == 0
    assert "Before you can send this" in page
    assert "Say what the family knows" in page
    assert "Send request" not in page


def test_a_draft_in_which_nothing_was_written_clutters_no_list(writing: Writing) -> None:
    assert "Not sent yet" not in text_of(writing.client.get(reverse("sharing:requests")))


def test_a_discarded_draft_is_gone_from_the_list_and_cannot_be_sent(
    partnership: Partnership, writing: Writing
) -> None:
    writing.add(**CHILD)
    writing.fill(partnership.police_desk)

    assert "Discard this draft?" in text_of(writing.get("discard"))
    writing.post("discard", {})

    assert "Not sent yet" not in text_of(writing.client.get(reverse("sharing:requests")))
    assert writing.send().status_code == 409
    assert Request.objects.count() == 0


@pytest.mark.parametrize("who", ["asking_colleague", "decider", "outsider", "lead"])
@pytest.mark.parametrize("name", ["draft", "people", "reason", "family", "desks", "check"])
def test_somebody_elses_draft_is_not_found(
    partnership: Partnership, client_for: ClientFor, writing: Writing, who: str, name: str
) -> None:
    writing.client = client_for(getattr(partnership, who))

    assert writing.get(name).status_code == 404


def test_the_draft_of_an_answer_is_no_request(
    partnership: Partnership, client_for: ClientFor, writing: Writing
) -> None:
    send_request(writing.client, partnership.police_desk)
    ask = queries.queue(partnership.decider.actor).get()
    draft = services.begin_answer(actor=partnership.decider.actor, ask_id=ask.pk)
    decider = client_for(partnership.decider)

    assert decider.get(reverse("sharing:reason", args=[draft.pk])).status_code == 404


@pytest.mark.parametrize("who", ["coordinator", "dpo"])
def test_who_does_not_work_with_families_cannot_ask(
    partnership: Partnership, client_for: ClientFor, who: str
) -> None:
    client = client_for(getattr(partnership, who))

    assert client.post(reverse("sharing:new_request")).status_code == 403
    assert "Ask for information" not in text_of(client.get(reverse("sharing:requests")))
    assert Draft.objects.count() == 0


def test_beginning_takes_a_post(partnership: Partnership, client_for: ClientFor) -> None:
    client = client_for(partnership.asker)

    assert client.get(reverse("sharing:new_request")).status_code == 405


def test_a_foreign_purpose_or_desk_is_an_error_to_put_right(
    writing: Writing, partnership: Partnership
) -> None:
    writing.add(**CHILD)
    strange = writing.post("reason", reason(purpose=str(uuid4())))
    assert "Select what you need the information for" in text_of(strange)
    assert WHY in text_of(strange)

    for tampered in (str(uuid4()), "not-a-key", "'; DROP TABLE x"):
        desks = {"desks": [tampered, partnership.police_desk.pk], "urgency": "AMBER"}
        page = text_of(writing.post("desks", desks))
        assert "no longer takes requests" in page

    assert Request.objects.count() == 0


def test_a_desk_that_closed_since_is_chosen_again(
    partnership: Partnership, writing: Writing
) -> None:
    writing.add(**CHILD)
    writing.fill(partnership.police_desk)
    partnership.police_desk.is_open = False
    partnership.police_desk.save(update_fields=["is_open"])

    page = text_of(writing.send())

    assert "A desk that you chose no longer takes requests" in page
    assert Request.objects.count() == 0


def test_nobody_at_a_desk_may_read_it_is_said_beforehand_and_stops_nothing(
    partnership: Partnership, writing: Writing
) -> None:
    writing.add(**CHILD)
    warned = "Nobody at this desk may open a request today"
    deactivate(partnership.outsider.user)
    writing.fill(partnership.charity_desk)

    assert warned in text_of(writing.get("desks"))
    assert warned in text_of(writing.get("check"))
    assert writing.send().status_code == 302


def test_looking_for_a_desk_forgets_no_tick(partnership: Partnership, writing: Writing) -> None:
    writing.add(**CHILD)
    ticked = {"desks": [partnership.police_desk.pk], "search": "yes", "find": "little steps"}

    found = writing.post("desks", ticked)
    page = text_of(writing.client.get(found["Location"]))

    assert found["Location"].endswith("?find=little+steps")
    assert "County Police" in page
    assert "Little Steps" in page
    assert "Safeguarding Board" not in page
    assert "There is a problem" not in page
    assert f'value="{partnership.police_desk.pk}" checked' in page


def test_a_draft_holds_no_readable_word_outside_the_vault(
    partnership: Partnership, writing: Writing, as_owner: psycopg2.extensions.connection
) -> None:
    writing.add(**CHILD, address="13 Nightingale Way")
    writing.fill(partnership.police_desk, why="The plainest of words").send()

    with as_owner.cursor() as cursor:
        cursor.execute("SELECT encode(content, 'escape') FROM sharing_draftversion")
        kept = " ".join(row[0] for row in cursor.fetchall())
    for words in ("Zebedee", "Nightingale", "plainest"):
        assert words not in kept


def test_each_look_at_a_draft_is_on_record(writing: Writing) -> None:
    writing.add(**CHILD)
    before = AccessEvent.objects.count()

    writing.get("people")

    assert AccessEvent.objects.count() == before + 1
