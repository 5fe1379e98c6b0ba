"""A row inserted or edited behind the portal's back has no valid MAC, so it confers nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from django.contrib.postgres.fields import ArrayField
from django.db import models

from kernel.attestation import Attested, sign, verify
from kernel.ids import new_id
from kernel.keys import KeyRing, Purpose, ring
from kernel.models import BaseModel
from kernel.tiers import Tier
from vault.models import Grant, GrantReason, HolderKind

NOW = datetime(2027, 11, 21, 12, tzinfo=UTC)


class Appointment(Attested, BaseModel):
    """Every type of column that carries authority."""

    attested = ("holder_id", "tier", "role", "is_lead", "on", "until", "desks")

    class Meta:
        app_label = "attestation_sample"
        managed = False

    holder_id = models.UUIDField()
    tier = models.PositiveSmallIntegerField(choices=Tier)
    role = models.CharField(max_length=20)
    is_lead = models.BooleanField()
    on = models.DateField()
    until = models.DateTimeField(null=True)
    desks = ArrayField(models.UUIDField())


@pytest.fixture
def keys(tmp_path: Path, settings: Any) -> KeyRing:
    settings.KEY_RING = tmp_path / "ring"
    ring().create(Purpose.ATTEST)
    return ring()


@pytest.fixture
def appointment(keys: KeyRing) -> Appointment:
    return Appointment(
        holder_id=new_id(),
        tier=Tier.PERSONAL,
        role="LEAD",
        is_lead=False,
        on=date(2026, 11, 21),
        until=NOW,
        desks=[new_id(), new_id()],
    ).attest()


CHANGES: dict[str, Callable[[Appointment], object]] = {
    "id": lambda _: new_id(),
    "holder_id": lambda _: new_id(),
    "tier": lambda _: Tier.SENSITIVE,
    "role": lambda _: "LEADER",
    "is_lead": lambda _: True,
    "on": lambda row: row.on + timedelta(days=1),
    "until": lambda row: (row.until or NOW) + timedelta(microseconds=1),
    "desks": lambda row: [*row.desks, new_id()],
    "mac": lambda _: bytes(32),
    "mac_key_id": lambda _: "0" * 32,
}


def test_a_row_that_the_portal_wrote_is_genuine(appointment: Appointment) -> None:
    assert appointment.is_genuine()


def test_the_changes_below_touch_every_authority_column() -> None:
    assert set(CHANGES) >= set(Appointment.attested)


@pytest.mark.parametrize("column", CHANGES)
def test_changing_any_one_column_breaks_it(appointment: Appointment, column: str) -> None:
    setattr(appointment, column, CHANGES[column](appointment))

    assert not appointment.is_genuine()


def test_emptying_a_limit_breaks_it(appointment: Appointment) -> None:
    appointment.until = None

    assert not appointment.is_genuine()


def test_a_row_nobody_signed_confers_nothing(keys: KeyRing) -> None:
    assert not Appointment(
        holder_id=new_id(), tier=3, role="", is_lead=True, on=date(2026, 1, 1), desks=[]
    ).is_genuine()


def test_signing_again_after_a_change_makes_it_genuine(appointment: Appointment) -> None:
    appointment.role = "DPO"
    appointment.attest()

    assert appointment.is_genuine()


def test_the_order_of_a_list_carries_no_authority(appointment: Appointment) -> None:
    appointment.desks = list(reversed(appointment.desks))

    assert appointment.is_genuine()


def test_one_moment_in_two_zones_is_one_moment(appointment: Appointment) -> None:
    assert appointment.until is not None
    appointment.until = appointment.until.astimezone(timezone(timedelta(hours=5)))

    assert appointment.is_genuine()


def test_rows_signed_under_an_older_key_stay_genuine(
    appointment: Appointment, keys: KeyRing
) -> None:
    newer = keys.create(Purpose.ATTEST)

    assert appointment.is_genuine()
    assert appointment.attest().mac_key_id == newer.id


def test_a_signature_under_the_key_of_another_installation_counts_for_nothing(
    appointment: Appointment, tmp_path: Path, settings: Any
) -> None:
    settings.KEY_RING = tmp_path / "other"
    ring().create(Purpose.ATTEST)

    assert not appointment.is_genuine()


def test_a_signature_does_not_serve_another_table(keys: KeyRing) -> None:
    key_id = keys.newest(Purpose.ATTEST).id
    authority = {"pk": new_id(), "tier": 3}
    mac = sign("vault.Grant", key_id, authority)

    assert verify("vault.Grant", key_id, authority, mac)
    assert not verify("agencies.Membership", key_id, authority, mac)


def test_neighbouring_columns_cannot_be_shifted_into_each_other(keys: KeyRing) -> None:
    key_id = keys.newest(Purpose.ATTEST).id

    assert sign("t", key_id, {"a": "bc", "d": ""}) != sign("t", key_id, {"a": "b", "d": "c"})
    assert sign("t", key_id, {"a": "b", "c": "d"}) != sign("t", key_id, {"a": "d", "c": "b"})
    assert sign("t", key_id, {"a": ["bc"]}) != sign("t", key_id, {"a": ["b", "c"]})
    assert sign("t", key_id, {"a": None}) != sign("t", key_id, {"a": "-"})
    assert sign("t", key_id, {"a": []}) != sign("t", key_id, {"a": ""})
    assert sign("t", key_id, {"a": b"62"}) != sign("t", key_id, {"a": "b3632"})
    assert sign("t", key_id, {"a": b"62"}) == sign("t", key_id, {"a": memoryview(b"62")})


@pytest.mark.parametrize("value", [1.5, {"a": 1}, object()])
def test_a_type_without_a_settled_form_is_refused_and_not_quoted(
    keys: KeyRing, value: object
) -> None:
    with pytest.raises(TypeError, match=f"cannot attest a {type(value).__name__}$"):
        sign("t", keys.newest(Purpose.ATTEST).id, {"a": value})


def test_every_column_of_a_grant_but_its_clock_for_operators_carries_authority() -> None:
    columns = {field.attname for field in Grant._meta.concrete_fields}

    assert columns - set(Grant.attested) == {"id", "created_at", "mac", "mac_key_id"}


def test_a_grant_signed_with_choices_is_genuine_with_the_plain_values_of_the_database(
    keys: KeyRing,
) -> None:
    grant = Grant(
        safe_id=new_id(),
        holder_kind=HolderKind.DESK,
        holder_id=new_id(),
        tier=Tier.SENSITIVE,
        reason=GrantReason.DESK,
        granted_by=new_id(),
    ).attest()
    grant.holder_kind, grant.tier, grant.reason = "DESK", 3, "DESK"

    assert grant.is_genuine()
