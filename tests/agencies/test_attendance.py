"""When nobody is at a desk: closed days, terms, who takes over in an unbroken chain, who is away."""

from __future__ import annotations

import time
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ObjectDoesNotExist
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from agencies import attendance, policies, services
from agencies.models import Absence, Desk, Fallback, Period, Terms
from agencies.services import Cover, PeriodEntry
from kernel.clocks import LONDON
from kernel.decisions import Decision, Denied
from tests.partnership import ClientFor, Partnership, Player
from tests.sharing.journey import text_of
from tests.sharing.test_asking_races import at_once

AUTUMN = PeriodEntry(Period.Kind.TERM, "Autumn term", date(2026, 9, 1), date(2026, 12, 18))
SPRING = PeriodEntry(Period.Kind.TERM, "Spring term", date(2027, 1, 4), date(2027, 3, 26))
MOVE = PeriodEntry(Period.Kind.CLOSED, "Office move", date(2026, 11, 25), date(2026, 11, 26))


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=LONDON)


def cover(
    keeper: Player, desk: Desk, *, to: Desk | None = None, terms: Terms = Terms.ALL_YEAR
) -> None:
    wanted = Cover(always=False, terms=terms, fallback_id=to.pk if to else None)
    services.set_cover(actor=keeper.actor, desk_id=desk.pk, cover=wanted)
    desk.refresh_from_db()


def is_open(desk: Desk, day: date) -> bool:
    return attendance.hours_of([desk])[desk.pk].covers(noon(day))


@pytest.mark.django_db
def test_a_closed_day_closes_its_own_desk_alone(partnership: Partnership) -> None:
    desk = partnership.police_desk
    services.add_period(actor=partnership.lead.actor, desk_id=desk.pk, entry=MOVE)

    assert not is_open(desk, date(2026, 11, 25))
    assert is_open(desk, date(2026, 11, 27))
    assert is_open(partnership.charity_desk, date(2026, 11, 25))


@pytest.mark.django_db
def test_a_desk_may_follow_the_countys_terms(partnership: Partnership) -> None:
    for term in (AUTUMN, SPRING):
        services.add_county_term(actor=partnership.coordinator.actor, entry=term)
    desk = partnership.police_desk
    assert is_open(desk, date(2026, 12, 22))

    cover(partnership.lead, desk, terms=Terms.COUNTY)

    assert not is_open(desk, date(2026, 12, 22))
    assert is_open(desk, date(2027, 1, 5))
    assert is_open(desk, date(2027, 4, 12)), "after the last known term every weekday counts"


@pytest.mark.django_db
def test_a_desk_with_terms_of_its_own_does_not_follow_the_county(partnership: Partnership) -> None:
    services.add_county_term(actor=partnership.coordinator.actor, entry=SPRING)
    desk = partnership.police_desk
    services.add_period(actor=partnership.lead.actor, desk_id=desk.pk, entry=AUTUMN)
    cover(partnership.lead, desk, terms=Terms.OWN)

    assert is_open(desk, date(2026, 12, 18))
    assert attendance.terms_known_until(desk, attendance.hours_of([desk])[desk.pk]) == date(
        2026, 12, 18
    )


@pytest.mark.django_db
def test_what_is_taken_out_no_longer_counts_and_stays_on_record(partnership: Partnership) -> None:
    lead, desk = partnership.lead.actor, partnership.police_desk
    period = services.add_period(actor=lead, desk_id=desk.pk, entry=MOVE)
    assert services.add_period(actor=lead, desk_id=desk.pk, entry=MOVE) == period

    services.remove_period(actor=lead, period_id=period.pk)

    assert is_open(desk, date(2026, 11, 25))
    assert Period.objects.get().removed_at is not None


