"""Somebody works on the database past the portal: nothing they write there opens anything."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import psycopg2
import pytest
from django.db import IntegrityError, ProgrammingError, connection
from django.utils import timezone

from audit.models import AuditEvent
from kernel.ids import new_id
from kernel.keys import Purpose, ring
from kernel.tiers import Tier
from tests.vault.conftest import WORDS, People, body_for, look, member, write
from tests.vault.sample import Letter
from vault import crypto
from vault import services as vault
from vault.errors import ForeignKeyMaterial
from vault.models import DataKey, Dossier, Grant, KeyEncryptionKey, Safe
from vault.services import DAMAGED, DESTROYED, WITHHELD

Sql = Callable[..., None]
FORGED = """
INSERT INTO vault_grant (id, created_at, safe_id, holder_kind, holder_id, tier, reason, granted_by,
    valid_from, valid_until, mac_key_id, mac)
VALUES (%s, now(), %s, 'MEMBERSHIP', %s, 3, 'NAMED', %s, '2020-01-01', {until}, %s, %s)
"""


def incidents() -> list[str]:
    rows = AuditEvent.objects.filter(event="audit.integrity").order_by("at")
    return [row.facts["code"] for row in rows]


def forge(sql: Sql, safe: Safe, people: People, *, until: str = "NULL", mac: bytes = b"") -> UUID:
    forged = new_id()
    outsider = str(people.outsider.membership_id)
    key_id = ring().newest(Purpose.ATTEST).id
    sql(FORGED.format(until=until), str(forged), str(safe.pk), outsider, outsider, key_id, mac)
    return forged


# Grants


@pytest.mark.parametrize("mac", [b"", bytes(32), b"\xff" * 64])
def test_a_grant_inserted_by_sql_confers_nothing_and_is_reported(
    people: People, safe: Safe, letter: Letter, sql: Sql, mac: bytes
) -> None:
    forged = forge(sql, safe, people, mac=mac)

    assert body_for(people.outsider, letter) is WITHHELD
    assert vault.reach_of(people.outsider, safe) is None
    assert incidents() == ["forged_grant"]
    event = AuditEvent.objects.get(event="audit.integrity")
    assert event.facts["grant"] == str(forged)
    assert event.membership_id == people.outsider.membership_id


@pytest.mark.parametrize("until", ["'infinity'", "'200000-01-01'", "'0044-03-15 BC'"])
def test_a_forged_grant_of_impossible_times_breaks_no_page(
    people: People, safe: Safe, letter: Letter, sql: Sql, until: str
) -> None:
    forge(sql, safe, people, until=until)

    assert body_for(people.outsider, letter) is WITHHELD
    assert incidents() == ["forged_grant"]


def test_the_mac_of_another_grant_does_not_serve(
    people: People, safe: Safe, letter: Letter, sql: Sql
) -> None:
    genuine = Grant.objects.filter(holder_kind="MEMBERSHIP").first()
    assert genuine is not None
    forge(sql, safe, people, mac=bytes(genuine.mac))

    assert body_for(people.outsider, letter) is WITHHELD


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("tier", "3"),
        ("holder_id", "'{outsider}'"),
        ("valid_until", "NULL"),
        ("valid_from", "'2020-01-01'"),
        ("holder_kind", "'DESK'"),
        ("safe_id", "'{safe}'"),
        ("reason", "'AUTHOR'"),
        ("granted_by", "'{outsider}'"),
    ],
)
@pytest.mark.django_db(transaction=True)
def test_a_grant_that_even_the_owner_edited_confers_nothing_any_more(
    people: People,
    dossier: Dossier,
    as_owner: psycopg2.extensions.connection,
    column: str,
    value: str,
) -> None:
    """The application role could not: this is somebody with the owner's password."""
    named = people.named
    assert named.membership_id is not None
    reader = vault.Reader.person(named.membership_id, Tier.PERSONAL)._replace(
        until=timezone.now() + timedelta(hours=1)
    )
    safe, other = (
        vault.create_safe(actor=people.author, dossier=dossier, kind="LETTER", readers=[one])
        for one in (reader, vault.Reader.desk(new_id(), Tier.PERSONAL))
    )
    letters = [write(one) for one in (safe, other)]
    edit = value.format(outsider=people.outsider.membership_id, safe=other.pk)
    with as_owner.cursor() as cursor:
        cursor.execute(
            f"UPDATE vault_grant SET {column} = {edit} WHERE reason = 'NAMED'"  # noqa: S608
        )

    outsider = replace(people.outsider, desk_ids=frozenset({named.membership_id}))
    for actor in (named, outsider):
        assert [body_for(actor, letter) for letter in letters] == [WITHHELD, WITHHELD]
    assert set(incidents()) == {"forged_grant"}


