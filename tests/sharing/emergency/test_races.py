"""What meets at the same moment: two who open, one who presses twice, and somebody's being kept out."""

from __future__ import annotations

import time
from functools import partial

import pytest
from django.db import transaction
from django.urls import reverse

from kernel.ids import new_id
from sharing.models import Ask, EmergencyOpening
from sharing.queries import emergency as queries
from sharing.services import emergency as services
from sharing.states.emergency import EmergencyOutcome, EmergencyStatus
from tests.partnership import Partnership, Player, sign_in
from tests.sharing.emergency.conftest import opened, rush
from tests.sharing.test_asking_races import at_once
from vault import services as vault

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def slow_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hold the door open between looking and opening."""
    find = queries.case_named

    def find_slowly(reference: str) -> object:
        found = find(reference)
        time.sleep(0.5)
        return found

    monkeypatch.setattr(queries, "case_named", find_slowly)


def read(player: Player, ask: Ask) -> int:
    return sign_in(player).get(reverse("sharing:ask", args=[ask.pk])).status_code


@pytest.mark.usefixtures("slow_finding")
def test_two_people_who_open_it_at_once_both_read_it_and_both_are_on_record(
    ask: Ask, partnership: Partnership, night: Player
) -> None:
    reference = ask.request.reference

    at_once(*(partial(rush, one, reference) for one in (night, partnership.lead)))

    assert {one.opened_by_id for one in EmergencyOpening.objects.all()} == {
        night.membership_id,
        partnership.lead.membership_id,
    }
    assert (read(night, ask), read(partnership.lead, ask)) == (200, 200)


@pytest.mark.usefixtures("slow_finding")
def test_two_presses_of_one_form_open_it_once(ask: Ask, night: Player) -> None:
    press = partial(rush, night, ask.request.reference, submission=new_id())

    first, second = at_once(press, press)

    assert first.opening == second.opening == EmergencyOpening.objects.get()


@pytest.mark.usefixtures("slow_finding")
def test_whoever_is_kept_out_while_opening_it_reads_nothing(
    ask: Ask, partnership: Partnership, night: Player
) -> None:
    def keep_out() -> object:
        time.sleep(0.2)
        with transaction.atomic():
            return vault.keep_from(
                actor=partnership.decider.actor,
                dossier=ask.request.dossier,
                user_id=night.user.pk,
            )

    at_once(partial(rush, night, ask.request.reference), keep_out)

    assert read(night, ask) == 404


def test_an_end_and_a_review_at_once_leave_it_reviewed_and_closed(
    ask: Ask, partnership: Partnership, night: Player
) -> None:
    opening = opened(night, ask)

    def end() -> object:
        browser = sign_in(night)
        return browser.post(reverse("sharing:end_emergency", args=[opening.pk])).status_code

    def review() -> object:
        return services.review_emergency(
            actor=partnership.lead.actor,
            opening_id=opening.pk,
            outcome=EmergencyOutcome.NOT_JUSTIFIED,
            words="No ground",
        )

    at_once(end, review)

    opening.refresh_from_db()
    assert opening.status == EmergencyStatus.REVIEWED
    assert read(night, ask) == 404
