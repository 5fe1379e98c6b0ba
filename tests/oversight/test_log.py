"""The log's viewer: who sees which entries, by what they look, and that looking is on record."""

from __future__ import annotations

import csv
from datetime import timedelta
from io import StringIO
from typing import Any, TypeGuard

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from audit import services as audit
from audit.models import AccessEvent, AccessKind, AuditEvent
from kernel.actors import Actor, Role
from kernel.decisions import deny
from kernel.ids import new_id
from oversight import export, queries
from oversight.search import Search
from sharing import queries as sharing_queries
from sharing import services
from sharing.models import Ask
from tests.asks import FLORENCE, PLANTED, ZEBEDEE, answer_ask, item, send_ask
from tests.partnership import ClientFor, Partnership, Player, add_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(partnership: Partnership) -> Ask:
    """The police were asked, answered, and the asker has opened it; the charity was asked as well."""
    desks = {partnership.police_desk.pk: [0, 1], partnership.charity_desk.pk: [0]}
    ask = send_ask(partnership.asker, partnership.police_desk, ZEBEDEE, FLORENCE, desks=desks)
    services.open_ask(
        actor=partnership.decider.actor,
        ask=sharing_queries.asks_in_full(partnership.decider.actor).get(pk=ask.pk),
        snapshots=[row.subject.snapshot for row in ask.about.all()],
    )
    answer_ask(partnership.decider, ask, item())
    asker = partnership.asker.actor
    services.open_answers(actor=asker, answers=sharing_queries.answers_to(asker, ask))
    return ask


def log(client_for: ClientFor, player: Player, **asked: str) -> str:
    response = client_for(player).get(reverse("oversight:log"), asked)
    assert response.status_code == 200
    return response.content.decode()


def found(player: Player, **wanted: Any) -> list[queries.Entry]:
    return queries.page(player.actor, Search(**wanted), after=None, size=500)


def test_an_officer_sees_what_their_own_people_did_and_nothing_of_other_agencies(
    client_for: ClientFor, partnership: Partnership, asked: Ask
) -> None:
    html = log(client_for, partnership.dpo)

    assert "Answered a request" in html
    assert "Dee Cider" in html
    assert asked.request.reference in html
    assert "Sent a request" not in html
    assert "Otto Sider" not in html
    assert {one.agency_id for one in found(partnership.dpo)} == {partnership.police.pk}


def test_the_coordinator_sees_every_agency(
    client_for: ClientFor, partnership: Partnership, asked: Ask
) -> None:
    html = log(client_for, partnership.coordinator)

    assert "Sent a request" in html
    assert "Answered a request" in html
    assert "Children First" in html


@pytest.mark.parametrize("who", ["asker", "decider", "lead", "outsider"])
def test_nobody_else_sees_the_log(
    client_for: ClientFor, partnership: Partnership, asked: Ask, who: str
) -> None:
    player: Player = getattr(partnership, who)
    client = client_for(player)

    assert client.get(reverse("oversight:log")).status_code == 403
    assert client.post(reverse("oversight:download")).status_code == 403
    assert found(player) == []
    event = AuditEvent.objects.filter(event="sharing.ask.answered").get()
    assert client.get(reverse("oversight:change", args=[event.pk])).status_code == 404


def test_no_word_of_a_case_stands_in_the_log(
    client_for: ClientFor, partnership: Partnership, asked: Ask
) -> None:
    client = client_for(partnership.coordinator)
    pages = [log(client_for, partnership.coordinator)]
    for entry in found(partnership.coordinator):
        name = "look" if isinstance(entry, AccessEvent) else "change"
        pages.append(client.get(reverse(f"oversight:{name}", args=[entry.pk])).content.decode())

    assert len(pages) > 5
    text = "".join(pages).lower()
    assert [word for word in PLANTED if word.lower() in text] == []


def test_an_officer_finds_by_reference_who_opened_what_their_agency_sent(
    client_for: ClientFor, partnership: Partnership, asked: Ask
) -> None:
    html = log(
        client_for, partnership.dpo, reference=asked.request.reference.lower(), what="OPENED"
    )

    assert "Asha Asker" in html
    assert "Children First" in html
    assert "Reading what was shared with them" in html


def test_an_officer_of_the_asking_agency_sees_what_each_desk_did_with_its_request(
    partnership: Partnership, asked: Ask
) -> None:
    officer = add_person("Carla Officer", partnership.care, Role.DPO)

    events = [one.event for one in found(officer, request_id=asked.request_id) if is_change(one)]

    assert "sharing.ask.answered" in events
    assert "sharing.request.sent" in events


def is_change(entry: queries.Entry) -> TypeGuard[AuditEvent]:
    return isinstance(entry, AuditEvent)