@pytest.mark.parametrize("table", ["grant", "grantrevocation", "datakey", "safe"])
@pytest.mark.parametrize(
    "attack", ["UPDATE vault_{} SET id = id", "DELETE FROM vault_{}", "TRUNCATE vault_{}"]
)
def test_the_application_role_changes_and_removes_nothing_that_confers_or_opens(
    letter: Letter, sql: Sql, table: str, attack: str
) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"):
        sql(attack.format(table))


@pytest.mark.parametrize(
    "attack",
    [
        "UPDATE vault_dossier SET destroyed_at = now()",
        "UPDATE vault_dossier SET keep = 'NOW'",
        "DELETE FROM vault_dossier",
        "INSERT INTO vault_keyencryptionkey VALUES ('x', 'RETIRED', '', now())",
        "UPDATE vault_keyencryptionkey SET status = 'DESTROYED'",
        "DELETE FROM vault_keyencryptionkey",
        "ALTER TABLE vault_sample_letter DISABLE TRIGGER ALL",
        "DROP TRIGGER vault_sample_letter_write_once ON vault_sample_letter",
        "CREATE OR REPLACE FUNCTION vault_write_once() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
        "SET session_replication_role = 'replica'",
        "CREATE TABLE mine (id int)",
    ],
)
def test_the_application_role_cannot_destroy_or_switch_off_what_guards(
    letter: Letter, sql: Sql, attack: str
) -> None:
    with pytest.raises(ProgrammingError, match=r"permission denied|must be owner"):
        sql(attack)


def test_a_revocation_cannot_be_taken_back_by_sql(
    people: People, safe: Safe, letter: Letter, sql: Sql
) -> None:
    grant = Grant.objects.get(holder_id=member(people.named))
    vault.revoke(actor=people.author, grant=grant)

    with pytest.raises(ProgrammingError):
        sql("DELETE FROM vault_grantrevocation")
    assert body_for(people.named, letter) is WITHHELD


# Values


def plant(sql: Sql, letter: Letter, blob: bytes, column: str = "body") -> Letter:
    """A row of its own that holds somebody else's ciphertext (the trigger guards existing rows)."""
    planted = new_id()
    sql(
        f"INSERT INTO vault_sample_letter (id, created_at, safe_id, title, {column}) "  # noqa: S608
        "VALUES (%s, now(), %s, '', %s)",
        str(planted),
        str(letter.safe_id),
        blob,
    )
    return Letter.objects.get(pk=planted)


def test_a_value_moved_to_another_row_is_damaged_there(
    people: People, letter: Letter, sql: Sql
) -> None:
    planted = plant(sql, letter, letter.body.blob)

    assert look(people.author, planted.body)[planted.body] is DAMAGED
    assert incidents() == ["moved_value"]
    event = AuditEvent.objects.get(event="audit.integrity")
    assert (event.facts["row"], event.facts["seal_id"]) == (str(planted.pk), "sample.letter.body")
    assert body_for(people.author, letter) == WORDS


@pytest.mark.django_db(transaction=True)
def test_a_value_moved_to_another_field_is_damaged_there(
    people: People, letter: Letter, as_owner: psycopg2.extensions.connection
) -> None:
    with as_owner.cursor() as cursor:
        cursor.execute("ALTER TABLE vault_sample_letter DISABLE TRIGGER USER")
        cursor.execute("UPDATE vault_sample_letter SET notes = body")
        cursor.execute("ALTER TABLE vault_sample_letter ENABLE TRIGGER USER")
    letter.refresh_from_db()

    opened = look(people.author, letter.body, letter.notes)

    assert (opened[letter.body], opened[letter.notes]) == (WORDS, DAMAGED)
    assert incidents() == ["moved_value"]


