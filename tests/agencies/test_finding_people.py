"""Looking for a colleague by name leaves no name in an address, and loses none of the list's links."""

from __future__ import annotations

from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from kernel.actors import Role
from tests.partnership import ClientFor, Partnership, add_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def address(partnership: Partnership) -> str:
    return reverse("agencies:people", args=[partnership.police.pk])


@pytest.fixture
def lead(client_for: ClientFor, partnership: Partnership) -> Client:
    return client_for(partnership.lead)


def listed(html: str) -> str:
    return html.rpartition("<tbody>")[2]


def test_a_name_is_found_and_stands_in_no_address(lead: Client, address: str) -> None:
    response = lead.post(address, {"search": "Una Clear"})

    assert response.status_code == 302
    assert "una" not in response["Location"].lower()
    html = lead.get(response["Location"]).content.decode()
    assert "Una Cleared" in listed(html)
    assert "Dee Cider" not in listed(html)
    assert 'value="Una Clear"' in html, "what was typed comes back"


def test_further_pages_and_orders_keep_the_search(
    lead: Client, address: str, partnership: Partnership
) -> None:
    for number in range(30):
        add_person(f"Sam O'Neill {number}", partnership.police, Role.PRACTITIONER)
    found = lead.post(address, {"search": "O'Neill"})["Location"]

    first = unescape(lead.get(found).content.decode())
    links = [part.split('"')[0] for part in first.split('href="?')[1:]]
    assert any("page=2" in link for link in links)
    assert any("sort=" in link for link in links)
    assert not [link for link in links if "neill" in link.lower()]
    for link in links:
        html = lead.get(f"{address}?{link}").content.decode()
        assert "of 30 people" in html
        assert "Dee Cider" not in listed(html)


def test_an_empty_search_shows_everybody(lead: Client, address: str) -> None:
    assert lead.post(address, {"search": " "})["Location"] == address


def test_a_search_too_long_to_be_a_name_is_an_error_and_comes_back(
    lead: Client, address: str
) -> None:
    html = lead.post(address, {"search": "x" * 201}).content.decode()

    assert "must be 200 characters or less" in html
    assert "x" * 201 in html


@pytest.mark.parametrize("link", ["made-up", "", "%00", "a.b"])
def test_a_link_that_is_not_ours_shows_everybody(lead: Client, address: str, link: str) -> None:
    html = lead.get(address, {"find": link}).content.decode()

    assert "Dee Cider" in html


def test_a_link_is_of_use_to_nobody_else(
    lead: Client, client_for: ClientFor, partnership: Partnership, address: str
) -> None:
    link = lead.post(address, {"search": "Una"})["Location"]
    second = add_person("Leo Der", partnership.police, Role.AGENCY_LEAD)

    html = client_for(second).get(link).content.decode()

    assert "Dee Cider" in html
    assert 'value="Una"' not in html