def test_an_officer_learns_nothing_of_the_desks_asked_beside_theirs(
    client_for: ClientFor, partnership: Partnership, asked: Ask
) -> None:
    beside = Ask.objects.get(request=asked.request, desk=partnership.charity_desk)
    services.claim(actor=partnership.outsider.actor, ask_id=beside.pk)
    services.open_ask(
        actor=partnership.outsider.actor,
        ask=sharing_queries.asks_in_full(partnership.outsider.actor).get(pk=beside.pk),
        snapshots=[row.subject.snapshot for row in beside.about.all()],
    )
    html = log(client_for, partnership.dpo, reference=asked.request.reference)

    assert "Otto Sider" not in html
    assert "Little Steps" not in html
    assert partnership.charity.pk not in {
        one.agency_id for one in found(partnership.dpo, request_id=asked.request_id)
    }


def test_a_reference_of_somebody_elses_request_is_not_found(
    client_for: ClientFor, partnership: Partnership
) -> None:
    theirs = send_ask(partnership.asker, partnership.charity_desk)

    html = log(client_for, partnership.dpo, reference=theirs.request.reference)

    assert "Enter the reference of a request or share that your agency sent or received" in html
    assert theirs.request.reference in html, "what was typed comes back"


def test_a_slip_in_a_reference_is_named(client_for: ClientFor, partnership: Partnership) -> None:
    assert "this one has a slip in it" in log(client_for, partnership.dpo, reference="ISP-7Q3K-92N")


def test_other_agencies_looks_at_what_one_sent_are_found_without_a_reference(
    client_for: ClientFor, partnership: Partnership, asked: Ask
) -> None:
    own = partnership.decider.actor
    services.open_answers(actor=own, answers=sharing_queries.answers_in_full(own))
    html = log(client_for, partnership.dpo, whose="OTHERS")

    rows = html.partition("<tbody>")[2]
    assert "Asha Asker" in rows
    assert "Dee Cider" not in rows


def test_others_are_looked_at_a_month_at_a_time(
    client_for: ClientFor, partnership: Partnership
) -> None:
    today = timezone.localdate()
    long_ago = (today - timedelta(days=60)).strftime("%d/%m/%Y")

    html = log(client_for, partnership.dpo, whose="OTHERS", since=long_ago)

    assert "Choose 31 days or fewer, or enter a reference" in html


def test_the_list_and_the_page_of_one_entry_have_the_same_scope(
    partnership: Partnership, asked: Ask
) -> None:
    """Lists read scope by scope, pages read it whole: neither shows what the other hides."""
    officer = partnership.dpo.actor
    listed = {
        entry.pk
        for search in (Search(), Search(by_others=True), Search(request_id=asked.request_id))
        for entry in queries.page(officer, search, after=None, size=500)
    }
    whole = set(queries.changes(officer).values_list("pk", flat=True))
    whole |= set(queries.looks(officer).values_list("pk", flat=True))

    assert listed == whole
    assert len(whole) > 5


def test_sign_ins_of_ones_people_are_ones_own_to_see(partnership: Partnership) -> None:
    own = Actor(user_id=partnership.decider.user.pk)
    other = Actor(user_id=partnership.asker.user.pk)
    for actor in (own, other):
        audit.record("accounts.signed_in", actor=actor, target=partnership.decider.user)

    assert [one.user_id for one in found(partnership.dpo)] == [partnership.decider.user.pk]


@pytest.mark.parametrize(
    ("typed", "count"), [("today", 1), ("yesterday", 0)], ids=["in the period", "before it"]
)
def test_a_period_is_read_as_people_type_it_in_london(
    client_for: ClientFor, partnership: Partnership, typed: str, count: int
) -> None:
    now = timezone.now()
    AuditEvent.objects.create(event="accounts.signed_out", agency_id=partnership.police.pk, at=now)
    day = timezone.localdate() - timedelta(days=typed == "yesterday")
    html = log(client_for, partnership.dpo, until=day.strftime("%-d %b %Y"))

    assert html.count("Signed out, entry") == count


def test_a_period_that_ends_before_it_begins_is_refused(
    client_for: ClientFor, partnership: Partnership
) -> None:
    html = log(client_for, partnership.dpo, since="4 5 2026", until="3 5 2026")

    assert "To must be the same day as From or later" in html


def test_one_person_is_chosen_by_id_and_only_among_ones_own(
    client_for: ClientFor, partnership: Partnership, asked: Ask
) -> None:
    html = log(client_for, partnership.dpo, person=str(partnership.decider.user.pk))
    assert "Answered a request" in html
    assert "Col League" in html, "offered in the list of people"
    assert "Asha Asker" not in html

    stranger = log(client_for, partnership.dpo, person=str(partnership.asker.user.pk))
    assert "Select an answer from the list" in stranger