def test_a_value_named_after_the_key_of_another_safe_is_damaged(
    people: People, dossier: Dossier, letter: Letter, sql: Sql
) -> None:
    """A reader of one safe labels another safe's ciphertext with the key that they may use."""
    own = vault.create_safe(actor=people.outsider, dossier=dossier, kind="LETTER", readers=[])
    key = write(own).body.data_key_id
    planted = plant(sql, letter, b"\x01" + key.bytes + letter.body.blob[17:])

    assert look(people.outsider, planted.body)[planted.body] is DAMAGED
    assert incidents() == ["moved_value"]


def test_a_row_moved_to_another_safe_still_asks_for_the_rights_of_its_own(
    people: People, dossier: Dossier, letter: Letter, sql: Sql
) -> None:
    own = vault.create_safe(actor=people.outsider, dossier=dossier, kind="LETTER", readers=[])
    sql("UPDATE vault_sample_letter SET safe_id = %s", str(own.pk))

    assert body_for(people.outsider, letter) is WITHHELD


@pytest.mark.parametrize("place", [17, 29, 45, -1])
def test_a_value_changed_by_one_bit_is_damaged(
    people: People, letter: Letter, sql: Sql, place: int
) -> None:
    blob = bytearray(letter.body.blob)
    blob[place] ^= 1
    planted = plant(sql, letter, bytes(blob))

    assert look(people.author, planted.body)[planted.body] is DAMAGED


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "blob", [b"", b"\x01", b"\x01" + bytes(20), b"\x02" + bytes(80), b"Aaliyah"]
)
def test_a_value_that_is_no_sealed_value_at_all_is_damaged_and_breaks_no_page(
    people: People, letter: Letter, as_owner: psycopg2.extensions.connection, blob: bytes
) -> None:
    with as_owner.cursor() as cursor:
        cursor.execute(
            "ALTER TABLE vault_sample_letter DROP CONSTRAINT vault_sample_letter_body_check"
        )
        cursor.execute("ALTER TABLE vault_sample_letter DISABLE TRIGGER USER")
        cursor.execute("UPDATE vault_sample_letter SET body = %s", [blob])
        cursor.execute("ALTER TABLE vault_sample_letter ENABLE TRIGGER USER")
    stored = Letter.objects.get()
    try:
        opened = look(people.author, stored.body, stored.notes)
    finally:
        with as_owner.cursor() as cursor:
            cursor.execute("TRUNCATE vault_sample_letter")
            cursor.execute(
                "ALTER TABLE vault_sample_letter ADD CONSTRAINT vault_sample_letter_body_check "
                "CHECK (octet_length(body) > 44 AND substr(body, 1, 1) = decode('01', 'hex'))"
            )

    assert opened[stored.body] is DAMAGED
    assert opened[stored.notes] != DAMAGED
    assert incidents() == ["not_a_sealed_value"]


def test_a_value_under_a_key_that_never_existed_is_damaged_and_reported(
    people: People, letter: Letter, sql: Sql
) -> None:
    planted = plant(sql, letter, b"\x01" + new_id().bytes + letter.body.blob[17:])

    assert look(people.author, planted.body)[planted.body] is DAMAGED
    assert incidents() == ["unknown_data_key"]


@pytest.mark.django_db(transaction=True)
def test_a_data_key_deleted_past_the_portal_reads_as_destroyed(
    people: People, letter: Letter, as_owner: psycopg2.extensions.connection
) -> None:
    as_owner.cursor().execute("DELETE FROM vault_datakey")

    assert body_for(people.author, letter) is DESTROYED
    assert incidents() == []


def test_the_application_role_declares_nothing_destroyed(sql: Sql, db: None) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"):
        sql("INSERT INTO vault_destroyedkey (id, created_at) VALUES (%s, now())", str(new_id()))


