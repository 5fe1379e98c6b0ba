"""Each night rows are compared with the log and with each other: who breaks one is found out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from typing import Any

import psycopg2
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import services as accounts
from agencies import services as agencies
from agencies.models import Authorisation, DeskSeat, Membership
from audit import consistency, queries
from audit.consistency import CHECKER, Finding
from audit.models import AuditEvent
from audit.services.checking import check_records
from audit.tasks import check_records as nightly
from kernel.actors import Actor, Role
from kernel.ids import new_id
from kernel.tiers import Tier
from sharing.models import Recipient, Request
from sharing.services import RecipientInput
from sharing.states import RecipientKind
from tests.accounts.conftest import code_of
from tests.asks import FLORENCE, ZEBEDEE, answer_ask, item, send_ask
from tests.partnership import Partnership, client_for, device_of, partnership
from vault import services as vault
from vault.models import Grant

__all__ = ["client_for", "partnership"]

Owner = Callable[..., None]


@pytest.fixture
def world(transactional_db: None, partnership: Partnership) -> Partnership:
    """Everything that the portal does with authority has been done once."""
    lead, police = partnership.lead, partnership.police
    offer = agencies.Offer(
        roles=[Role.PRACTITIONER], tier=Tier.PERSONAL, reason="Work", desk_ids=[],
        until_on=timezone.localdate() + timedelta(days=9),
    )  # fmt: skip
    invitation = agencies.invite(
        actor=lead.actor, agency_id=police.pk, email="new@police.example", offer=offer
    )
    agencies.send_again(actor=lead.actor, invitation_id=invitation.pk)
    agencies.change_roles(
        actor=lead.actor, membership_id=partnership.colleague.membership_id,
        roles=[Role.PRACTITIONER], desk_ids=[],
    )  # fmt: skip
    agencies.authorise(
        actor=lead.actor, membership_id=partnership.colleague.membership_id,
        tier=Tier.PERSONAL, reason="Work", until_on=timezone.localdate(),
    )  # fmt: skip
    agencies.end_membership(actor=lead.actor, membership_id=partnership.dpo.membership_id)
    device = device_of(partnership.decider.user)
    accounts.make_recovery_codes(
        actor=Actor(user_id=partnership.decider.user.pk), code=code_of(device)
    )
    ask = send_ask(partnership.asker, partnership.police_desk, ZEBEDEE, FLORENCE)
    charity = RecipientInput(RecipientKind.DESK, partnership.charity_desk.pk, Tier.PERSONAL)
    answer_ask(partnership.decider, ask, item(), recipients=[charity])
    send_ask(partnership.asking_colleague, partnership.charity_desk)
    return partnership


@pytest.fixture
def owner(as_owner: psycopg2.extensions.connection) -> Owner:
    """Somebody with the owner's password, who switches off what would stop them."""

    def run(table: str, statement: str, *values: object) -> None:
        with as_owner.cursor() as cursor:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            cursor.execute(statement, [str(one) for one in values])
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")

    return run


def found() -> list[tuple[str, str]]:
    """Which rows a run names, by code and table."""
    check_records(actor=CHECKER)
    return sorted({(one.code, one.table) for one in queries.open_findings(CHECKER)})


def test_a_healthy_partnership_yields_nothing(world: Partnership) -> None:
    counts = check_records(actor=CHECKER)

    assert {name: count for name, count in counts.items() if count} == {}
    assert queries.open_findings(CHECKER) == {}
    assert len(counts) >= 18
    event = AuditEvent.objects.get(event="audit.records_checked")
    assert event.facts == {"checks": len(counts)}


