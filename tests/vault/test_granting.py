"""Giving and ending the right to read. Nobody grants more than they hold."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from audit.models import AuditEvent
from kernel.actors import Actor
from kernel.decisions import Denied
from kernel.ids import new_id
from kernel.tiers import Tier
from tests.vault.conftest import WORDS, People, a_person, body_for, look, member, write
from tests.vault.sample import Letter
from vault import services as vault
from vault.errors import DossierDestroyed
from vault.models import Dossier, Grant, GrantReason, GrantRevocation, HolderKind, Safe
from vault.services import WITHHELD, Reader


def to_person(actor: Actor, tier: Tier, **options: Any) -> Reader:
    return Reader.person(member(actor), tier)._replace(**options)


def test_a_new_safe_is_readable_by_its_author_and_by_whom_the_author_chose(
    people: People, safe: Safe
) -> None:
    grants = {(g.holder_kind, g.holder_id, g.tier, g.reason) for g in Grant.objects.all()}
    (desk,) = people.desk_member.desk_ids

    assert grants == {
        ("MEMBERSHIP", people.author.membership_id, Tier.SENSITIVE, GrantReason.AUTHOR),
        ("DESK", desk, Tier.SENSITIVE, GrantReason.DESK),
        ("MEMBERSHIP", people.named.membership_id, Tier.SENSITIVE, GrantReason.NAMED),
    }
    assert all(grant.is_genuine() for grant in Grant.objects.all())
    assert {g.granted_by for g in Grant.objects.all()} == {people.author.membership_id}


def test_granting_opens_from_that_moment(people: People, safe: Safe, letter: Letter) -> None:
    vault.grant(actor=people.named, safe=safe, readers=[to_person(people.outsider, Tier.SENSITIVE)])

    assert body_for(people.outsider, letter) == WORDS
    event = AuditEvent.objects.get(event="vault.granted")
    assert event.membership_id == people.named.membership_id
    assert event.facts == {"safe": str(safe.pk), "tier": 3, "version": 1}


@pytest.mark.parametrize("held", [None, *Tier])
@pytest.mark.parametrize("given", Tier)
def test_nobody_grants_more_than_they_hold(
    people: People, dossier: Dossier, held: Tier | None, given: Tier
) -> None:
    giver = a_person(clearance=Tier.SENSITIVE)
    readers = [to_person(giver, held)] if held else []
    safe = vault.create_safe(actor=people.author, dossier=dossier, kind="LETTER", readers=readers)
    before = Grant.objects.count()

    def give() -> None:
        vault.grant(actor=giver, safe=safe, readers=[to_person(people.outsider, given)])

    if held is not None and given <= held:
        give()
        assert Grant.objects.count() == before + 1
    else:
        with pytest.raises(Denied) as denied:
            give()
        assert denied.value.decision.code == "beyond_own_reach"
        assert Grant.objects.count() == before


def test_a_desk_member_grants_no_more_than_their_clearance_lets_them_read(
    people: People, safe: Safe
) -> None:
    for reader, tier in (
        (people.uncleared_desk_member, Tier.PERSONAL),
        (people.desk_member, Tier.SENSITIVE),
    ):
        vault.grant(actor=reader, safe=safe, readers=[to_person(people.outsider, tier)])
    with pytest.raises(Denied):
        vault.grant(
            actor=people.uncleared_desk_member,
            safe=safe,
            readers=[to_person(people.outsider, Tier.SENSITIVE)],
        )


def test_one_reader_too_many_and_nobody_is_granted(people: People, safe: Safe) -> None:
    before = Grant.objects.count()
    with pytest.raises(Denied):
        vault.grant(
            actor=people.uncleared_desk_member,
            safe=safe,
            readers=[
                to_person(people.outsider, Tier.PERSONAL),
                to_person(people.outsider, Tier.SENSITIVE),
            ],
        )
    assert Grant.objects.count() == before


@pytest.mark.parametrize("actor", [Actor(), Actor.system("purge")], ids=["nobody", "system"])
def test_nobody_and_the_system_neither_grant_nor_revoke(
    people: People, safe: Safe, actor: Actor
) -> None:
    with pytest.raises(Denied):
        vault.grant(actor=actor, safe=safe, readers=[])
    with pytest.raises(Denied):
        vault.revoke(actor=actor, grant=Grant.objects.all()[0])


def test_a_grant_may_end_by_date(people: People, safe: Safe, letter: Letter) -> None:
    past, future = (timezone.now() + timedelta(days=d) for d in (-1, 1))
    vault.grant(
        actor=people.author,
        safe=safe,
        readers=[to_person(people.outsider, Tier.SENSITIVE, until=past)],
    )
    assert body_for(people.outsider, letter) is WITHHELD

    vault.grant(
        actor=people.author,
        safe=safe,
        readers=[to_person(people.outsider, Tier.SENSITIVE, until=future)],
    )
    assert body_for(people.outsider, letter) == WORDS


def test_revocation_ends_at_once(people: People, safe: Safe, letter: Letter) -> None:
    assert body_for(people.named, letter) == WORDS
    grant = Grant.objects.get(holder_id=member(people.named))

    vault.revoke(actor=people.author, grant=grant)

    assert body_for(people.named, letter) is WITHHELD
    assert vault.reach_of(people.named, safe) is None
    assert body_for(people.desk_member, letter) == WORDS, "the desk's own grant stands"
    with pytest.raises(Denied):
        vault.grant(
            actor=people.named, safe=safe, readers=[to_person(people.outsider, Tier.PERSONAL)]
        )


def test_revoking_twice_is_one_revocation_and_one_event(people: People, safe: Safe) -> None:
    grant = Grant.objects.get(holder_id=member(people.named))

    for _ in range(2):
        vault.revoke(actor=people.author, grant=grant)

    assert GrantRevocation.objects.get().revoked_by == people.author.membership_id
    assert AuditEvent.objects.filter(event="vault.revoked").count() == 1


OWN_DESK = new_id()


@pytest.fixture
def cast(people: People) -> dict[str, Actor]:
    """Everybody who might want to end a grant, or to write where others wrote."""
    return {
        "author": people.author,
        "at the author's desk": a_person(clearance=Tier.ANONYMISED, desk=OWN_DESK),
        "who gave it": people.named,
        "named": a_person(),
        "at the desk it was sent to": people.desk_member,
        "stranger": people.outsider,
        "nobody": Actor(),
        "the system": Actor.system("purge"),
    }


@pytest.fixture
def shared(dossier: Dossier, cast: dict[str, Actor], readers: list[Reader]) -> Safe:
    own = Reader.desk(OWN_DESK, Tier.SENSITIVE, GrantReason.OWN_DESK)
    safe = vault.create_safe(
        actor=cast["author"], dossier=dossier, kind="LETTER", readers=[own, *readers]
    )
    vault.grant(
        actor=cast["who gave it"], safe=safe, readers=[to_person(cast["named"], Tier.PERSONAL)]
    )
    return safe


@pytest.mark.parametrize(
    ("who", "may"),
    [
        ("author", True),
        ("at the author's desk", True),
        ("who gave it", True),
        ("named", False),
        ("at the desk it was sent to", False),
        ("stranger", False),
        ("nobody", False),
        ("the system", False),
    ],
)
def test_a_grant_is_ended_by_who_gave_it_or_may_write_what_it_opens(
    shared: Safe, cast: dict[str, Actor], who: str, *, may: bool
) -> None:
    grant = Grant.objects.get(holder_id=member(cast["named"]))

    if may:
        vault.revoke(actor=cast[who], grant=grant)
    else:
        with pytest.raises(Denied) as denied:
            vault.revoke(actor=cast[who], grant=grant)
        assert denied.value.decision.code == "not_your_grant"
    assert GrantRevocation.objects.count() == may


@pytest.mark.parametrize(
    ("who", "may"),
    [
        ("author", True),
        ("at the author's desk", True),
        ("who gave it", False),
        ("named", False),
        ("at the desk it was sent to", False),
        ("stranger", False),
        ("nobody", False),
        ("the system", False),
    ],
)
def test_only_the_author_and_the_authors_desk_write_into_a_safe(
    shared: Safe, cast: dict[str, Actor], who: str, *, may: bool
) -> None:
    with transaction.atomic():
        if may:
            vault.Sealer(shared, actor=cast[who]).prepare(Tier.SENSITIVE)
        else:
            with pytest.raises(Denied) as denied:
                vault.Sealer(shared, actor=cast[who])
            assert denied.value.decision.code == "not_your_words"


def test_who_may_write_into_one_safe_writes_into_no_other_by_it(
    shared: Safe, dossier: Dossier, cast: dict[str, Actor]
) -> None:
    other = vault.create_safe(actor=cast["stranger"], dossier=dossier, kind="LETTER", readers=[])
    with transaction.atomic(), pytest.raises(Denied):
        vault.Sealer(shared, other, actor=cast["author"])


def test_a_forged_grant_lets_nobody_write(shared: Safe, cast: dict[str, Actor]) -> None:
    row = Grant(
        safe=shared,
        holder_kind=HolderKind.MEMBERSHIP,
        holder_id=member(cast["stranger"]),
        tier=Tier.SENSITIVE,
        reason=GrantReason.AUTHOR,
        granted_by=member(cast["stranger"]),
        mac_key_id="x",
        mac=bytes(32),
    )
    row.save(force_insert=True)

    with transaction.atomic(), pytest.raises(Denied):
        vault.Sealer(shared, actor=cast["stranger"])


def test_what_was_read_stays_read_but_is_not_given_again(people: People, letter: Letter) -> None:
    opened = look(people.named, letter.body)
    vault.revoke(actor=people.author, grant=Grant.objects.get(holder_id=member(people.named)))

    assert opened[letter.body] == WORDS
    assert body_for(people.named, letter) is WITHHELD


def test_granting_on_a_destroyed_dossier_is_refused(
    people: People, safe: Safe, destroy: Callable[[Dossier], None], dossier: Dossier
) -> None:
    destroy(dossier)

    with pytest.raises(DossierDestroyed):
        vault.grant(
            actor=people.author, safe=safe, readers=[to_person(people.outsider, Tier.PERSONAL)]
        )
    with pytest.raises(DossierDestroyed):
        vault.create_safe(actor=people.author, dossier=dossier, kind="LETTER", readers=[])


def test_an_agency_grant_reaches_all_its_members_and_nobody_elses(
    people: People, dossier: Dossier
) -> None:
    agency = new_id()
    reader = Reader(HolderKind.AGENCY, agency, Tier.SENSITIVE, GrantReason.NAMED)
    safe = vault.create_safe(actor=people.author, dossier=dossier, kind="LETTER", readers=[reader])
    letter = write(safe)

    assert body_for(a_person(agency=agency), letter) == WORDS
    assert body_for(a_person(), letter) is WITHHELD
