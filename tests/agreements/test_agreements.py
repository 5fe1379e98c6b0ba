"""Who has signed which agreement, and for whom."""

from __future__ import annotations

from datetime import date
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from agreements import queries, services
from agreements.models import Agreement, AgreementTier, Signature
from agreements.services import AgreementEntry, SignatureEntry
from kernel.actors import Actor
from tests.partnership import ClientFor, Partnership

SIGNED_ON = date(2019, 8, 1)
ENTRY = AgreementEntry(
    "Sharing agreement", AgreementTier.COMMITMENT, SIGNED_ON, "Table of signatories"
)


def signature(agency: Any, name: str = "Sam O’Connor", represents: str = "") -> SignatureEntry:
    return SignatureEntry(agency.pk, name, "Chief executive", represents, SIGNED_ON)


@pytest.fixture
def agreement(partnership: Partnership) -> Agreement:
    return services.load_agreement(
        actor=Actor.system("tests"),
        entry=ENTRY,
        signatures=[
            signature(partnership.police),
            signature(partnership.police, "Second Signatory"),
            signature(partnership.charity, "Third Signatory", "Community Voluntary Sector"),
        ],
    )


def text_of(response: Any) -> str:
    return unescape(response.content.decode())


def test_everybody_who_acts_for_an_agency_reads_who_signed_and_for_whom(
    partnership: Partnership, agreement: Agreement, client_for: ClientFor
) -> None:
    client = client_for(partnership.uncleared)

    listed = text_of(client.get(reverse("agreements:agreements")))
    page = text_of(client.get(reverse("agreements:agreement", args=[agreement.pk])))

    assert "2 agencies, 3 signatures" in listed
    assert "Community Voluntary Sector" in page
    assert "Sam O’Connor" in page
    assert "until legislation changes" in page
    assert "Nobody has signed" in page  # for the sectors without a signature


def test_where_nothing_is_recorded_the_page_says_that_one_may_still_share(
    partnership: Partnership, client_for: ClientFor
) -> None:
    page = text_of(client_for(partnership.asker).get(reverse("agreements:agreements")))

    assert "You may still share" in page


def test_recording_an_agreement_again_adds_only_what_is_missing(
    partnership: Partnership, agreement: Agreement
) -> None:
    again = services.load_agreement(
        actor=Actor.system("tests"),
        entry=ENTRY,
        signatures=[signature(partnership.police), signature(partnership.care)],
    )

    assert again == agreement
    assert Signature.objects.filter(agreement=agreement).count() == 4


def test_only_people_who_act_for_an_agency_read_agreements(
    partnership: Partnership, agreement: Agreement
) -> None:
    assert not queries.agreements(Actor()).exists()
    assert not queries.signatures(Actor(), agreement).exists()
    assert Client().get(reverse("agreements:agreements")).status_code == 302


def test_the_list_costs_the_same_for_one_agreement_and_for_twenty(
    partnership: Partnership,
    agreement: Agreement,
    client_for: ClientFor,
    django_assert_max_num_queries: Any,
) -> None:
    client = client_for(partnership.asker)
    with django_assert_max_num_queries(40) as few:
        client.get(reverse("agreements:agreements"))

    for number in range(20):
        entry = AgreementEntry(f"Agreement {number}", AgreementTier.PRACTICE, SIGNED_ON, "Test")
        services.load_agreement(
            actor=Actor.system("tests"), entry=entry, signatures=[signature(partnership.police)]
        )
    with django_assert_max_num_queries(40) as many:
        client.get(reverse("agreements:agreements"))

    assert len(many) == len(few)