_A_GRANT = "(SELECT id FROM vault_grant WHERE reason = 'NAMED' ORDER BY id LIMIT 1)"
BREAKAGES: dict[str, tuple[str, str, set[tuple[str, str]]]] = {
    "roles edited": (
        "agencies_membership",
        "UPDATE agencies_membership SET roles = ARRAY['DPO'] WHERE 'PRACTITIONER' = ANY(roles)",
        {("forged", "agencies.Membership")},
    ),
    "a seat removed": (
        "agencies_deskseat",
        "DELETE FROM agencies_deskseat WHERE ended_at IS NOT NULL",
        {("removed", "agencies.DeskSeat")},
    ),
    "an authorisation removed": (
        "agencies_authorisation",
        "DELETE FROM agencies_authorisation WHERE id = (SELECT id FROM agencies_authorisation a"
        " WHERE NOT EXISTS (SELECT FROM agencies_authorisationend WHERE authorisation_id = a.id)"
        " LIMIT 1)",
        {("removed", "agencies.Authorisation")},
    ),
    "the end of an authorisation removed": (
        "agencies_authorisationend",
        "DELETE FROM agencies_authorisationend",
        {("ending_removed", "agencies.AuthorisationEnd")},
    ),
    "a desk renamed": (
        "agencies_desk",
        "UPDATE agencies_desk SET name = 'Other' WHERE name = 'Information desk'",
        {("forged", "agencies.Desk")},
    ),
    "an agency made the partnership": (
        "agencies_agency",
        "UPDATE agencies_agency SET is_partnership = false",
        {("forged", "agencies.Agency")},
    ),
    "an invitation edited": (
        "agencies_invitation",
        "UPDATE agencies_invitation SET tier = 3",
        {("forged", "agencies.Invitation")},
    ),
    "an address edited": (
        "accounts_user",
        "UPDATE accounts_user SET email = 'thief@x.example' WHERE full_name = 'Dee Cider'",
        {("forged", "accounts.User")},
    ),
    "a device given away": (
        "accounts_totpdevice",
        "UPDATE accounts_totpdevice SET seed = decode('00', 'hex')",
        {("forged", "accounts.TotpDevice")},
    ),
    "a sheet removed": (
        "accounts_recoverysheet",
        "UPDATE accounts_recoverysheet SET confirmed = false",
        {("forged", "accounts.RecoverySheet")},
    ),
    "a recovery code removed": (
        "accounts_recoverycode",
        "DELETE FROM accounts_recoverycode WHERE id = (SELECT min(id::text)::uuid"
        " FROM accounts_recoverycode)",
        {("removed", "accounts.RecoveryCode")},
    ),
    "an appointment removed": (
        "agencies_agencyuserobjectpermission",
        "DELETE FROM agencies_agencyuserobjectpermission",
        {("leads_without_appointment", "agencies.Membership")},
    ),
    "an appointment given": (
        "agencies_agencyuserobjectpermission",
        "INSERT INTO agencies_agencyuserobjectpermission (user_id, permission_id, content_object_id)"
        " SELECT (SELECT id FROM accounts_user WHERE full_name = 'Una Cleared'), permission_id,"
        " content_object_id FROM agencies_agencyuserobjectpermission LIMIT 1",
        {("appointed_without_membership", "agencies.AgencyUserObjectPermission")},
    ),
    "a grant's tier raised": (
        "vault_grant",
        "UPDATE vault_grant SET tier = 3 WHERE reason = 'DESK' AND tier = 2",
        {
            ("forged", "vault.Grant"),
            ("promised_without_grant", "sharing.AskSubject"),
            ("recipient_without_grant", "sharing.Recipient"),
        },
    ),
    "a grant revoked past the portal": (
        "vault_grantrevocation",
        "INSERT INTO vault_grantrevocation (id, created_at, grant_id, revoked_at, revoked_by)"
        " SELECT gen_random_uuid(), now(), grant_id, now(), gen_random_uuid()"
        " FROM sharing_recipient ORDER BY id LIMIT 1",
        {
            ("unrecorded", "vault.GrantRevocation"),
            ("recipient_without_grant", "sharing.Recipient"),
        },
    ),
    "a recipient's tier raised": (
        "sharing_recipient",
        "UPDATE sharing_recipient SET tier = 3 WHERE tier = 2",
        {("recipient_without_grant", "sharing.Recipient")},
    ),
    "a recipient taken away": (
        "sharing_recipient",
        "DELETE FROM sharing_recipient WHERE desk_id ="
        " (SELECT d.id FROM agencies_desk d JOIN agencies_agency a ON a.id = d.agency_id"
        " WHERE a.name = 'Little Steps')",
        {("unexplained", "vault.Grant")},
    ),
    "whom a desk is asked about widened": (
        "sharing_asksubject",
        "INSERT INTO sharing_asksubject (id, created_at, ask_id, subject_id)"
        " SELECT gen_random_uuid(), now(), a.id, s.id FROM sharing_ask a, sharing_subject s"
        " WHERE NOT EXISTS (SELECT FROM sharing_asksubject x"
        " WHERE x.ask_id = a.id AND x.subject_id = s.id)"
        " AND a.desk_id = (SELECT d.id FROM agencies_desk d JOIN agencies_agency g"
        " ON g.id = d.agency_id WHERE g.name = 'County Police')",
        {("promised_without_grant", "sharing.AskSubject")},
    ),
}


