"""Whoever kept an older copy of a row that conferred power does not get the power back with it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, models, transaction

from agencies import services
from agencies.access import actor_for
from agencies.models import Agency, Desk, DeskSeat, Invitation, Membership
from agencies.sectors import Duty, Kind, Sector
from agencies.services import AgencyEntry, DeskEntry
from agencies.services.appointing import seat
from audit.models import AuditEvent
from kernel.actors import Role
from kernel.attestation import Versioned
from kernel.decisions import Denied
from kernel.ids import new_id
from sharing.models import Request
from tests.agencies.conftest import membership_of
from tests.asks import send_ask
from tests.partnership import OPERATOR, Partnership, add_person

Copy = dict[str, Any]


def copy_of(row: models.Model) -> Copy:
    """What somebody who may read the table keeps for later."""
    found: Copy = type(row)._meta.base_manager.filter(pk=row.pk).values().get()
    return found


def put_back(model: type[models.Model], copy: Copy, **changes: Any) -> None:
    """The whole older row, over the newer one, as one who may write to the table."""
    rest = {name: value for name, value in copy.items() if name != "id"} | changes
    model._meta.base_manager.filter(pk=copy["id"]).update(**rest)


def test_an_ended_membership_is_not_put_back(partnership: Partnership) -> None:
    kept = copy_of(membership_of(partnership.decider))
    services.end_membership(
        actor=partnership.lead.actor, membership_id=partnership.decider.membership_id
    )

    with pytest.raises(IntegrityError, match="next version"), transaction.atomic():
        put_back(Membership, kept)
    put_back(Membership, kept, version=3)

    assert actor_for(partnership.decider.membership_id) is None


def test_roles_that_were_taken_away_are_not_put_back(partnership: Partnership) -> None:
    kept = copy_of(membership_of(partnership.decider))
    services.change_roles(
        actor=partnership.lead.actor,
        membership_id=partnership.decider.membership_id,
        roles=[Role.PRACTITIONER],
        desk_ids=[],
    )

    with pytest.raises(IntegrityError, match="next version"), transaction.atomic():
        put_back(Membership, kept)
    put_back(Membership, kept, version=3)

    assert actor_for(partnership.decider.membership_id) is None


def test_a_seat_that_was_given_up_is_not_put_back(partnership: Partnership) -> None:
    held = DeskSeat.objects.get(membership=partnership.decider.membership_id)
    kept = copy_of(held)
    seat(membership_of(partnership.decider), [], actor=OPERATOR)

    with pytest.raises(IntegrityError, match="next version"), transaction.atomic():
        put_back(DeskSeat, kept)
    put_back(DeskSeat, kept, version=3)

    assert partnership.decider.actor.desk_ids == frozenset()


def test_a_row_is_not_moved_aside_for_its_older_copy(partnership: Partnership) -> None:
    held = DeskSeat.objects.get(membership=partnership.decider.membership_id)
    seat(membership_of(partnership.decider), [], actor=OPERATOR)

    with pytest.raises(IntegrityError, match="next version"), transaction.atomic():
        DeskSeat.objects.filter(pk=held.pk).update(id=new_id())


def test_an_older_version_is_not_inserted_anew(partnership: Partnership) -> None:
    seat(membership_of(partnership.decider), [], actor=OPERATOR)
    held = DeskSeat.objects.get(membership=partnership.decider.membership_id)
    held.pk, held.ended_at = new_id(), None

    with pytest.raises(IntegrityError, match="begins with version 1"), transaction.atomic():
        held.save(force_insert=True)


def test_a_cancelled_invitation_is_not_put_back(
    partnership: Partnership, invitation: Invitation
) -> None:
    kept = copy_of(invitation)
    services.cancel_invitation(actor=partnership.lead.actor, invitation_id=invitation.pk)

    with pytest.raises(IntegrityError, match="next version"), transaction.atomic():
        put_back(Invitation, kept)


def test_an_agency_that_left_is_not_put_back(partnership: Partnership) -> None:
    kept = copy_of(partnership.police)
    police = Agency.objects.get(pk=partnership.police.pk)
    left = _entry_of(police, ended_on=police.created_at.date())
    services.edit_agency(actor=partnership.coordinator.actor, agency_id=police.pk, entry=left)

    with pytest.raises(IntegrityError, match="next version"), transaction.atomic():
        put_back(Agency, kept)
    put_back(Agency, kept, version=3)

    assert actor_for(partnership.decider.membership_id) is None


def _entry_of(agency: Agency, **changes: Any) -> AgencyEntry:
    values = {
        "name": agency.name,
        "short_name": agency.short_name,
        "sector": Sector(agency.sector),
        "kind": Kind(agency.kind),
        "duty": Duty(agency.duty),
    }
    return AgencyEntry(**values | changes)


def test_nobody_makes_their_own_agency_the_partnership_by_sql(partnership: Partnership) -> None:
    would_be = add_person("Would Be", partnership.police, Role.COORDINATOR, Role.PRACTITIONER)
    Agency.objects.filter(is_partnership=True).update(is_partnership=False, version=2)
    Agency.objects.filter(pk=partnership.police.pk).update(is_partnership=True, version=2)

    assert actor_for(would_be.membership_id) is None
    assert actor_for(partnership.coordinator.membership_id) is None


def test_a_desk_moved_by_sql_to_another_agency_seats_nobody_there(
    partnership: Partnership,
) -> None:
    lead = add_person("Char Lead", partnership.charity, Role.AGENCY_LEAD)
    Desk.objects.filter(pk=partnership.police_desk.pk).update(
        agency=partnership.charity, name="Moved", version=2
    )

    with pytest.raises(Denied, match="forged_row"):
        services.change_roles(
            actor=lead.actor,
            membership_id=partnership.outsider.membership_id,
            roles=[Role.DESK_MEMBER],
            desk_ids=[partnership.charity_desk.pk, partnership.police_desk.pk],
        )
    assert partnership.decider.actor.desk_ids == frozenset()


@pytest.mark.parametrize("model", ["agency", "desk"])
def test_nothing_is_sent_to_a_desk_that_was_given_another_name_by_sql(
    partnership: Partnership, model: str
) -> None:
    row: Any = {"agency": partnership.charity, "desk": partnership.charity_desk}[model]
    type(row).objects.filter(pk=row.pk).update(name="County Police MASH", version=2)

    with pytest.raises(Denied, match="forged_row"):
        send_ask(partnership.asker, partnership.charity_desk)
    assert not Request.objects.exists()
    member = actor_for(partnership.outsider.membership_id)
    assert member is None or member.desk_ids == frozenset()


def test_the_portal_does_not_sign_what_somebody_else_wrote(partnership: Partnership) -> None:
    """A lead who corrects a job title would otherwise make the forged row genuine."""
    Membership.objects.filter(pk=partnership.decider.membership_id).update(
        roles=[Role.AGENCY_LEAD.value], version=2
    )

    with pytest.raises(Denied, match="forged_row"):
        services.change_roles(
            actor=partnership.lead.actor,
            membership_id=partnership.decider.membership_id,
            roles=[Role.DESK_MEMBER],
            desk_ids=[],
        )
    services.end_membership(
        actor=partnership.lead.actor, membership_id=partnership.decider.membership_id
    )

    assert membership_of(partnership.decider).ended_at is not None


def test_what_carries_no_authority_changes_without_a_new_version(partnership: Partnership) -> None:
    member = membership_of(partnership.decider)
    member.job_title = "Sergeant"
    member.save(update_fields=["job_title"])

    assert membership_of(partnership.decider).version == 1


def test_a_service_that_forgets_to_sign_changes_nothing(partnership: Partnership) -> None:
    member = membership_of(partnership.decider)
    member.roles = [Role.DPO.value]

    with pytest.raises(IntegrityError, match="next version"), transaction.atomic():
        member.save(update_fields=["roles"])


def test_two_changes_from_the_same_reading_do_not_both_count(partnership: Partnership) -> None:
    first, second = (membership_of(partnership.decider) for _ in range(2))
    for one, role in ((first, Role.DPO), (second, Role.PRACTITIONER)):
        one.roles = [role.value]
    changed = ["roles", "version", "mac_key_id", "mac"]
    first.attest().save(update_fields=changed)

    with pytest.raises(IntegrityError, match="next version"), transaction.atomic():
        second.attest().save(update_fields=changed)


def test_the_log_keeps_the_version_of_each_change(partnership: Partnership) -> None:
    entry = DeskEntry(name="Another name")
    services.edit_desk(
        actor=partnership.coordinator.actor, desk_id=partnership.police_desk.pk, entry=entry
    )

    events = AuditEvent.objects.filter(target_id=partnership.police_desk.pk).order_by("at", "id")
    assert [event.facts["version"] for event in events] == [1, 2]


def versioned() -> Iterator[type[Versioned]]:
    for model in apps.get_models():
        if issubclass(model, Versioned) and model._meta.managed:
            yield model


@pytest.mark.parametrize("model", list(versioned()), ids=lambda model: model._meta.label)
def test_the_database_guards_exactly_the_columns_that_are_attested(
    db: None, model: type[Versioned]
) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT encode(tgargs, 'escape') FROM pg_trigger"
            " WHERE tgrelid = %s::regclass AND tgname = %s",
            [model._meta.db_table, f"{model._meta.db_table}_guard_version"],
        )
        row = cursor.fetchone()

    assert row is not None
    assert tuple(row[0].split("\\000")[:-1]) == model.attested
