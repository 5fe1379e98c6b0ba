"""A month of the log goes when one of two proposes it on a page and the other approves it there."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.urls import reverse

from audit.models import AuditEvent, PartitionExpiry
from kernel.actors import Role
from tests.partnership import ClientFor, Partnership, Player, add_person

pytestmark = pytest.mark.django_db

MAY = "2001-05-01"


@pytest.fixture
def officer(partnership: Partnership) -> Player:
    """The partnership's own data protection officer, beside the coordinator."""
    agency = partnership.coordinator.user.memberships.get().agency
    return add_person("Olu Officer", agency, Role.DPO)


@pytest.fixture
def _old() -> None:
    AuditEvent.objects.create(event="accounts.signed_out", at=datetime(2001, 5, 3, tzinfo=UTC))


def page(client_for: ClientFor, player: Player) -> str:
    response = client_for(player).get(reverse("oversight:expiry"))
    assert response.status_code == 200
    return response.content.decode()


def test_with_nothing_old_the_page_says_so(client_for: ClientFor, partnership: Partnership) -> None:
    html = page(client_for, partnership.coordinator)

    assert "Nothing in the log is older than the schedule allows" in html


@pytest.mark.usefixtures("_old")
def test_one_proposes_a_month_and_the_other_approves_it(
    client_for: ClientFor, partnership: Partnership, officer: Player
) -> None:
    assert f'value="{MAY}"' in page(client_for, partnership.coordinator)
    propose = reverse("oversight:propose_expiry")
    client_for(partnership.coordinator).post(propose, {"month": MAY})

    run = PartitionExpiry.objects.get()
    assert run.month == date(2001, 5, 1)
    assert "Waits for somebody else" in page(client_for, partnership.coordinator)
    approve = reverse("oversight:approve_expiry", args=[run.pk])
    assert approve in page(client_for, officer)
    assert client_for(partnership.coordinator).post(approve).status_code == 403
    assert "Coral Nator" in client_for(officer).get(approve).content.decode()
    assert client_for(officer).post(approve).status_code == 302

    run.refresh_from_db()
    assert run.approved_by_id == officer.membership_id
    assert client_for(officer).post(approve).status_code == 409
    html = page(client_for, partnership.coordinator)
    assert "Destroyed when audit_expire next runs" in html
    assert "Olu Officer" in html


@pytest.mark.usefixtures("_old")
@pytest.mark.parametrize("month", ["2001-04-01", "nonsense", "2026-11-01", ""])
def test_only_a_month_of_the_log_whose_time_is_over_is_proposed(
    client_for: ClientFor, partnership: Partnership, month: str
) -> None:
    address = reverse("oversight:propose_expiry")

    response = client_for(partnership.coordinator).post(address, {"month": month})

    assert "Select a month from the list" in response.content.decode()
    assert not PartitionExpiry.objects.exists()


@pytest.mark.usefixtures("_old")
@pytest.mark.parametrize("who", ["dpo", "lead", "asker"])
def test_nobody_else_sees_or_decides_it(
    client_for: ClientFor, partnership: Partnership, officer: Player, who: str
) -> None:
    client_for(officer).post(reverse("oversight:propose_expiry"), {"month": MAY})
    run = PartitionExpiry.objects.get()
    client = client_for(getattr(partnership, who))

    assert client.get(reverse("oversight:expiry")).status_code == 403
    assert client.post(reverse("oversight:propose_expiry"), {"month": MAY}).status_code == 403
    assert client.get(reverse("oversight:approve_expiry", args=[run.pk])).status_code == 404
    assert client.post(reverse("oversight:approve_expiry", args=[run.pk])).status_code == 404