@pytest.mark.parametrize("name", BREAKAGES)
def test_what_the_owner_breaks_is_named(world: Partnership, owner: Owner, name: str) -> None:
    table, statement, expected = BREAKAGES[name]

    owner(table, statement)

    assert set(found()) == expected


def test_an_older_row_that_the_owner_puts_back_is_named(world: Partnership, owner: Owner) -> None:
    """With its signature, its version and the triggers off: genuine in every way but the log's."""
    ended = Membership.objects.get(pk=world.dpo.membership_id)
    ended.ended_at = ended.ended_by = None
    ended.version = 1
    ended._state.adding = True
    ended.attest()
    owner(
        "agencies_membership",
        "UPDATE agencies_membership SET ended_at = NULL, ended_by_id = NULL, version = 1,"
        " mac = decode(%s, 'hex') WHERE id = %s",
        bytes(ended.mac).hex(),
        ended.pk,
    )

    assert Membership.objects.get(pk=ended.pk).is_genuine()
    assert found() == [("put_back", "agencies.Membership")]


def test_a_row_signed_with_the_key_and_written_past_the_portal_is_named(
    world: Partnership,
) -> None:
    """Somebody on a host with the key ring: the signature is right, and nobody decided it."""
    seat = DeskSeat(membership_id=world.outsider.membership_id, desk=world.police_desk)
    seat.attest().save(force_insert=True)
    request = Request.objects.order_by("sent_at").first()
    assert request is not None
    grant = Grant(
        safe=request.safe, holder_kind="MEMBERSHIP", holder_id=world.outsider.membership_id,
        tier=Tier.SENSITIVE, reason="NAMED", granted_by=new_id(),
    ).attest()  # fmt: skip
    grant.save(force_insert=True)

    assert found() == [
        ("unexplained", "vault.Grant"),
        ("unrecorded", "agencies.DeskSeat"),
        ("unrecorded", "vault.Grant"),
    ]


def test_a_revocation_that_the_owner_removes_is_named(world: Partnership, owner: Owner) -> None:
    row = Recipient.objects.filter(desk=world.charity_desk).select_related("grant").first()
    assert row is not None
    vault.revoke(actor=world.decider.actor, grant=row.grant)
    owner("vault_grantrevocation", "DELETE FROM vault_grantrevocation")

    assert found() == [("ending_removed", "vault.GrantRevocation")]


def test_a_grant_that_the_owner_removes_is_named(world: Partnership, owner: Owner) -> None:
    owner(
        "vault_grant",
        "DELETE FROM vault_grant WHERE reason = 'OWN_DESK'"
        " AND safe_id IN (SELECT safe_id FROM sharing_draft WHERE ask_id IS NULL)",
    )

    assert found() == [
        ("held_by_name_alone", "vault.Safe"),
        ("removed", "vault.Grant"),
    ]


