"""Each opening is ended or runs out, is reviewed by somebody else, and chased until it is."""

from __future__ import annotations

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from audit.consistency import registered
from incidents.models import Incident
from kernel.actors import Actor, Role
from kernel.decisions import Denied
from sharing.models import Ask, EmergencyOpening
from sharing.services import emergency as services
from sharing.states.emergency import EMERGENCY_WORKFLOW, EmergencyOutcome, EmergencyStatus
from tests.matrix import assert_allows_exactly
from tests.oversight.parked import deliver
from tests.partnership import Partnership, Player, add_person, sign_in
from tests.sharing.emergency.conftest import WORDS, later, opened

pytestmark = pytest.mark.django_db(transaction=True)

FOUND = "Right to do it. The rota had a hole."


def path(name: str, *args: object) -> str:
    return reverse(f"sharing:{name}", args=args)


def review(
    player: Player, opening: EmergencyOpening, outcome: EmergencyOutcome = EmergencyOutcome.STAFFING
) -> EmergencyOpening:
    return services.review_emergency(
        actor=player.actor, opening_id=opening.pk, outcome=outcome, words=FOUND
    )


def test_an_opening_moves_only_as_the_table_says() -> None:
    status = EmergencyStatus
    assert_allows_exactly(
        EMERGENCY_WORKFLOW,
        {
            (status.OPENED, "end", status.ENDED),
            (status.OPENED, "review", status.REVIEWED),
            (status.ENDED, "review", status.REVIEWED),
        },
    )


@pytest.mark.parametrize(
    ("who", "code"),
    [
        ("night", "opener"),
        ("lead", ""),
        ("coordinator", "not_reviewer"),
        ("dpo", "not_reviewer"),
        ("decider", "not_reviewer"),
        ("outsider", "unseen"),
        ("asker", "unseen"),
    ],
)
def test_a_lead_who_did_not_open_it_reviews_it(
    ask: Ask, partnership: Partnership, night: Player, who: str, code: str
) -> None:
    partnership.night = night
    opening, reviewer = opened(night, ask), getattr(partnership, who)

    if not code:
        assert review(reviewer, opening).status == EmergencyStatus.REVIEWED
        return
    refusal: type[Exception] = EmergencyOpening.DoesNotExist if code == "unseen" else Denied
    with pytest.raises(refusal, match=None if code == "unseen" else code):
        review(reviewer, opening)


def test_where_the_only_lead_opened_it_the_coordinator_reviews_it(
    ask: Ask, partnership: Partnership
) -> None:
    opening = opened(partnership.lead, ask)

    with pytest.raises(Denied, match="opener"):
        review(partnership.lead, opening)
    assert review(partnership.coordinator, opening).review.outcome == EmergencyOutcome.STAFFING


def test_a_second_lead_reviews_what_the_first_one_opened(
    ask: Ask, partnership: Partnership
) -> None:
    second = add_person("Sec Ond", partnership.police, Role.AGENCY_LEAD)
    opening = opened(partnership.lead, ask)

    assert not opening.by_partnership
    assert review(second, opening).review.reviewed_by_id == second.membership_id


def test_reviewing_twice_leaves_what_was_found_first(
    ask: Ask, partnership: Partnership, night: Player
) -> None:
    opening = opened(night, ask)
    review(partnership.lead, opening)

    again = review(partnership.lead, opening, EmergencyOutcome.NOT_JUSTIFIED)

    assert again.review.outcome == EmergencyOutcome.STAFFING
    assert not Incident.objects.exists()
    second = add_person("Sec Ond", partnership.police, Role.AGENCY_LEAD)
    with pytest.raises(Denied, match="wrong_state"):
        review(second, opening)


def test_what_was_not_justified_ends_at_once_and_is_an_incident_that_the_opener_does_not_see(
    ask: Ask, partnership: Partnership, night: Player
) -> None:
    opening, browser = opened(night, ask), sign_in(night)
    assert browser.get(path("ask", ask.pk)).status_code == 200

    review(partnership.lead, opening, EmergencyOutcome.NOT_JUSTIFIED)

    assert browser.get(path("ask", ask.pk)).status_code == 404
    incident = Incident.objects.get()
    assert incident.case_id == ask.request.dossier_id
    assert incident.records == [opening.pk]
    page = reverse("incidents:incident", args=[incident.pk])
    assert browser.get(page).status_code == 404
    assert sign_in(partnership.lead).get(page).status_code == 200


