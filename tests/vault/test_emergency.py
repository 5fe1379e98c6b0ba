"""An emergency opening gives what one's own agency holds, for hours, and nothing but reading."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import ProgrammingError, transaction
from django.utils import timezone

from audit.models import AuditEvent
from kernel.actors import Actor
from kernel.decisions import Denied
from kernel.ids import new_id
from kernel.tiers import Tier
from tests.vault.conftest import WORDS, People, a_person, body_for, member, write
from tests.vault.sample import Letter
from vault import emergency
from vault import services as vault
from vault.consistency import baseless_emergencies
from vault.models import (
    Dossier,
    EmergencyBasis,
    Exclusion,
    Grant,
    GrantReason,
    HolderKind,
    Safe,
)
from vault.services import WITHHELD, Reader

KINDS = {"LETTER"}


@pytest.fixture(autouse=True)
def _agency(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    """The desk and the named person belong to one agency; nobody else does."""
    (desk,) = people.desk_member.desk_ids
    own = {people.desk_member.agency_id, desk, people.named.membership_id}

    def belonging(agency_id: UUID, holders: Collection[UUID]) -> set[UUID]:
        is_own = agency_id == people.desk_member.agency_id
        return {one for one in holders if one in own} if is_own else set()

    monkeypatch.setattr(emergency, "_belonging", [belonging])


@pytest.fixture
def rushed(people: People) -> Actor:
    """Somebody of the agency without a seat and without a clearance."""
    return a_person(agency=people.desk_member.agency_id, clearance=Tier.ANONYMISED)


def rush(actor: Actor, dossier: Dossier, kinds: Collection[str] = KINDS) -> vault.Emergency:
    return vault.open_in_emergency(actor=actor, dossier=dossier, kinds=kinds)


def later(monkeypatch: pytest.MonkeyPatch, **time: int) -> None:
    moment = timezone.now() + timedelta(**time)
    monkeypatch.setattr(timezone, "now", lambda: moment)


def test_somebody_without_seat_or_clearance_reads_until_the_time_is_over(
    dossier: Dossier, rushed: Actor, letter: Letter, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert body_for(rushed, letter) is WITHHELD

    opened = rush(rushed, dossier)

    assert body_for(rushed, letter) == WORDS
    later(monkeypatch, hours=3, minutes=59)
    assert body_for(rushed, letter) == WORDS
    later(monkeypatch, minutes=2)
    assert timezone.now() > opened.until
    assert body_for(rushed, letter) is WITHHELD


def test_nobody_reaches_a_safe_that_their_agency_has_no_right_to(
    dossier: Dossier, people: People, letter: Letter
) -> None:
    with pytest.raises(Denied, match="not_your_agencys"):
        rush(people.outsider, dossier)
    assert body_for(people.outsider, letter) is WITHHELD
    assert not Grant.objects.filter(reason=GrantReason.EMERGENCY).exists()


def test_only_the_safes_that_the_agency_holds_are_opened(
    dossier: Dossier, people: People, rushed: Actor, letter: Letter
) -> None:
    kept_back = vault.create_safe(actor=people.author, dossier=dossier, kind="LETTER", readers=[])
    hidden = write(kept_back)

    opened = rush(rushed, dossier)

    assert [one.safe_id for one in opened.grants] == [letter.safe_id]
    assert body_for(rushed, hidden) is WITHHELD


def test_only_the_named_kinds_are_opened(
    dossier: Dossier, people: People, rushed: Actor, readers: list[Reader], letter: Letter
) -> None:
    address = vault.create_safe(
        actor=people.author, dossier=dossier, kind="ADDRESS", readers=readers
    )
    home = write(address)

    rush(rushed, dossier)

    assert body_for(people.desk_member, home) == WORDS
    assert body_for(rushed, home) is WITHHELD


@pytest.mark.parametrize("held", [Tier.PERSONAL, Tier.SENSITIVE])
def test_nobody_opens_more_than_their_agency_holds(
    dossier: Dossier, people: People, rushed: Actor, held: Tier
) -> None:
    (desk,) = people.desk_member.desk_ids
    safe = vault.create_safe(
        actor=people.author, dossier=dossier, kind="LETTER", readers=[Reader.desk(desk, held)]
    )
    personal, sensitive = write(safe, tier=Tier.PERSONAL), write(safe)

    (given,) = rush(rushed, dossier).grants

    assert given.tier == held
    assert body_for(rushed, personal) == WORDS
    assert (body_for(rushed, sensitive) == WORDS) is (held is Tier.SENSITIVE)


def test_it_ends_no_later_than_the_right_that_it_rests_on(
    dossier: Dossier, people: People, rushed: Actor
) -> None:
    ends = timezone.now() + timedelta(minutes=30)
    reader = Reader.person(member(people.named), Tier.SENSITIVE)._replace(until=ends)
    vault.create_safe(actor=people.author, dossier=dossier, kind="LETTER", readers=[reader])

    (given,) = rush(rushed, dossier).grants

    assert given.valid_until == ends


def test_it_ends_with_the_right_that_it_rests_on(
    dossier: Dossier, people: People, rushed: Actor, letter: Letter
) -> None:
    (given,) = rush(rushed, dossier).grants
    assert body_for(rushed, letter) == WORDS

    vault.revoke(actor=people.author, grant=given.basis.rests_on)

    assert body_for(rushed, letter) is WITHHELD


def test_whoever_reads_all_of_it_already_is_given_nothing(
    dossier: Dossier, people: People, letter: Letter
) -> None:
    assert rush(people.desk_member, dossier).grants == ()
    assert [one.safe_id for one in rush(people.uncleared_desk_member, dossier).grants] == [
        letter.safe_id
    ]
    assert body_for(people.uncleared_desk_member, letter) == WORDS


def test_one_emergency_is_no_ground_for_another(
    dossier: Dossier, people: People, rushed: Actor, letter: Letter, monkeypatch: pytest.MonkeyPatch
) -> None:
    rush(rushed, dossier)
    monkeypatch.setattr(emergency, "_belonging", [lambda _, __: {rushed.membership_id}])

    with pytest.raises(Denied, match="not_your_agencys"):
        rush(a_person(agency=rushed.agency_id), dossier)


def test_whoever_is_kept_from_the_case_opens_nothing_before_or_after(
    dossier: Dossier, people: People, rushed: Actor, letter: Letter
) -> None:
    rush(rushed, dossier)
    assert rushed.user_id is not None

    vault.keep_from(actor=people.author, dossier=dossier, user_id=rushed.user_id)

    assert body_for(rushed, letter) is WITHHELD
    assert emergency.opened_in_emergency(rushed, [letter.safe_id]) == frozenset()
    with pytest.raises(Denied, match="not_your_agencys"):
        rush(rushed, dossier)


def test_whoever_reads_in_an_emergency_gives_decides_and_writes_nothing(
    dossier: Dossier, people: People, rushed: Actor, letter: Letter, safe: Safe
) -> None:
    rush(rushed, dossier)
    friend = a_person()

    assert vault.reach_of(rushed, safe) is None
    with pytest.raises(Denied, match="beyond_own_reach"):
        vault.grant(actor=rushed, safe=safe, readers=[Reader.person(member(friend), Tier.PERSONAL)])
    with pytest.raises(Denied, match="not_your_case"):
        vault.keep_from(actor=rushed, dossier=dossier, user_id=new_id())
    with pytest.raises(Denied, match="not_your_words"), transaction.atomic():
        vault.Sealer(safe, actor=rushed)
    assert not Exclusion.objects.exists()


def test_ended_early_it_opens_nothing_and_others_keep_theirs(
    dossier: Dossier, people: People, rushed: Actor, letter: Letter
) -> None:
    other = a_person(agency=rushed.agency_id, clearance=Tier.ANONYMISED)
    rush(rushed, dossier)
    rush(other, dossier)

    vault.end_emergency(actor=rushed, dossier_id=dossier.pk, membership_id=member(rushed))

    assert body_for(rushed, letter) is WITHHELD
    assert body_for(other, letter) == WORDS
    assert body_for(people.desk_member, letter) == WORDS


def test_each_right_is_on_record_with_what_it_rests_on(
    dossier: Dossier, rushed: Actor, letter: Letter
) -> None:
    (given,) = rush(rushed, dossier).grants

    event = AuditEvent.objects.get(event="vault.granted_in_emergency")
    assert event.target_id == given.pk
    assert event.facts["rests_on"] == str(given.basis.rests_on_id)
    assert list(baseless_emergencies()) == []


def test_a_right_in_an_emergency_forged_by_sql_opens_nothing(
    dossier: Dossier, people: People, rushed: Actor, letter: Letter, safe: Safe
) -> None:
    """Also with a genuine signature of another row, and with a genuine right to rest on."""
    model = Grant.objects.get(safe=safe, reason=GrantReason.DESK)
    forged = Grant(
        safe=safe,
        holder_kind=HolderKind.MEMBERSHIP,
        holder_id=member(rushed),
        tier=Tier.SENSITIVE,
        reason=GrantReason.EMERGENCY,
        granted_by=member(rushed),
        valid_until=timezone.now() + timedelta(days=900),
        mac_key_id=model.mac_key_id,
        mac=model.mac,
    )
    forged.save(force_insert=True)
    EmergencyBasis.objects.create(grant=forged, rests_on=model)

    assert body_for(rushed, letter) is WITHHELD
    assert emergency.opened_in_emergency(rushed, [safe.pk]) == frozenset()


def test_a_genuine_right_without_its_basis_opens_nothing(
    dossier: Dossier, people: People, rushed: Actor, letter: Letter, safe: Safe
) -> None:
    alone = Grant(
        safe=safe,
        holder_kind=HolderKind.MEMBERSHIP,
        holder_id=member(rushed),
        tier=Tier.SENSITIVE,
        reason=GrantReason.EMERGENCY,
        granted_by=member(rushed),
    ).attest()
    alone.save(force_insert=True)

    assert body_for(rushed, letter) is WITHHELD
    assert [one.code for one in baseless_emergencies()] == ["emergency_without_basis"]


def test_the_application_can_neither_extend_a_right_nor_put_it_on_another_basis(
    dossier: Dossier, people: People, rushed: Actor, letter: Letter, sql: Any
) -> None:
    (given,) = rush(rushed, dossier).grants
    for statement in (
        "UPDATE vault_grant SET valid_until = now() + interval '1 year' WHERE id = %s",
        "UPDATE vault_emergencybasis SET rests_on_id = grant_id WHERE grant_id = %s",
        "DELETE FROM vault_emergencybasis WHERE grant_id = %s",
    ):
        with pytest.raises(ProgrammingError, match="permission denied"):
            sql(statement, given.pk)


def test_another_hat_of_the_same_person_reads_nothing_in_the_emergency(
    dossier: Dossier, rushed: Actor, letter: Letter
) -> None:
    rush(rushed, dossier)

    assert body_for(replace(rushed, membership_id=new_id()), letter) is WITHHELD