def test_a_known_finding_is_not_reported_every_night(world: Partnership, owner: Owner) -> None:
    break_it = ("agencies_desk", "UPDATE agencies_desk SET name = name || '!'")
    owner(*break_it)
    for _ in range(3):
        nightly()

    incidents = AuditEvent.objects.filter(event="audit.integrity", facts__has_key="check")
    assert incidents.count() == 4
    assert AuditEvent.objects.filter(event="audit.records_checked").count() == 3

    owner("agencies_desk", "UPDATE agencies_desk SET name = trim(trailing '!' from name)")
    nightly()
    nightly()
    assert queries.open_findings(CHECKER) == {}
    assert AuditEvent.objects.filter(event="audit.finding_gone").count() == 4

    owner(*break_it)
    nightly()
    assert incidents.count() == 8


def test_a_broken_table_is_reported_up_to_a_limit_and_counted_whole(
    world: Partnership, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("audit.services.checking.MOST_INCIDENTS", 3)
    rows = [Finding("broken", "vault.Safe", str(new_id())) for _ in range(10)]
    monkeypatch.setattr(consistency, "_checks", {"sample": lambda: iter(rows)})

    assert check_records(actor=CHECKER) == {"sample": 10}
    assert len(queries.open_findings(CHECKER)) == 3
    assert check_records(actor=CHECKER) == {"sample": 10}
    assert len(queries.open_findings(CHECKER)) == 6


def test_two_checks_do_not_share_a_name(db: None) -> None:
    with pytest.raises(ValueError, match="two checks"):
        consistency.register("agencies.appointments", lambda: ())


def test_a_table_is_read_in_batches_that_neither_repeat_nor_leave_out(
    partnership: Partnership,
) -> None:
    batches = list(consistency.in_batches(Authorisation.objects.all(), 2))

    assert {len(batch) for batch in batches} <= {1, 2}
    keys = [row.pk for batch in batches for row in batch]
    assert keys == sorted(keys)
    assert len(keys) == Authorisation.objects.count()


def test_ten_times_the_rows_cost_no_more_queries_while_a_batch_holds_them(
    world: Partnership,
) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            check_records(actor=CHECKER)
        return len(asked)

    few = cost()
    for _ in range(5):
        send_ask(world.asker, world.police_desk, ZEBEDEE, FLORENCE)

    assert cost() <= few


def test_the_command_says_what_it_found(world: Partnership, owner: Owner) -> None:
    call_command("check_records", stdout=StringIO())
    owner("accounts_user", "UPDATE accounts_user SET email = 'thief@x.example' WHERE id = %s",
          world.decider.user.pk)  # fmt: skip
    told = StringIO()

    with pytest.raises(SystemExit):
        call_command("check_records", stdout=told)

    assert f"forged                       accounts.User {world.decider.user.pk}" in told.getvalue()
    assert "thief" not in told.getvalue()


def test_an_operator_mends_a_row_and_the_log_knows(
    world: Partnership, owner: Owner, settings: Any
) -> None:
    user = world.decider.user
    email = user.email
    owner("accounts_user", "UPDATE accounts_user SET email = 'thief@x.example' WHERE id = %s", user.pk)  # fmt: skip
    owner("accounts_user", "UPDATE accounts_user SET email = %s, mac = '' WHERE id = %s", email, user.pk)  # fmt: skip
    words = ("vouch", "accounts.User", str(user.pk))
    with pytest.raises(CommandError, match="as the owner"):
        call_command(*words, "--yes", stdout=StringIO())
    settings.DB_ROLE = "owner"
    told = StringIO()
    call_command(*words, stdout=told)
    assert email in told.getvalue()
    assert "password" not in told.getvalue()
    assert found() == [("forged", "accounts.User")]

    call_command(*words, "--yes", stdout=StringIO())

    assert found() == []
    with pytest.raises(CommandError, match="is genuine"):
        call_command(*words, "--yes", stdout=StringIO())