def test_the_coordinator_chooses_an_agency_first_and_then_one_of_its_people(
    client_for: ClientFor, partnership: Partnership, asked: Ask
) -> None:
    before = log(client_for, partnership.coordinator)
    assert f'value="{partnership.decider.user.pk}"' not in before

    after = log(client_for, partnership.coordinator, agency=str(partnership.police.pk))
    assert f'value="{partnership.decider.user.pk}"' in after
    chosen = found(partnership.coordinator, agency_id=partnership.police.pk)
    assert {one.agency_id for one in chosen} == {partnership.police.pk}


def test_somebody_who_left_can_still_be_looked_for(
    client_for: ClientFor, partnership: Partnership
) -> None:
    membership = partnership.colleague.user.memberships.get()
    membership.ended_at, membership.ended_by = timezone.now(), membership
    membership.attest().save()

    assert "Col League (has left)" in log(client_for, partnership.dpo)


def test_refusals_and_incidents_can_be_singled_out(
    client_for: ClientFor, partnership: Partnership, asked: Ask
) -> None:
    decider = partnership.decider.actor
    audit.record_refusal(actor=decider, decision=deny("not_at_desk", "No"), view="sharing:queue")
    audit.record_incident(actor=decider, code="forged_row", row=new_id())

    shown = found(partnership.dpo, what="ALARMS")

    assert [one.event for one in shown if is_change(one)] == ["audit.integrity", "audit.refused"]
    assert len(shown) == 2


def test_an_incident_stands_on_top_in_words_with_what_to_do(
    client_for: ClientFor, partnership: Partnership
) -> None:
    audit.record_incident(actor=partnership.decider.actor, code="forged_grant", grant=new_id())

    html = log(client_for, partnership.dpo)

    assert "1 incident in the last 30 days" in html
    assert "A right to read that the portal did not give" in html
    assert "Ring whoever keeps the machines" in html
    charity = add_person("Chaz Officer", partnership.charity, Role.DPO)
    assert "in the last 30 days" not in log(client_for, charity)


def test_a_search_is_on_record_once_however_many_pages_are_read(
    client_for: ClientFor, partnership: Partnership
) -> None:
    fill(partnership, 120)
    client = client_for(partnership.dpo)
    address = reverse("oversight:log")
    seen: list[str] = []
    for _ in range(3):
        html = client.get(address).content.decode()
        seen += references_in(html)
        address = reverse("oversight:log") + older(html) if older(html) else ""

    assert not address
    assert len(seen) == len(set(seen)) == 121, "every entry once, and the search itself"
    events = AuditEvent.objects.filter(event="audit.viewed")
    assert [one.user_id for one in events] == [partnership.dpo.user.pk]


def test_a_link_to_a_further_page_serves_nobody_and_nothing_else(
    client_for: ClientFor, partnership: Partnership
) -> None:
    fill(partnership, 120)
    link = older(client_for(partnership.dpo).get(reverse("oversight:log")).content.decode())
    second = add_person("Dora Officer", partnership.police, Role.DPO)
    client = client_for(second)

    client.get(reverse("oversight:log") + link)
    client.get(reverse("oversight:log") + link + "&what=CHANGES")
    client.get(reverse("oversight:log") + "?after=made-up")

    noted = AuditEvent.objects.filter(event="audit.viewed", user_id=second.user.pk)
    assert noted.count() == 3


def test_what_was_looked_for_is_noted_in_codes(
    client_for: ClientFor, partnership: Partnership, asked: Ask
) -> None:
    log(
        client_for,
        partnership.dpo,
        reference=asked.request.reference,
        person=str(partnership.decider.user.pk),
        since="1 Jan 2026",
    )

    event = AuditEvent.objects.get(event="audit.viewed")
    assert event.facts == {
        "request_id": str(asked.request_id),
        "user_id": str(partnership.decider.user.pk),
        "since": "2026-01-01",
    }


