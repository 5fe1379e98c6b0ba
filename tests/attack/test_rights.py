"""Somebody gives themselves a right by SQL. The page that they wanted stays shut."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import psycopg2
import pytest
from django.test import Client
from django.utils import timezone

from agencies.access import actor_for
from kernel.actors import Role
from kernel.ids import new_id
from kernel.keys import Purpose, ring
from kernel.tiers import Tier
from tests.asks import BODY
from tests.attack.conftest import Shared, Sql, incidents, sees
from tests.partnership import Player, add_person
from vault import services as vault
from vault.models import Grant, Safe

Browse = Callable[[Player], Client]

FORGED_GRANT = """
INSERT INTO vault_grant (id, created_at, safe_id, holder_kind, holder_id, tier, reason, granted_by,
    valid_from, mac_key_id, mac)
SELECT gen_random_uuid(), now(), id, %s, %s, 3, 'AUTHOR', %s, '2020-01-01', %s, %s FROM vault_safe
"""


def test_whom_it_was_meant_for_reads_it(shared: Shared, browse: Browse) -> None:
    """Without this the other tests would prove nothing."""
    assert BODY in sees(browse(shared.partnership.asking_colleague), shared.page)
    assert incidents() == set()


@pytest.mark.parametrize("kind", ["MEMBERSHIP", "DESK", "AGENCY"])
@pytest.mark.parametrize("mac", [b"", bytes(32), None], ids=["empty", "zeros", "another's"])
def test_a_grant_on_everything_inserted_by_sql_shows_nothing(
    shared: Shared, browse: Browse, as_app: Sql, kind: str, mac: bytes | None
) -> None:
    intruder = shared.partnership.uncleared
    holder = {
        "MEMBERSHIP": intruder.membership_id,
        "DESK": shared.partnership.charity_desk.pk,
        "AGENCY": shared.partnership.charity.pk,
    }[kind]
    stolen = Grant.objects.filter(reason="AUTHOR").first()
    assert stolen is not None
    mac = bytes(stolen.mac) if mac is None else mac
    key = ring().newest(Purpose.ATTEST).id
    before = _everything(browse, shared)
    as_app(FORGED_GRANT, kind, str(holder), str(holder), key, mac)

    assert _everything(browse, shared) == before
    for reader in (intruder, shared.partnership.outsider):
        assert sees(browse(reader), shared.page) == []
    # The outsider's page is shut by scope already: here the vault itself is asked.
    outsider = shared.partnership.outsider.actor
    assert {vault.reach_of(outsider, safe) for safe in Safe.objects.all()} == {None}


def _everything(browse: Browse, shared: Shared) -> list[list[str]]:
    """What everybody sees of the share."""
    people = ("asker", "asking_colleague", "decider", "uncleared", "outsider", "lead", "dpo")
    return [sees(browse(getattr(shared.partnership, who)), shared.page) for who in people]


@pytest.mark.parametrize(
    "change", ["valid_from = '2020-01-01'", "granted_by = holder_id", "valid_until = '2090-01-01'"]
)
def test_grants_cannot_be_edited_and_edited_by_the_owner_they_end(
    shared: Shared, browse: Browse, as_app: Sql, as_owner_sql: Sql, change: str
) -> None:
    """Even by a change that would take nothing away: the row is no longer what was signed."""
    reader = browse(shared.partnership.asking_colleague)
    assert BODY in sees(reader, shared.page)
    statement = f"UPDATE vault_grant SET {change}"  # noqa: S608
    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        as_app(statement)
    as_owner_sql(statement)

    assert BODY not in sees(reader, shared.page)
    assert "forged_grant" in incidents()


def test_a_revocation_cannot_be_taken_back(shared: Shared, browse: Browse, as_app: Sql) -> None:
    reader, author = shared.partnership.asking_colleague, shared.partnership.decider
    assert sees(browse(reader), shared.page) != []
    given = Grant.objects.filter(granted_by=author.membership_id, holder_id__in=_holders(reader))
    for grant in given:
        vault.revoke(actor=author.actor, grant=grant)
    assert BODY not in sees(browse(reader), shared.page)

    for statement in (
        "DELETE FROM vault_grantrevocation",
        "UPDATE vault_grantrevocation SET revoked_at = 'infinity'",
        "TRUNCATE vault_grantrevocation",
    ):
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            as_app(statement)
    assert BODY not in sees(browse(reader), shared.page)


def _holders(player: Player) -> list[UUID]:
    return [player.membership_id, *player.actor.desk_ids]


@pytest.mark.parametrize(
    "change",
    [
        "roles = '{DESK_MEMBER,AGENCY_LEAD,DPO}'",
        "user_id = %s",
        "ended_at = NULL, roles = roles || '{DPO}'",
    ],
    ids=["roles", "user", "more roles"],
)
def test_a_membership_edited_by_sql_ends_rather_than_grows(
    shared: Shared, browse: Browse, as_app: Sql, as_owner_sql: Sql, change: str
) -> None:
    """The trigger refuses it; past the trigger the row confers nothing any more, to nobody."""
    partnership = shared.partnership
    reader, intruder = partnership.asking_colleague, partnership.outsider
    values = [str(intruder.user.pk)] * change.count("%s")
    statement = f"UPDATE agencies_membership SET {change} WHERE id = %s"  # noqa: S608
    with pytest.raises(psycopg2.errors.CheckViolation, match="next version"):
        as_app(statement, *values, str(reader.membership_id))
    as_owner_sql("ALTER TABLE agencies_membership DISABLE TRIGGER USER")
    as_owner_sql(statement, *values, str(reader.membership_id))
    as_owner_sql("ALTER TABLE agencies_membership ENABLE TRIGGER USER")

    for who in (reader, intruder):
        assert sees(browse(who), shared.page) == []
    assert actor_for(reader.membership_id) is None
    assert "forged_row" in incidents()


def test_a_seat_inserted_by_sql_seats_nobody(shared: Shared, browse: Browse, as_app: Sql) -> None:
    intruder = shared.partnership.outsider
    columns = _columns(as_app, "agencies_deskseat")
    values = {
        "id": str(new_id()),
        "created_at": timezone.now(),
        "started_at": timezone.now(),
        "membership_id": str(intruder.membership_id),
        "desk_id": str(shared.partnership.care_desk.pk),
        "mac_key_id": ring().newest(Purpose.ATTEST).id,
        "mac": bytes(32),
        "version": 1,
    }
    chosen = {name: values[name] for name in columns if name in values}
    marks = ", ".join(["%s"] * len(chosen))
    as_app(
        f"INSERT INTO agencies_deskseat ({', '.join(chosen)}) VALUES ({marks})",  # noqa: S608
        *chosen.values(),
    )

    assert sees(browse(intruder), shared.page) == []
    assert "forged_row" in incidents()


def _columns(sql: Sql, table: str) -> list[str]:
    columns = "SELECT column_name FROM information_schema.columns WHERE table_name = %s"
    return [name for (name,) in sql(columns, table)]


def test_a_clearance_raised_by_sql_opens_nothing_more(
    shared: Shared, browse: Browse, as_app: Sql, as_owner_sql: Sql
) -> None:
    """PERSONAL becomes SENSITIVE in the table: the authorisation is void, not higher."""
    care, desk = shared.partnership.care, shared.partnership.care_desk
    reader = add_person("Perry Sonal", care, Role.DESK_MEMBER, desk=desk, tier=Tier.PERSONAL)
    assert BODY not in sees(browse(reader), shared.page)
    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        as_app("UPDATE agencies_authorisation SET tier = 3")
    as_owner_sql("UPDATE agencies_authorisation SET tier = 3 WHERE tier < 3")

    assert BODY not in sees(browse(reader), shared.page)
    assert reader.actor.clearance is Tier.ANONYMISED
    assert "forged_row" in incidents()
