"""What becomes of something that went wrong: who is told, who sees it, who decides, by when."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core import mail
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from audit.consistency import registered
from audit.models import AuditEvent
from incidents import policies, queries, services
from incidents.models import Entry, Incident
from incidents.services import Assessment, DecisionInput
from incidents.states import WORKFLOW, Category, Kind, PeopleTold, Risk, Status
from kernel import outbox
from kernel.actors import Actor, Role
from kernel.decisions import WRONG_STATE, Denied
from kernel.ids import new_id
from kernel.tiers import Tier
from tests.asks import send_ask
from tests.matrix import assert_allows_exactly
from tests.partnership import Partnership, Player, add_person
from vault import services as vault

pytestmark = pytest.mark.django_db

ACCOUNT = "The envelope for one family held a page about another"


def report(player: Player, *agency_ids: Any, **more: Any) -> Incident:
    values = {"kind": Kind.LOST, "happened_at": None, "account": ACCOUNT} | more
    return services.open_incident(actor=player.actor, agency_ids=agency_ids, **values)


def assessed(player: Player, incident: Incident, risk: Risk = Risk.NO) -> Incident:
    assessment = Assessment(risk, [Category.CHILDREN], "Rang them and fetched it back")
    return services.assess(actor=player.actor, incident_id=incident.pk, assessment=assessment)


def decided(player: Player, incident: Incident, *, is_reported: bool = True) -> Incident:
    decision = DecisionInput(is_reported, "Because of the address", PeopleTold.NOT_YET)
    return services.decide(actor=player.actor, incident_id=incident.pk, decision=decision)


def full(player: Player, incident: Incident) -> Incident:
    return queries.incidents_in_full(player.actor).get(pk=incident.pk)


def texts(player: Player, incident: Incident) -> list[object]:
    """What somebody reads of it."""
    found = full(player, incident)
    opened = services.read(actor=player.actor, incident=found)
    return [opened[one.text] for one in found.entries.all()]


def test_every_status_knows_its_moves() -> None:
    running = [Status.OPEN, Status.ASSESSED]
    assert_allows_exactly(
        WORKFLOW,
        {(one, "assess", Status.ASSESSED) for one in running}
        | {(one, "report", Status.REPORTED) for one in [*running, Status.NOT_REPORTED]}
        | {(Status.ASSESSED, "leave unreported", Status.NOT_REPORTED)}
        | {(one, "close", Status.CLOSED) for one in (Status.REPORTED, Status.NOT_REPORTED)},
    )


def test_the_clock_runs_seventy_two_hours_of_the_wall_from_when_somebody_knew(
    partnership: Partnership,
) -> None:
    noticed = timezone.now() - timedelta(hours=70)

    incident = report(partnership.asker, partnership.care.pk, aware_at=noticed)

    assert settings.BREACH_HOURS == 72
    assert incident.due_at == noticed + timedelta(hours=72)


VISIBLE = ["asker", "lead", "dpo", "coordinator"]
UNSEEN = ["asking_colleague", "decider", "colleague", "uncleared", "outsider"]


@pytest.mark.parametrize("who", VISIBLE + UNSEEN)
def test_an_incident_is_seen_by_its_reporter_and_by_those_who_answer_for_the_agencies(
    partnership: Partnership, who: str
) -> None:
    incident = report(partnership.asker, partnership.care.pk, partnership.police.pk)
    seen = queries.incidents(getattr(partnership, who).actor).filter(pk=incident.pk)

    assert seen.exists() is (who in VISIBLE)


@pytest.mark.parametrize("who", VISIBLE)
def test_those_who_see_it_read_its_account_whatever_their_clearance(
    partnership: Partnership, who: str
) -> None:
    incident = report(partnership.asker, partnership.care.pk, partnership.police.pk)

    assert texts(getattr(partnership, who), incident) == [ACCOUNT]


def test_an_officer_of_another_agency_sees_nothing_of_it(partnership: Partnership) -> None:
    stranger = add_person("Ola Other", partnership.charity, Role.DPO, Role.AGENCY_LEAD)
    incident = report(partnership.asker, partnership.care.pk, partnership.police.pk)

    assert not queries.incidents(stranger.actor).filter(pk=incident.pk).exists()


def test_its_words_open_for_nobody_else_even_past_the_scope(partnership: Partnership) -> None:
    incident = report(partnership.asker, partnership.care.pk)
    entry = Entry.objects.get(incident=incident)

    opened = vault.open(partnership.decider.actor, vault.Why.INCIDENT, entry.text)

    assert opened[entry.text] is vault.WITHHELD


def test_a_successor_who_is_cleared_reads_it_after_the_officer_has_left(
    partnership: Partnership,
) -> None:
    incident = report(partnership.decider, partnership.police.pk)
    successor = add_person("Sue Cessor", partnership.police, Role.DPO, tier=Tier.PERSONAL)

    assert texts(successor, incident) == [ACCOUNT]


def test_whom_it_concerns_neither_sees_nor_hears_of_it_though_they_lead_the_agency(
    partnership: Partnership,
) -> None:
    lead = partnership.lead
    incident = report(partnership.asker, partnership.police.pk, people=[lead.user.pk])

    outbox.deliver_waiting("notify")

    assert not queries.incidents(lead.actor).exists()
    assert lead.user.email not in {one.to[0] for one in mail.outbox}
    assert partnership.dpo.user.email in {one.to[0] for one in mail.outbox}
    entry = Entry.objects.get(incident=incident)
    opened = vault.open(lead.actor, vault.Why.INCIDENT, entry.text)
    assert opened[entry.text] is vault.WITHHELD


def test_whoever_reports_their_own_mistake_follows_it(partnership: Partnership) -> None:
    asker = partnership.asker
    incident = report(asker, partnership.care.pk, people=[asker.user.pk])

    assert texts(asker, incident) == [ACCOUNT]


def test_whoever_is_kept_from_the_case_does_not_learn_what_went_wrong_with_it(
    partnership: Partnership,
) -> None:
    ask = send_ask(partnership.asker, partnership.police_desk)
    vault.keep_from(
        actor=partnership.asker.actor,
        dossier=ask.request.dossier,
        user_id=partnership.lead.user.pk,
    )
    outbox.deliver_waiting("notify")
    mail.outbox.clear()

    report(partnership.asker, partnership.police.pk, dossier=ask.request.dossier)
    outbox.deliver_waiting("notify")

    assert not queries.incidents(partnership.lead.actor).exists()
    assert partnership.lead.user.email not in {one.to[0] for one in mail.outbox}


def test_officers_leads_and_the_coordinator_are_told_at_once_by_reference_and_link_only(
    partnership: Partnership,
) -> None:
    incident = report(partnership.asker, partnership.care.pk, partnership.police.pk)

    outbox.deliver_waiting("notify")

    told = {one.to[0] for one in mail.outbox}
    people = (partnership.lead, partnership.dpo, partnership.coordinator)
    assert told == {one.user.email for one in people}
    assert all(incident.reference in str(one.subject) for one in mail.outbox)
    assert not any("envelope" in str(one.message()) for one in mail.outbox)


def test_sent_twice_it_is_one_incident(partnership: Partnership) -> None:
    key = new_id()
    first = report(partnership.asker, partnership.care.pk, incident_id=key)
    again = report(partnership.asker, partnership.care.pk, incident_id=key)

    assert first.pk == again.pk
    assert Incident.objects.count() == 1


def test_nobody_takes_over_somebody_elses_report_by_its_key(partnership: Partnership) -> None:
    first = report(partnership.asker, partnership.care.pk)

    other = report(partnership.outsider, partnership.charity.pk, incident_id=first.pk)

    assert other.pk != first.pk
    assert not queries.incidents(partnership.outsider.actor).filter(pk=first.pk).exists()


def test_the_portal_itself_may_notice_and_open_one(partnership: Partnership) -> None:
    actor = Actor.system("links")
    incident = services.open_incident(
        actor=actor, kind=Kind.OTHER, agency_ids=[partnership.police.pk], happened_at=None
    )

    assert queries.incidents(partnership.dpo.actor).get() == incident


OFFICERS = {"lead", "dpo", "coordinator"}


@pytest.mark.parametrize("who", VISIBLE)
@pytest.mark.parametrize("policy", ["can_assess", "can_decide"])
def test_only_those_who_answer_for_it_assess_and_decide(
    partnership: Partnership, who: str, policy: str
) -> None:
    incident = report(partnership.asker, partnership.care.pk, partnership.police.pk)

    decision = getattr(policies, policy)(getattr(partnership, who).actor, incident)

    assert bool(decision) is (who in OFFICERS)
    assert decision or decision.code == "not_responsible"


def test_its_reporter_cannot_decide_by_the_service_either(partnership: Partnership) -> None:
    incident = report(partnership.asker, partnership.care.pk, partnership.police.pk)

    with pytest.raises(Denied) as denied:
        decided(partnership.asker, incident)

    assert denied.value.decision.code == "not_responsible"


@pytest.mark.parametrize("risk", [Risk.YES, Risk.HIGH, Risk.NOT_KNOWN])
def test_what_may_put_people_at_risk_is_not_left_unreported(
    partnership: Partnership, risk: Risk
) -> None:
    incident = assessed(partnership.dpo, report(partnership.decider, partnership.police.pk), risk)

    with pytest.raises(Denied) as denied:
        decided(partnership.dpo, incident, is_reported=False)

    assert denied.value.decision.code == WRONG_STATE


def test_nor_can_the_database_be_made_to_say_so(partnership: Partnership) -> None:
    incident = assessed(
        partnership.dpo, report(partnership.decider, partnership.police.pk), Risk.YES
    )
    changes = {"decision": "NOT_REPORTED", "decided_at": timezone.now()}

    with pytest.raises(IntegrityError), transaction.atomic():
        Incident.objects.filter(pk=incident.pk).update(
            decided_by_id=partnership.dpo.membership_id, **changes
        )


def test_one_that_risks_nobody_may_stay_unreported_and_be_reported_after_all(
    partnership: Partnership,
) -> None:
    dpo = partnership.dpo
    incident = assessed(dpo, report(partnership.decider, partnership.police.pk))

    unreported = decided(dpo, incident, is_reported=False)
    assert unreported.status == Status.NOT_REPORTED
    reported = decided(dpo, incident)

    assert reported.status == Status.REPORTED


def test_a_clear_breach_is_reported_before_anybody_has_assessed_it(
    partnership: Partnership,
) -> None:
    incident = report(partnership.decider, partnership.police.pk)

    assert decided(partnership.dpo, incident).decision == Status.REPORTED


def test_it_ends_with_its_lessons_and_takes_no_more_words(partnership: Partnership) -> None:
    dpo = partnership.dpo
    incident = decided(dpo, report(partnership.decider, partnership.police.pk))
    services.close(actor=dpo.actor, incident_id=incident.pk, lessons="Check each page")

    with pytest.raises(Denied):
        services.add_note(actor=dpo.actor, incident_id=incident.pk, text="More")

    assert "Check each page" in texts(partnership.decider, incident)


def test_its_reporter_adds_what_they_learn(partnership: Partnership) -> None:
    incident = report(partnership.decider, partnership.police.pk)
    services.add_note(
        actor=partnership.decider.actor, incident_id=incident.pk, text="It was sent back"
    )

    assert texts(partnership.dpo, incident) == [ACCOUNT, "It was sent back"]


@pytest.mark.parametrize(
    ("hours_ago", "reminded"), [(1, 0), (49, 1), (73, 1)], ids=["fresh", "last day", "overdue"]
)
def test_a_clock_that_runs_out_nags(
    partnership: Partnership, hours_ago: int, reminded: int
) -> None:
    noticed = timezone.now() - timedelta(hours=hours_ago)
    incident = report(partnership.decider, partnership.police.pk, aware_at=noticed)
    outbox.deliver_waiting("notify")
    mail.outbox.clear()
    system = Actor.system("incidents")

    assert services.remind(actor=system) == reminded
    assert services.remind(actor=system) == 0
    outbox.deliver_waiting("notify")

    told = {one.to[0] for one in mail.outbox}
    assert (partnership.dpo.user.email in told) is bool(reminded)
    yesterday = timezone.now() - timedelta(hours=25)
    Incident.objects.filter(pk=incident.pk).update(reminded_at=yesterday)
    assert services.remind(actor=system) == reminded


def test_a_decision_ends_the_nagging(partnership: Partnership) -> None:
    noticed = timezone.now() - timedelta(hours=80)
    incident = report(partnership.decider, partnership.police.pk, aware_at=noticed)
    services.remind(actor=Actor.system("incidents"))
    decided(partnership.dpo, incident)
    mail.outbox.clear()

    outbox.deliver_waiting("notify")

    assert services.remind(actor=Actor.system("incidents")) == 0
    assert not [one for one in mail.outbox if "waits for a decision" in str(one.subject)]


def test_the_log_keeps_codes_and_no_words(partnership: Partnership) -> None:
    incident = assessed(partnership.dpo, report(partnership.decider, partnership.police.pk))
    decided(partnership.dpo, incident)

    found = AuditEvent.objects.filter(target_id=incident.pk).values_list("event", "facts")
    assert dict(found) == {
        "incidents.incident.opened": {"kind": "LOST"},
        "incidents.incident.assessed": {"risk": "NO"},
        "incidents.incident.decided": {"decision": "REPORTED"},
    }


def findings(*names: str) -> Collection[Any]:
    return [one for name in names for one in registered()[name]()]


def test_the_nightly_check_can_explain_every_grant_of_an_incident(
    partnership: Partnership,
) -> None:
    incident = report(partnership.asker, partnership.care.pk, partnership.police.pk)
    add_person("Newt Officer", partnership.care, Role.DPO)
    assessed(partnership.dpo, incident)

    assert findings("vault.unexplained", "vault.left_alone") == []


def test_what_is_written_cannot_be_replaced_by_sql(partnership: Partnership) -> None:
    incident = report(partnership.asker, partnership.care.pk)

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE incidents_entry SET text = text WHERE incident_id = %s", [incident.pk]
        )