def fill(partnership: Partnership, count: int) -> None:
    """So many entries, three in each moment, in both logs."""
    start = timezone.now() - timedelta(hours=5)
    for number in range(count // 2):
        at = start + timedelta(seconds=number // 3)
        common = {"agency_id": partnership.police.pk, "user_id": partnership.decider.user.pk}
        AuditEvent.objects.create(event="accounts.signed_out", at=at, **common)
        AccessEvent.objects.create(
            kind=AccessKind.LISTED, why="QUEUE", safes=[new_id()], at=at, **common
        )


def references_in(html: str) -> list[str]:
    return [
        part.split('"')[0]
        for part in html.split('href="/oversight/log/')[1:]
        if part.startswith(("changes/", "looks/"))
    ]


def older(html: str) -> str:
    before, found, _ = html.partition('" rel="next"')
    return before.rpartition('href="')[2].replace("&amp;", "&") if found else ""


@pytest.mark.parametrize("who", ["dpo", "coordinator"])
def test_a_page_costs_the_same_however_many_entries_it_shows(
    client_for: ClientFor, partnership: Partnership, who: str
) -> None:
    player: Player = getattr(partnership, who)
    client = client_for(player)
    client.get(reverse("oversight:log"))

    def cost() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            client.get(reverse("oversight:log"))
        return len(captured)

    fill(partnership, 4)
    few = cost()
    fill(partnership, 100)
    assert cost() == few <= 30


def download(client_for: ClientFor, player: Player, **asked: str) -> list[list[str]]:
    response = client_for(player).post(reverse("oversight:download"), asked)
    assert response.status_code == 200
    assert response["Content-Type"].startswith("text/csv")
    content = b"".join(response.streaming_content).decode()  # type: ignore[attr-defined]
    return list(csv.reader(StringIO(content.removeprefix("\ufeff"))))


def test_a_download_has_every_entry_of_the_search_and_is_on_record(
    client_for: ClientFor, partnership: Partnership, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export, "AT_A_TIME", 7)
    fill(partnership, 60)

    heading, *rows = download(client_for, partnership.dpo, what="LISTED")

    assert heading[:4] == ["When (London)", "Who", "Agency", "What"]
    assert len({row[-1] for row in rows}) == len(rows) == 30
    assert {row[1] for row in rows} == {"Dee Cider"}
    event = AuditEvent.objects.get(event="audit.downloaded")
    assert event.facts == {"what": "LISTED"}


def test_a_download_ends_at_its_bound_and_says_so(
    client_for: ClientFor, partnership: Partnership, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export, "AT_A_TIME", 10)
    monkeypatch.setattr(export, "LONGEST", 20)
    fill(partnership, 60)

    _, *rows, last = download(client_for, partnership.dpo)

    assert len(rows) == 20
    assert last == [export.CUT_OFF]


@pytest.mark.parametrize("name", ["=HYPERLINK(1)", "+1", "-1", "@cmd", "\tx"])
def test_no_name_becomes_a_formula_in_a_spreadsheet(
    client_for: ClientFor, partnership: Partnership, name: str
) -> None:
    fill(partnership, 2)
    User.objects.filter(pk=partnership.decider.user.pk).update(full_name=name)

    _, *rows = download(client_for, partnership.dpo, what="LISTED")

    assert {row[1] for row in rows} == {f"'{name}"}


def test_a_download_of_nonsense_is_refused(client_for: ClientFor, partnership: Partnership) -> None:
    client = client_for(partnership.dpo)

    assert client.post(reverse("oversight:download"), {"what": "nonsense"}).status_code == 400
    assert not AuditEvent.objects.filter(event="audit.downloaded").exists()


def test_one_entry_shows_its_facts_and_the_page_request_it_came_from(
    client_for: ClientFor, partnership: Partnership, asked: Ask
) -> None:
    event = AuditEvent.objects.filter(event="sharing.ask.answered").get()

    response = client_for(partnership.dpo).get(reverse("oversight:change", args=[event.pk]))

    html = response.content.decode()
    assert "SHARED, SHARED" in html
    assert asked.request.reference in html
    assert "Dee Cider" in html


def test_of_a_look_by_others_only_what_concerns_ones_own_record_is_told(
    client_for: ClientFor, partnership: Partnership, asked: Ask
) -> None:
    """A page of names that another agency saw tells nothing of the other records on it."""
    other = send_ask(partnership.asker, partnership.charity_desk)
    own = asked.answers.values_list("safe_id", flat=True)[0]
    beside = other.request.safe_id
    event = AccessEvent.objects.create(
        kind=AccessKind.LISTED,
        why="QUEUE",
        safes=[own, beside],
        withheld=5,
        agency_id=partnership.care.pk,
        user_id=partnership.asker.user.pk,
    )

    response = client_for(partnership.dpo).get(reverse("oversight:look", args=[event.pk]))

    html = response.content.decode()
    assert asked.request.reference in html
    assert other.request.reference not in html
    assert "Withheld" not in html


def test_looks_that_nobody_may_trace_to_an_agency_are_not_an_officers(
    partnership: Partnership,
) -> None:
    AccessEvent.objects.create(kind=AccessKind.OPENED, why="READING", safes=[new_id()])

    assert found(partnership.dpo, what="OPENED") == []
    assert len(found(partnership.coordinator, what="OPENED")) == 1
