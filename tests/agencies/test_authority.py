"""What a membership is worth: only rows that the portal wrote, and only while they hold (D17)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import F
from django.db.utils import ProgrammingError
from django.utils import timezone
from django.utils.timezone import localdate

from agencies import queries, services
from agencies.access import actor_for, hats_of
from agencies.models import (
    Agency,
    AgencyUserObjectPermission,
    Authorisation,
    AuthorisationEnd,
    DeskSeat,
    Membership,
)
from agencies.policies import manages
from agencies.services.appointing import give_clearance
from audit.models import AuditEvent
from kernel.actors import Role
from kernel.attestation import SIGNATURE
from kernel.ids import new_id
from kernel.tiers import Tier
from tests.agencies.conftest import in_days, membership_of
from tests.partnership import OPERATOR, Partnership, Player, add_desk, add_person, deactivate


def forgeries() -> list[str]:
    events = AuditEvent.objects.filter(event="audit.integrity").values_list("facts", flat=True)
    return [facts["table"] for facts in events]


def test_without_an_authorisation_a_membership_stands_at_anonymised(
    partnership: Partnership,
) -> None:
    assert partnership.uncleared.actor.clearance is Tier.ANONYMISED
    assert partnership.asker.actor.clearance is Tier.PERSONAL
    assert partnership.decider.actor.clearance is Tier.SENSITIVE


@pytest.mark.parametrize(
    ("starts", "ends", "clearance"),
    [
        (0, 0, Tier.SENSITIVE),
        (-30, 30, Tier.SENSITIVE),
        (-30, -1, Tier.ANONYMISED),
        (1, 30, Tier.ANONYMISED),
    ],
)
def test_an_authorisation_holds_from_its_first_to_its_last_day(
    partnership: Partnership, starts: int, ends: int, clearance: Tier
) -> None:
    authorisation = Authorisation(
        membership=membership_of(partnership.uncleared),
        tier=Tier.SENSITIVE,
        reason="Their work",
        from_on=in_days(starts),
        until_on=in_days(ends),
    )
    authorisation.attest().save(force_insert=True)

    assert partnership.uncleared.actor.clearance is clearance


def test_an_authorisation_that_was_ended_confers_nothing(partnership: Partnership) -> None:
    authorisation = Authorisation.objects.get(membership=partnership.decider.membership_id)
    AuthorisationEnd.objects.create(
        authorisation=authorisation, ended_by=membership_of(partnership.lead)
    )

    assert partnership.decider.actor.clearance is Tier.ANONYMISED


def test_an_authorisation_lasts_twelve_months_at_most(partnership: Partnership) -> None:
    member = membership_of(partnership.uncleared)
    give_clearance(member, None, Tier.PERSONAL, "A year", in_days(365), actor=OPERATOR)

    with pytest.raises(IntegrityError, match="twelve_months_at_most"), transaction.atomic():
        give_clearance(member, None, Tier.PERSONAL, "Longer", in_days(367), actor=OPERATOR)


def test_the_database_lets_nobody_authorise_their_own_membership(partnership: Partnership) -> None:
    member = membership_of(partnership.uncleared)

    with pytest.raises(IntegrityError, match="nobody_authorises_themselves"), transaction.atomic():
        give_clearance(member, member, Tier.SENSITIVE, "Because I may", in_days(10), actor=OPERATOR)


def test_an_authorisation_inserted_by_sql_confers_nothing_and_is_reported(
    partnership: Partnership,
) -> None:
    source = Authorisation.objects.get(membership=partnership.decider.membership_id)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO agencies_authorisation (id, created_at, membership_id, tier, reason,"
            " from_on, until_on, mac_key_id, mac)"
            " SELECT %s, created_at, %s, tier, reason, from_on, until_on, mac_key_id, mac"
            " FROM agencies_authorisation WHERE id = %s",
            [new_id(), partnership.uncleared.membership_id, source.pk],
        )

    assert partnership.uncleared.actor.clearance is Tier.ANONYMISED
    assert forgeries() == ["agencies.Authorisation"]


@pytest.mark.parametrize("change", ["SET tier = 3", "SET until_on = until_on + 1"])
def test_the_application_role_cannot_edit_an_authorisation(
    partnership: Partnership, change: str
) -> None:
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"UPDATE agencies_authorisation {change}")


@pytest.mark.parametrize("verb", ["UPDATE {} SET ended_at = now()", "DELETE FROM {}"])
def test_the_application_role_cannot_take_back_the_end_of_an_authorisation(
    partnership: Partnership, verb: str
) -> None:
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(verb.format("agencies_authorisationend"))


@pytest.mark.parametrize(
    "change",
    [
        "roles = ARRAY['AGENCY_LEAD', 'PRACTITIONER']",
        "agency_id = (SELECT id FROM agencies_agency WHERE is_partnership)",
    ],
)
def test_a_membership_edited_by_sql_confers_nothing_and_is_reported(
    partnership: Partnership, change: str
) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE agencies_membership SET {change}, version = 2 WHERE id = %s",  # noqa: S608 - two of ours
            [partnership.asker.membership_id],
        )

    assert actor_for(partnership.asker.membership_id) is None
    assert forgeries() == ["agencies.Membership"]


def test_an_ended_membership_cannot_be_revived_by_sql(partnership: Partnership) -> None:
    services.end_membership(
        actor=partnership.lead.actor, membership_id=partnership.decider.membership_id
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE agencies_membership"
            " SET ended_at = NULL, ended_by_id = NULL, version = version + 1"
        )

    assert actor_for(partnership.decider.membership_id) is None


def test_a_seat_moved_by_sql_to_another_desk_opens_no_desk(partnership: Partnership) -> None:
    seats = DeskSeat.objects.filter(membership=partnership.asking_colleague.membership_id)
    seats.update(desk=partnership.police_desk, version=F("version") + 1)

    assert partnership.asking_colleague.actor.desk_ids == frozenset()
    assert queries.desk_people([partnership.police_desk.pk])[partnership.police_desk.pk] == [
        membership_of(one)
        for one in (partnership.decider, partnership.colleague, partnership.uncleared)
    ]
    assert "agencies.DeskSeat" in forgeries()


def test_an_appointment_in_guardian_alone_makes_nobody_a_manager(partnership: Partnership) -> None:
    decider = membership_of(partnership.decider)
    AgencyUserObjectPermission.objects.assign_perm("manage_agency", decider.user, decider.agency)

    assert not manages(partnership.decider.actor, partnership.police)


def test_a_leads_membership_without_the_appointment_manages_nothing(
    partnership: Partnership,
) -> None:
    AgencyUserObjectPermission.objects.all().delete()

    assert partnership.lead.actor.holds(Role.AGENCY_LEAD)
    assert not manages(partnership.lead.actor, partnership.police)


def test_a_lead_acting_for_another_agency_manages_nothing_there(partnership: Partnership) -> None:
    user = partnership.lead.user
    other = Membership(user=user, agency=partnership.charity, roles=[Role.PRACTITIONER])
    other.attest().save(force_insert=True)

    assert not manages(Player(user, other.pk).actor, partnership.police)
    assert manages(partnership.lead.actor, partnership.police)


def test_a_coordinators_role_counts_only_in_the_partnerships_agency(
    partnership: Partnership,
) -> None:
    elsewhere = add_person("Not Here", partnership.police, Role.COORDINATOR, Role.PRACTITIONER)

    assert elsewhere.actor.roles == {Role.PRACTITIONER}


def test_a_desk_member_who_loses_the_role_loses_the_desk(partnership: Partnership) -> None:
    services.change_roles(
        actor=partnership.lead.actor,
        membership_id=partnership.decider.membership_id,
        roles=[Role.PRACTITIONER],
        desk_ids=[partnership.police_desk.pk],
    )

    assert partnership.decider.actor.desk_ids == frozenset()
    assert not DeskSeat.objects.filter(
        membership=partnership.decider.membership_id, ended_at=None
    ).exists()


def test_nobody_is_seated_at_another_agencys_desk(partnership: Partnership) -> None:
    services.change_roles(
        actor=partnership.lead.actor,
        membership_id=partnership.decider.membership_id,
        roles=[Role.DESK_MEMBER],
        desk_ids=[partnership.charity_desk.pk],
    )

    assert partnership.decider.actor.desk_ids == frozenset()


def test_an_agency_that_has_left_gives_nobody_anything(partnership: Partnership) -> None:
    police = Agency.objects.get(pk=partnership.police.pk)
    police.ended_on = localdate()
    police.attest().save(update_fields=["ended_on", *SIGNATURE])

    assert actor_for(partnership.decider.membership_id) is None
    assert hats_of(partnership.decider.user.pk) == []


def test_a_deactivated_person_acts_for_nobody(partnership: Partnership) -> None:
    deactivate(partnership.asker.user)

    assert actor_for(partnership.asker.membership_id) is None


def test_a_desk_is_as_clear_as_its_clearest_person(partnership: Partnership) -> None:
    empty = add_desk(partnership.care, "Nobody's desk")
    add_person("New Here", partnership.care, Role.DESK_MEMBER, desk=empty)

    found = queries.desk_clearances([partnership.police_desk.pk, empty.pk])

    assert found == {partnership.police_desk.pk: Tier.SENSITIVE, empty.pk: Tier.ANONYMISED}


def test_an_actor_costs_the_same_few_queries_however_much_it_holds(
    partnership: Partnership, django_assert_num_queries: Any
) -> None:
    for number in range(20):
        desk = add_desk(partnership.police, f"Desk {number}")
        seat = DeskSeat(membership=membership_of(partnership.decider), desk=desk)
        seat.attest().save(force_insert=True)

    with django_assert_num_queries(3):
        actor = actor_for(partnership.decider.membership_id)

    assert actor is not None
    assert len(actor.desk_ids) == 21


def test_a_worker_acts_by_the_membership_as_it_stands_when_it_runs(
    partnership: Partnership,
) -> None:
    services.end_membership(
        actor=partnership.lead.actor, membership_id=partnership.decider.membership_id
    )

    assert actor_for(partnership.decider.membership_id, via="system:notices") is None
    asker = actor_for(partnership.asker.membership_id, via="system:notices")
    assert asker is not None
    assert asker.via == "system:notices"


def test_a_live_membership_is_one_per_person_and_agency(partnership: Partnership) -> None:
    again = Membership(
        user=partnership.asker.user, agency=partnership.care, roles=[Role.PRACTITIONER]
    )

    with (
        pytest.raises(IntegrityError, match="one_live_membership_per_person_and_agency"),
        transaction.atomic(),
    ):
        again.attest().save(force_insert=True)


def test_whoever_left_may_come_back(partnership: Partnership) -> None:
    services.end_membership(
        actor=partnership.lead.actor, membership_id=partnership.decider.membership_id
    )
    back = Membership(
        user=partnership.decider.user, agency=partnership.police, roles=[Role.PRACTITIONER]
    )
    back.joined_at = timezone.now() + timedelta(seconds=1)
    back.attest().save(force_insert=True)

    assert [hat.membership for hat in hats_of(partnership.decider.user.pk)] == [back]
