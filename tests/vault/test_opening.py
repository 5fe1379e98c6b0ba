"""The one door: who gets text, what is on record, and in which order."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.utils import timezone

from audit import services as audit
from audit.models import AccessEvent, AccessKind, AuditEvent
from kernel.actors import Actor
from kernel.ids import new_id
from kernel.keys import Purpose, ring
from kernel.tiers import Tier
from tests.vault.conftest import WORDS, People, a_person, body_for, look, member, write
from tests.vault.sample import Letter
from vault import crypto, policies
from vault import services as vault
from vault.models import DataKey, Dossier, Grant, GrantReason, HolderKind, Safe
from vault.services import DAMAGED, DESTROYED, UNAVAILABLE, WITHHELD, Reader, Why

NOBODY = Actor()
SYSTEM = Actor.system("purge")


@pytest.mark.parametrize("who", ["author", "desk_member", "named"])
def test_who_needs_to_know_reads(people: People, letter: Letter, who: str) -> None:
    assert body_for(getattr(people, who), letter) == WORDS


@pytest.mark.parametrize("who", ["uncleared_desk_member", "outsider"])
def test_who_does_not_need_to_know_gets_nothing(people: People, letter: Letter, who: str) -> None:
    assert body_for(getattr(people, who), letter) is WITHHELD


@pytest.mark.parametrize("actor", [NOBODY, SYSTEM], ids=["nobody", "system"])
def test_nobody_and_the_system_never_see_plain_text(letter: Letter, actor: Actor) -> None:
    assert body_for(actor, letter) is WITHHELD


def test_what_is_withheld_tells_neither_length_nor_kind() -> None:
    assert str(WITHHELD) == "[withheld]"
    assert not WITHHELD
    assert not DESTROYED
    assert not DAMAGED
    assert not UNAVAILABLE
    assert WITHHELD != DESTROYED


# Tiers and clearance


@pytest.mark.parametrize("tier", Tier)
@pytest.mark.parametrize("granted", Tier)
@pytest.mark.parametrize("clearance", Tier)
@pytest.mark.parametrize("kind", HolderKind)
def test_clearance_caps_what_desks_and_agencies_hold_but_not_what_a_person_was_named_for(
    dossier: Dossier, people: People, kind: HolderKind, clearance: Tier, granted: Tier, tier: Tier
) -> None:
    desk = new_id()
    reader = a_person(clearance=clearance, desk=desk)
    holders = {
        HolderKind.MEMBERSHIP: reader.membership_id,
        HolderKind.DESK: desk,
        HolderKind.AGENCY: reader.agency_id,
    }
    holder = holders[kind]
    assert holder is not None
    grant = Reader(kind, holder, granted, GrantReason.NAMED)
    safe = vault.create_safe(actor=people.author, dossier=dossier, kind="LETTER", readers=[grant])
    letter = write(safe, tier=tier)

    reach = granted if kind is HolderKind.MEMBERSHIP else min(granted, clearance)
    assert body_for(reader, letter) == (WORDS if tier <= reach else WITHHELD)
    assert vault.reach_of(reader, safe) is reach


@pytest.mark.parametrize("tier", Tier)
def test_authors_read_their_own_words_at_any_tier_whatever_their_clearance(
    people: People, safe: Safe, tier: Tier
) -> None:
    assert people.author.clearance is Tier.ANONYMISED
    assert body_for(people.author, write(safe, tier=tier)) == WORDS


def test_a_page_shows_each_tier_as_far_as_its_reader_reaches(people: People, safe: Safe) -> None:
    low, high = write(safe, tier=Tier.PERSONAL, body="seen"), write(safe, body="hidden")

    opened = look(people.uncleared_desk_member, low.body, high.body)

    assert (opened[low.body], opened[high.body]) == ("seen", WITHHELD)


# Time


@pytest.mark.parametrize(
    ("start", "end", "reads"),
    [
        (-1, None, True),
        (-1, 1, True),
        (1, None, False),
        (-2, -1, False),
    ],
)
def test_a_grant_counts_from_its_beginning_to_its_end(
    people: People, safe: Safe, letter: Letter, start: int, end: int | None, *, reads: bool
) -> None:
    outsider = people.outsider
    now = timezone.now()
    Grant(
        safe=safe,
        holder_kind=HolderKind.MEMBERSHIP,
        holder_id=member(outsider),
        tier=Tier.SENSITIVE,
        reason=GrantReason.NAMED,
        granted_by=member(people.author),
        valid_from=now + timedelta(hours=start),
        valid_until=None if end is None else now + timedelta(hours=end),
    ).attest().save()

    assert body_for(outsider, letter) == (WORDS if reads else WITHHELD)


@pytest.mark.parametrize("microsecond", [0, 1, 120_000, 999_999])
def test_any_moment_a_grant_may_begin_at_survives_the_journey_through_the_database(
    people: People, safe: Safe, letter: Letter, microsecond: int
) -> None:
    begins = timezone.now().replace(microsecond=microsecond) - timedelta(days=200)
    Grant(
        safe=safe,
        holder_kind=HolderKind.AGENCY,
        holder_id=people.outsider.agency_id or new_id(),
        tier=Tier.SENSITIVE,
        reason=GrantReason.NAMED,
        granted_by=member(people.author),
        valid_from=begins,
    ).attest().save()

    assert body_for(people.outsider, letter) == WORDS


# The record of the look


def test_a_look_names_the_safes_that_gave_text_and_counts_what_did_not(
    people: People, dossier: Dossier, letter: Letter
) -> None:
    other = vault.create_safe(actor=people.author, dossier=dossier, kind="LETTER", readers=[])
    hidden = write(other)

    look(people.named, letter.body, letter.notes, hidden.body, None)

    event = AccessEvent.objects.get()
    assert event.safes == [letter.safe_id]
    assert event.withheld == 1
    assert (event.kind, event.why) == (AccessKind.OPENED, Why.READING)
    assert (event.user_id, event.membership_id, event.agency_id) == (
        people.named.user_id,
        people.named.membership_id,
        people.named.agency_id,
    )


def test_a_look_that_gives_nothing_is_on_record_too(people: People, letter: Letter) -> None:
    body_for(people.outsider, letter)

    event = AccessEvent.objects.get()
    assert (event.safes, event.withheld) == ([], 1)


def test_a_page_of_values_is_one_event(people: People, safe: Safe) -> None:
    letters = [write(safe) for _ in range(20)]

    look(people.named, *[letter.body for letter in letters], kind=AccessKind.LISTED)

    assert AccessEvent.objects.get().kind == AccessKind.LISTED


def test_where_nothing_is_sealed_nobody_looked(people: People, letter: Letter) -> None:
    opened = look(people.named, None)

    assert opened[None] == ""
    assert not AccessEvent.objects.exists()


def test_only_what_was_asked_for_is_given(people: People, letter: Letter) -> None:
    opened = look(people.named, letter.body)

    with pytest.raises(KeyError):
        opened[letter.notes]
    assert list(opened) == [letter.body]
    assert WORDS not in repr(opened)
    for leave in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError):
            leave(opened)


def test_looking_costs_the_same_queries_for_one_value_and_for_fifty(
    people: People, dossier: Dossier, readers: list[Reader], django_assert_num_queries: Any
) -> None:
    for count in (1, 50):
        values = []
        for _ in range(count):
            safe = vault.create_safe(
                actor=people.author, dossier=dossier, kind="LETTER", readers=readers
            )
            values.append(write(safe).body)
        # the savepoint, the keys with their grants, the event, the release
        with django_assert_num_queries(4):
            opened = look(people.desk_member, *values)
        assert set(opened.values()) == {WORDS}


@pytest.mark.django_db(transaction=True)
def test_the_door_does_not_open_inside_a_transaction(people: People, letter: Letter) -> None:
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        look(people.named, letter.body)
    assert not AccessEvent.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_the_event_is_committed_before_any_text_exists(
    people: People, letter: Letter, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any) -> bytes:
        assert not connection.in_atomic_block
        raise OSError("the power goes out here")

    monkeypatch.setattr(crypto, "decrypt", fail)
    with pytest.raises(OSError, match="power"):
        look(people.named, letter.body)

    assert AccessEvent.objects.get().safes == [letter.safe_id]


@pytest.mark.django_db(transaction=True)
def test_a_look_that_cannot_be_recorded_gives_no_text(
    people: People, letter: Letter, monkeypatch: pytest.MonkeyPatch
) -> None:
    decrypted: list[Any] = []
    monkeypatch.setattr(crypto, "decrypt", lambda *a: decrypted.append(a))

    def fail(**_: Any) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(audit, "record_access", fail)
    with pytest.raises(OSError, match="disk full"):
        look(people.named, letter.body)

    assert decrypted == []


# Receipts


def test_a_receipt_is_told_which_safes_gave_text(
    people: People, dossier: Dossier, letter: Letter
) -> None:
    hidden = write(
        vault.create_safe(actor=people.author, dossier=dossier, kind="LETTER", readers=[])
    )
    receipts: list[frozenset[UUID]] = []

    look(people.named, letter.body, hidden.body, receipt=receipts.append)

    assert receipts == [frozenset({letter.safe_id})]


def test_nothing_opened_is_no_receipt(people: People, letter: Letter) -> None:
    receipts: list[frozenset[UUID]] = []

    look(people.outsider, letter.body, receipt=receipts.append)

    assert receipts == []


@pytest.mark.django_db(transaction=True)
def test_receipt_and_event_are_committed_together_or_neither(
    people: People, letter: Letter
) -> None:
    def fail(_: frozenset[UUID]) -> None:
        assert connection.in_atomic_block
        assert AccessEvent.objects.exists()
        raise OSError

    with pytest.raises(OSError, match=r"^$"):
        look(people.named, letter.body, receipt=fail)

    assert not AccessEvent.objects.exists()


# Seen by somebody else


@pytest.mark.parametrize(
    ("viewer", "recipient", "reads"),
    [
        ("author", "named", True),
        ("author", "desk_member", True),
        ("author", "uncleared_desk_member", False),
        ("author", "outsider", False),
        ("outsider", "named", False),
        ("uncleared_desk_member", "named", False),
    ],
)
def test_a_preview_gives_what_both_may_see(
    people: People, letter: Letter, viewer: str, recipient: str, *, reads: bool
) -> None:
    other = getattr(people, recipient)
    opened = look(getattr(people, viewer), letter.body, kind=AccessKind.RENDERED, seen_by=other)

    assert opened[letter.body] == (WORDS if reads else WITHHELD)
    event = AccessEvent.objects.get()
    assert (event.kind, event.seen_by_id) == ("RENDERED", other.membership_id)


def test_a_preview_lends_nobody_the_grants_of_the_other(people: People, safe: Safe) -> None:
    low, high = write(safe, tier=Tier.PERSONAL), write(safe)
    viewer = people.uncleared_desk_member

    opened = look(viewer, low.body, high.body, seen_by=people.named)

    assert (opened[low.body], opened[high.body]) == (WORDS, WITHHELD)


# A host with keys missing


def without(purpose: Purpose, folder: Path, settings: Any) -> None:
    """This host's ring from now on, with everything but one kind of key."""
    keys = ring().on_disk()
    settings.KEY_RING = folder
    for key in keys:
        if key.purpose is not purpose:
            ring().add(key)