@pytest.mark.django_db
def test_fallbacks_never_run_in_a_ring(partnership: Partnership) -> None:
    one, two, three = (partnership.care_desk, partnership.police_desk, partnership.charity_desk)
    keeper = partnership.coordinator
    cover(keeper, one, to=two)
    cover(keeper, two, to=three)

    with pytest.raises(Denied) as denied:
        cover(keeper, three, to=one)

    assert denied.value.decision.code == "ring_of_fallbacks"
    assert attendance.chain(one.pk, attendance.fallbacks()) == [two, three]
    offered = attendance.possible_fallbacks(keeper.actor, three)
    assert one not in offered
    assert two not in offered


@pytest.mark.django_db(transaction=True)
def test_two_leads_who_name_each_other_at_once_close_no_ring(
    partnership: Partnership, monkeypatch: pytest.MonkeyPatch
) -> None:
    decide = policies.can_fall_back

    def decide_slowly(*args: object) -> Decision:
        decision = decide(*args)  # type: ignore[arg-type]
        time.sleep(0.4)
        return decision

    monkeypatch.setattr(policies, "can_fall_back", decide_slowly)
    one, two, keeper = partnership.care_desk, partnership.police_desk, partnership.coordinator

    def name(desk: Desk, to: Desk) -> str:
        try:
            cover(keeper, desk, to=to)
        except Denied as denied:
            return denied.decision.code
        return "done"

    outcomes = at_once(lambda: name(one, two), lambda: name(two, one))

    assert sorted(outcomes) == ["done", "ring_of_fallbacks"]
    assert Fallback.objects.count() == 1


@pytest.mark.django_db
def test_a_fallback_that_was_changed_past_the_portal_is_none(partnership: Partnership) -> None:
    cover(partnership.lead, partnership.police_desk, to=partnership.charity_desk)
    row = Fallback.objects.get()
    row.to = partnership.care_desk

    assert not row.is_genuine()


@pytest.mark.django_db
def test_only_colleagues_at_the_desk_stand_in(partnership: Partnership) -> None:
    me, today = partnership.decider, timezone.localdate()
    plan: dict[str, Any] = {"membership_id": me.membership_id, "from_on": today, "until_on": today}
    for stranger in (partnership.outsider, me, partnership.lead):
        with pytest.raises(Denied):
            services.say_away(actor=me.actor, stand_in_id=stranger.membership_id, **plan)

    beside = partnership.colleague.membership_id
    first = services.say_away(actor=me.actor, stand_in_id=beside, **plan)
    assert services.say_away(actor=me.actor, stand_in_id=beside, **plan) == first
    assert attendance.absences_today([me.membership_id])[me.membership_id] == first


@pytest.mark.django_db
def test_a_lead_says_it_for_somebody_ill_and_others_do_not(partnership: Partnership) -> None:
    ill, today = partnership.decider.membership_id, timezone.localdate()
    plan: dict[str, Any] = {
        "membership_id": ill,
        "from_on": today,
        "until_on": today + timedelta(days=2),
    }
    services.say_away(actor=partnership.lead.actor, **plan)
    with pytest.raises(ObjectDoesNotExist):
        services.say_away(actor=partnership.colleague.actor, **plan)

    services.end_absence(actor=partnership.decider.actor, absence_id=Absence.objects.get().pk)
    assert attendance.absences_today([ill]) == {}


@pytest.mark.django_db
def test_a_desk_is_unattended_when_all_who_sit_there_are_away(partnership: Partnership) -> None:
    today, desk = timezone.localdate(), partnership.charity_desk
    assert attendance.unattended([desk.pk]) == set()
    me = partnership.outsider
    services.say_away(actor=me.actor, membership_id=me.membership_id, from_on=today, until_on=today)

    assert attendance.unattended([desk.pk]) == {desk.pk}


def days(first: date, last: date, **typed: str) -> dict[str, str]:
    boxes: dict[str, str] = {}
    for name, day in (("from_on", first), ("until_on", last)):
        boxes |= {
            f"{name}-day": str(day.day),
            f"{name}-month": str(day.month),
            f"{name}-year": str(day.year),
        }
    return boxes | typed


def page(client: Client, name: str, *args: object) -> str:
    response = client.get(reverse(f"agencies:{name}", args=args))
    assert response.status_code == 200, response.status_code
    return text_of(response)


