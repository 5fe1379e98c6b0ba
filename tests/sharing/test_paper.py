"""Blank forms and the contact sheet: on paper before the portal is down."""

from __future__ import annotations

import pytest
from django.db.models import Choices
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from agencies.models import Desk, Fallback
from agencies.models.directory import Terms
from consent.states import Ground, Told
from people.identity import PersonKind
from sharing.models import Purpose
from sharing.states import Category, Outcome, RefusalGround, Urgency
from sharing.states.contact import Channel, Verification
from tests.partnership import ClientFor, Partnership, add_desk

pytestmark = pytest.mark.django_db

# What each form asks with a list, and the list of the screens that it must be
LISTS: dict[str, list[type[Choices]]] = {
    "request": [PersonKind, Category, Told, Ground],
    "contact": [Channel, Verification, Outcome, Told],
    "decision": [Outcome, RefusalGround],
    "share": [Category, Ground],
    "attendance": [],
}


@pytest.mark.parametrize("slug", LISTS)
def test_a_blank_form_has_the_screens_own_lists_and_room_for_the_true_time(
    partnership: Partnership, client_for: ClientFor, slug: str
) -> None:
    page = client_for(partnership.asker).get(reverse("sharing:sheet", args=[slug]))
    text = page.content.decode().replace("&#39;", "'")

    for choices in LISTS[slug]:
        assert [one.label for one in choices if one.label not in text] == []
    assert "OFFICIAL-SENSITIVE when completed" in text
    if slug != "attendance":
        assert "(date and time)" in text
        assert "Written down on" in text
        assert "When the portal is back" in text


def test_a_request_on_paper_knows_todays_purposes_and_limits(
    partnership: Partnership, client_for: ClientFor
) -> None:
    text = client_for(partnership.asker).get(reverse("sharing:sheet", args=["request"]))
    page = text.content.decode()

    assert all(one.label in page for one in Purpose.objects.all())
    assert all(one.label in page for one in Urgency)
    assert "4 hours by the clock" in page


def test_every_form_is_linked_from_the_page_that_says_when_to_print(
    partnership: Partnership, client_for: ClientFor
) -> None:
    page = client_for(partnership.coordinator).get(reverse("sharing:paper")).content.decode()

    for slug in LISTS:
        assert reverse("sharing:sheet", args=[slug]) in page
    assert reverse("sharing:contacts") in page


def test_there_is_no_form_of_another_name(partnership: Partnership, client_for: ClientFor) -> None:
    assert client_for(partnership.asker).get("/paper/nonsense/").status_code == 404


def test_the_contact_sheet_has_every_desk_and_nobody_by_name(
    partnership: Partnership, client_for: ClientFor
) -> None:
    add_desk(
        partnership.charity, "Night desk", phone="01905 111111", out_of_hours="Ring the warden"
    )

    page = client_for(partnership.asker).get(reverse("sharing:contacts")).content.decode()

    for desk in Desk.objects.select_related("agency"):
        assert desk.name in page
        assert desk.agency.name in page
        assert desk.phone in page
        assert desk.mailbox in page
    assert "Ring the warden" in page
    assert "Monday to Friday, 9am to 5pm" in page
    for person in ("Dee Cider", "Lea Der", "Coral Nator"):
        assert person not in page
    assert "Printed by Asha Asker, Children First, on" in page


def test_the_contact_sheet_says_who_takes_over_and_when_a_desk_keeps_terms(
    partnership: Partnership, client_for: ClientFor
) -> None:
    school = add_desk(partnership.charity, "School office", terms=Terms.COUNTY)
    Fallback(desk=school, to=partnership.police_desk).attest().save(force_insert=True)
    forged = add_desk(partnership.charity, "Night desk")
    Fallback(desk=forged, to=partnership.care_desk).save(force_insert=True)

    page = client_for(partnership.asker).get(reverse("sharing:contacts")).content.decode()

    assert "In term only, by the county’s dates" in page
    assert "If nobody is there: County Police, Information desk" in page
    assert "If nobody is there: Children First" not in page, "nobody of the portal named it"


def test_many_desks_cost_no_more_queries(
    partnership: Partnership,
    client_for: ClientFor,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    client, url = client_for(partnership.asker), reverse("sharing:contacts")
    client.get(url)
    with django_assert_max_num_queries(20) as few:
        client.get(url)
    for number in range(10):
        add_desk(partnership.charity, f"Desk {number}")
    with django_assert_max_num_queries(len(few)):
        client.get(url)