def test_a_host_without_the_key_encryption_key_breaks_no_page_and_says_which_key_it_lacks(
    people: People, letter: Letter, settings: Any, tmp_path: Path
) -> None:
    kek = DataKey.objects.get().kek_id
    settings.HOST_NAME = "web-2"
    without(Purpose.KEK, tmp_path, settings)

    opened = look(people.named, letter.body, letter.notes)

    assert set(opened.values()) == {UNAVAILABLE}
    event = AuditEvent.objects.get(event="audit.integrity")
    assert event.facts == {"code": "host_lacks_key", "kek": kek, "host": "web-2"}


def test_a_host_without_the_key_still_withholds_from_whom_nothing_is_granted(
    people: People, letter: Letter, settings: Any, tmp_path: Path
) -> None:
    without(Purpose.KEK, tmp_path, settings)

    assert body_for(people.outsider, letter) is WITHHELD


def test_the_rule_itself_needs_no_database(people: People) -> None:
    assert policies.reach([], people.author, timezone.now()) is None


def test_incidents_are_none_where_all_is_well(
    people: People, letter: Letter, with_clearance: Callable[[Actor, Tier], Actor]
) -> None:
    body_for(with_clearance(people.desk_member, Tier.PERSONAL), letter)
    body_for(people.desk_member, letter)

    assert not AuditEvent.objects.filter(event="audit.integrity").exists()