@pytest.mark.django_db
def test_a_lead_keeps_the_calendar_in_the_browser(
    partnership: Partnership, client_for: ClientFor
) -> None:
    client, desk = client_for(partnership.lead), partnership.police_desk
    soon = timezone.localdate() + timedelta(days=3)
    typed = days(soon, soon, kind="CLOSED", what="Training day")
    client.post(reverse("agencies:add_period", args=[desk.pk]), typed)

    assert "Training day" in page(client, "desk_times", desk.pk)
    assert "Training day" in page(client_for(partnership.outsider), "desk_times", desk.pk)
    period = Period.objects.get()
    refused = client_for(partnership.outsider).post(
        reverse("agencies:remove_period", args=[period.pk])
    )
    assert refused.status_code == 403
    client.post(reverse("agencies:remove_period", args=[period.pk]))
    assert "Training day" not in page(client, "desk_times", desk.pk)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        (date(2027, 5, 3), date(2027, 5, 2), "must not be before the first"),
        (date(2027, 1, 1), date(2029, 1, 1), "a year at most"),
    ],
)
def test_days_that_make_no_sense_are_asked_for_again_and_kept(
    partnership: Partnership, client_for: ClientFor, first: date, last: date, words: str
) -> None:
    client, desk = client_for(partnership.lead), partnership.police_desk
    typed = days(first, last, kind="CLOSED", what="Training o'day")
    response = client.post(reverse("agencies:add_period", args=[desk.pk]), typed)

    assert words in text_of(response)
    assert "Training o'day" in text_of(response)
    assert not Period.objects.exists()


@pytest.mark.django_db
def test_the_countys_terms_are_kept_by_the_coordinator_and_warn_before_they_run_out(
    partnership: Partnership, client_for: ClientFor
) -> None:
    client, today = client_for(partnership.coordinator), timezone.localdate()
    assert "No term dates are known" in page(client, "county_terms")
    typed = days(today, today + timedelta(days=30), what="Autumn term")
    client.post(reverse("agencies:add_county_term"), typed)

    assert "The known term dates end on" in page(client, "county_terms")
    assert "Add the next" not in page(client_for(partnership.lead), "county_terms")
    assert client_for(partnership.lead).get(reverse("agencies:add_county_term")).status_code == 403


@pytest.mark.django_db
def test_the_fallback_is_named_in_the_browser_and_everybody_sees_the_chain(
    partnership: Partnership, client_for: ClientFor
) -> None:
    cover(partnership.coordinator, partnership.charity_desk, to=partnership.care_desk)
    client, desk = client_for(partnership.lead), partnership.police_desk
    typed = {"always": "no", "terms": "ALL_YEAR", "fallback_id": str(partnership.charity_desk.pk)}
    response = client.post(reverse("agencies:desk_cover", args=[desk.pk]), typed)

    assert response.status_code == 302
    shown = page(client_for(partnership.asker), "desk_times", desk.pk)
    assert "Little Steps, Information desk, then Children First, Information desk" in shown


@pytest.mark.django_db
def test_a_member_says_when_they_are_away_in_the_browser(
    partnership: Partnership, client_for: ClientFor
) -> None:
    me, today = partnership.decider, timezone.localdate()
    client = client_for(me)
    address = reverse("agencies:away", args=[me.membership_id])
    typed = days(today, today, stand_in_id=str(partnership.colleague.membership_id))
    assert client.post(address, typed).status_code == 302

    assert "Away now" in page(client, "away", me.membership_id)
    absence = Absence.objects.get()
    assert client.post(reverse("agencies:end_absence", args=[absence.pk])).status_code == 302
    assert "Away now" not in page(client, "away", me.membership_id)
    other = client_for(partnership.colleague)
    assert other.get(address).status_code == 404


@pytest.mark.django_db
def test_the_calendars_of_many_desks_cost_one_query(
    partnership: Partnership, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    many = list(Desk.objects.all())
    with django_assert_num_queries(1):
        attendance.hours_of(many)
