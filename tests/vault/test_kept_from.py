"""Somebody who must not learn of a case reaches nothing in it, whatever right they hold."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.db import ProgrammingError, transaction

from audit.models import AuditEvent
from kernel.actors import Actor
from kernel.decisions import Denied
from kernel.ids import new_id
from kernel.tiers import Tier
from tests.vault.conftest import WORDS, People, a_person, body_for, look, member
from tests.vault.sample import Letter
from vault import queries
from vault import services as vault
from vault.models import Dossier, Exclusion, Safe
from vault.services import WITHHELD


def keep(dossier: Dossier, actor: Actor, somebody: Actor) -> bool:
    assert somebody.user_id is not None
    return vault.keep_from(actor=actor, dossier=dossier, user_id=somebody.user_id)


@pytest.mark.parametrize("who", ["desk_member", "named", "author"])
def test_whatever_right_somebody_holds_they_read_nothing(
    dossier: Dossier, people: People, letter: Letter, who: str
) -> None:
    accused = getattr(people, who)
    decider = people.desk_member if who == "author" else people.author
    assert body_for(accused, letter) == WORDS

    assert keep(dossier, decider, accused)

    assert body_for(accused, letter) is WITHHELD
    assert vault.reach_of(accused, letter.safe) is None


def test_it_holds_for_the_person_and_for_that_case_alone(
    dossier: Dossier, people: People, letter: Letter, safe: Safe
) -> None:
    keep(dossier, people.author, people.desk_member)

    other_hat = replace(people.desk_member, membership_id=new_id())
    assert body_for(other_hat, letter) is WITHHELD
    assert body_for(people.named, letter) == WORDS
    assert queries.kept_from_case(dossier.pk) == {people.desk_member.user_id}
    assert queries.kept_from_case(new_id()) == set()


def test_nothing_is_previewed_as_somebody_who_is_kept_out(
    dossier: Dossier, people: People, letter: Letter
) -> None:
    assert look(people.author, letter.body, seen_by=people.named)[letter.body] == WORDS

    keep(dossier, people.author, people.named)

    assert look(people.author, letter.body, seen_by=people.named)[letter.body] is WITHHELD


def test_whoever_is_kept_out_gives_and_writes_nothing_any_more(
    dossier: Dossier, people: People, safe: Safe
) -> None:
    keep(dossier, people.desk_member, people.author)
    friend = a_person()

    with pytest.raises(Denied, match="beyond_own_reach"):
        vault.grant(
            actor=people.author,
            safe=safe,
            readers=[vault.Reader.person(member(friend), Tier.PERSONAL)],
        )
    with pytest.raises(Denied, match="not_your_words"), transaction.atomic():
        vault.Sealer(safe, actor=people.author)


def test_only_those_who_may_read_a_case_decide_and_never_about_themselves(
    dossier: Dossier, people: People, letter: Letter
) -> None:
    with pytest.raises(Denied, match="not_your_case"):
        keep(dossier, people.outsider, people.named)
    with pytest.raises(Denied, match="yourself"):
        keep(dossier, people.author, people.author)
    assert not Exclusion.objects.exists()


def test_deciding_it_twice_is_one_decision_on_record(
    dossier: Dossier, people: People, letter: Letter
) -> None:
    assert keep(dossier, people.author, people.named)
    assert not keep(dossier, people.desk_member, people.named)

    row = Exclusion.objects.get()
    assert row.is_genuine()
    assert row.recorded_by == people.author.membership_id
    event = AuditEvent.objects.get(event="vault.kept_from")
    assert event.target_id == row.pk
    assert str(people.named.user_id) not in str(event.facts)


def test_the_application_cannot_take_it_back(
    dossier: Dossier, people: People, letter: Letter
) -> None:
    keep(dossier, people.author, people.named)
    for change in (
        lambda: Exclusion.objects.all().delete(),
        lambda: Exclusion.objects.update(user_id=new_id()),
    ):
        with pytest.raises(ProgrammingError), transaction.atomic():
            change()