# Data keys


def relabel(as_owner: psycopg2.extensions.connection, change: str, *values: object) -> None:
    with as_owner.cursor() as cursor:
        cursor.execute(f"UPDATE vault_datakey SET {change}", list(values))  # noqa: S608


@pytest.mark.django_db(transaction=True)
def test_a_tier_relabelled_lower_opens_nothing_to_anybody(
    people: People, letter: Letter, as_owner: psycopg2.extensions.connection
) -> None:
    assert body_for(people.uncleared_desk_member, letter) is WITHHELD
    relabel(as_owner, "tier = 2")

    assert body_for(people.uncleared_desk_member, letter) is DAMAGED
    assert body_for(people.author, letter) is DAMAGED
    assert incidents() == ["foreign_key_material"] * 2


@pytest.mark.django_db(transaction=True)
def test_a_key_moved_to_a_safe_that_one_may_read_opens_nothing(
    people: People,
    dossier: Dossier,
    letter: Letter,
    as_owner: psycopg2.extensions.connection,
) -> None:
    own = vault.create_safe(actor=people.outsider, dossier=dossier, kind="LETTER", readers=[])
    relabel(as_owner, "safe_id = %s", str(own.pk))

    assert body_for(people.outsider, letter) is DAMAGED
    assert incidents() == ["foreign_key_material"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("wrapped", [b"", b"short", bytes(12), bytes(60), bytes(200)])
def test_a_wrapped_key_that_was_overwritten_opens_nothing_and_breaks_no_page(
    people: People,
    letter: Letter,
    as_owner: psycopg2.extensions.connection,
    wrapped: bytes,
) -> None:
    relabel(as_owner, "wrapped = %s", wrapped)

    assert body_for(people.author, letter) is DAMAGED
    assert incidents() == ["foreign_key_material"]


def test_a_data_key_of_the_attackers_own_making_is_refused(
    people: People, safe: Safe, sql: Sql
) -> None:
    """Inserted before the portal makes the safe's key: else words would be sealed under it."""
    kek = KeyEncryptionKey.objects.get()
    sql(
        "INSERT INTO vault_datakey (id, created_at, safe_id, tier, kek_id, wrapped) "
        "VALUES (%s, now(), %s, 3, %s, %s)",
        str(new_id()),
        str(safe.pk),
        kek.pk,
        bytes(60),
    )

    with pytest.raises(ForeignKeyMaterial):
        write(safe)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("state", ["PUBLISHED", "RETIRED", "DESTROYED"])
def test_a_host_whose_key_ring_is_stale_makes_no_new_keys(
    safe: Safe,
    as_owner: psycopg2.extensions.connection,
    state: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It thinks the old key is active still; what it wrapped would be lost at rotation."""
    other = ring().create(Purpose.KEK)
    with as_owner.cursor() as cursor:
        cursor.execute(
            "INSERT INTO vault_keyencryptionkey (id, status, fingerprint, created_at, retired_at, "
            "destroyed_at) VALUES (%s, %s, %s, now(), now(), now())",
            [other.id, state, other.fingerprint],
        )
    try:
        stale = KeyEncryptionKey.objects.get(pk=other.id)
        row = DataKey(safe=safe, tier=Tier.SENSITIVE, kek=stale)
        row.wrapped = crypto.wrap(crypto.new_material(), row)
        with pytest.raises(IntegrityError, match="stale key ring"):
            row.save(force_insert=True)
    finally:
        with as_owner.cursor() as cursor:
            cursor.execute("DELETE FROM vault_keyencryptionkey WHERE id = %s", [other.id])


def test_nothing_of_the_words_or_keys_reaches_any_incident(
    people: People, letter: Letter, sql: Sql, caplog: pytest.LogCaptureFixture
) -> None:
    planted = plant(sql, letter, letter.body.blob)
    look(people.author, planted.body)

    seen: Any = [caplog.text, str(list(AuditEvent.objects.values()))]
    assert "Aaliyah" not in str(seen)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM audit_auditevent WHERE event = 'audit.integrity'")
        assert cursor.fetchone() == (1,)