@pytest.mark.parametrize("outcome", [EmergencyOutcome.JUSTIFIED, EmergencyOutcome.STAFFING])
def test_what_was_justified_runs_on_until_its_time_is_over(
    ask: Ask, partnership: Partnership, night: Player, outcome: EmergencyOutcome
) -> None:
    review(partnership.lead, opened(night, ask), outcome)

    assert sign_in(night).get(path("ask", ask.pk)).status_code == 200


@pytest.mark.parametrize("who", ["night", "lead", "coordinator"])
def test_whoever_opened_it_their_lead_and_the_coordinator_end_it_early(
    ask: Ask, partnership: Partnership, night: Player, who: str
) -> None:
    partnership.night = night
    opening = opened(night, ask)

    browser = sign_in(getattr(partnership, who))
    assert browser.post(path("end_emergency", opening.pk)).status_code == 302

    assert sign_in(night).get(path("ask", ask.pk)).status_code == 404
    assert browser.post(path("end_emergency", opening.pk)).status_code == 409


def test_the_desk_sees_it_and_ends_nothing(
    ask: Ask, partnership: Partnership, night: Player
) -> None:
    opening, browser = opened(night, ask), sign_in(partnership.colleague)

    assert browser.get(path("emergency_opening", opening.pk)).status_code == 200
    assert browser.post(path("end_emergency", opening.pk)).status_code == 403


def test_a_late_review_is_chased_daily_and_the_coordinator_may_then_do_it(
    ask: Ask, partnership: Partnership, night: Player, monkeypatch: pytest.MonkeyPatch
) -> None:
    opening, system = opened(night, ask), Actor.system("emergency")
    deliver()
    mail.outbox.clear()
    assert services.chase_reviews(actor=system) == 0

    later(monkeypatch, hours=73)
    assert services.chase_reviews(actor=system) == 1
    assert services.chase_reviews(actor=system) == 0
    deliver()

    told = {one for sent in mail.outbox for one in sent.to}
    assert told == {
        one.user.email for one in (partnership.lead, partnership.dpo, partnership.coordinator)
    }
    assert review(partnership.coordinator, opening).status == EmergencyStatus.REVIEWED
    later(monkeypatch, hours=200)
    assert services.chase_reviews(actor=system) == 0


def test_the_lead_reads_what_was_said_and_the_opener_what_was_found(
    ask: Ask, partnership: Partnership, night: Player
) -> None:
    opening = opened(night, ask)
    page = path("emergency_opening", opening.pk)
    lead, browser = sign_in(partnership.lead), sign_in(night)
    assert WORDS in lead.get(page).content.decode()
    assert "1 opening waits" in lead.get(path("emergency")).content.decode()

    answer = lead.post(
        path("review_emergency", opening.pk), {"outcome": "STAFFING", "words": FOUND}
    )

    assert answer.status_code == 302
    shown = browser.get(page).content.decode()
    assert FOUND in shown
    assert "the desk must be better staffed" in shown
    mail.outbox.clear()
    deliver()
    assert [one.to for one in mail.outbox if "reviewed" in one.subject] == [[night.user.email]]


def test_a_review_without_its_answers_comes_back_with_what_was_typed(
    ask: Ask, partnership: Partnership, night: Player
) -> None:
    lead: Client = sign_in(partnership.lead)
    answer = lead.post(path("review_emergency", opened(night, ask).pk), {"words": FOUND})

    assert answer.status_code == 200
    assert FOUND in answer.content.decode()
    assert "Select whether it was justified" in answer.content.decode()


def test_the_nightly_check_finds_nothing_to_say_of_an_opening_and_its_review(
    ask: Ask, partnership: Partnership, night: Player
) -> None:
    opening = opened(night, ask)
    review(partnership.lead, opening, EmergencyOutcome.NOT_JUSTIFIED)
    opened(partnership.uncleared, ask)

    assert [one for check in registered().values() for one in check()] == []
