"""An agency finds its own records, each person those that they may open, and nobody another's."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import psycopg2
import pytest
from django.db import connection
from django.utils import timezone

from agencies.models import Agency
from audit.models import AuditEvent
from kernel.actors import Actor
from kernel.keys import Purpose, ring
from kernel.tiers import Tier
from people import queries, services
from people.identity import BirthDateKind, Identity, PersonKind
from people.matching import Wanted
from people.models import AgencyToken, IdentitySnapshot
from sharing.models import Ask, Recipient
from sharing.queries import answers_in_full, asks_in_full
from sharing.services import RecipientInput, open_answers, open_ask
from sharing.states import RecipientKind
from tests import database
from tests.asks import FLORENCE, ZEBEDEE, answer_ask, item, send_ask
from tests.partnership import Partnership, Player
from vault import services as vault
from vault.models import Grant

BORN = date(2018, 3, 4)


@pytest.fixture
def ask(partnership: Partnership) -> Ask:
    """The police are asked about both children."""
    return send_ask(partnership.asker, partnership.police_desk, ZEBEDEE, FLORENCE)


def found(player: Player, names: str = "", **more: Any) -> int:
    return len(queries.find(player.actor, Wanted(names, **more)).found)


@pytest.mark.parametrize("who", ["asker", "asking_colleague", "decider", "colleague"])
def test_both_sides_of_a_request_find_it(partnership: Partnership, ask: Ask, who: str) -> None:
    player = getattr(partnership, who)

    assert found(player, "Zebedee O'Quill") == 1
    assert found(player, "oquill") == 2
    assert found(player, born_on=BORN) == 1
    assert found(player, nhs_number="9434765919") == 1
    assert found(player, "Zebedee Smith") == 0


@pytest.mark.parametrize("who", ["outsider", "lead", "dpo", "coordinator", "uncleared"])
def test_who_may_not_open_it_finds_and_counts_nothing(
    partnership: Partnership, ask: Ask, who: str
) -> None:
    """The uncleared sit at the desk that was asked; names are above what they may read."""
    assert queries.find(getattr(partnership, who).actor, Wanted("O'Quill")) == queries.Hits()


def test_the_system_finds_nothing(ask: Ask) -> None:
    assert queries.find(Actor.system("purge"), Wanted("O'Quill")) == queries.Hits()


def test_a_desk_finds_only_whom_it_was_asked_about(partnership: Partnership) -> None:
    desks = {partnership.police_desk.pk: [0], partnership.charity_desk.pk: [1]}
    send_ask(partnership.asker, partnership.police_desk, ZEBEDEE, FLORENCE, desks=desks)

    assert (found(partnership.decider, "Zebedee"), found(partnership.decider, "Florence")) == (1, 0)
    assert (found(partnership.outsider, "Zebedee"), found(partnership.outsider, "Florence")) == (
        0,
        1,
    )
    known = AgencyToken.objects.filter(agency=partnership.police)
    assert known.values("snapshot").distinct().count() == 1


def test_a_grant_that_was_revoked_or_forged_finds_nothing(
    partnership: Partnership, ask: Ask
) -> None:
    (about, _) = ask.about.select_related("subject__snapshot").order_by("subject__position")
    safe = about.subject.snapshot.safe_id
    desk = Grant.objects.get(safe=safe, holder_id=partnership.police_desk.pk)
    vault.revoke(actor=partnership.asker.actor, grant=desk)
    assert found(partnership.decider, "Zebedee") == 0

    forged = Grant(
        safe_id=safe, holder_kind="MEMBERSHIP", holder_id=partnership.decider.membership_id,
        tier=3, reason="NAMED", granted_by=partnership.decider.membership_id, mac=bytes(32),
    )  # fmt: skip
    forged.save(force_insert=True)
    assert found(partnership.decider, "Zebedee") == 0


def test_whoever_was_given_an_answer_finds_it_once_they_have_opened_it(
    partnership: Partnership, ask: Ask
) -> None:
    charity = RecipientInput(RecipientKind.DESK, partnership.charity_desk.pk, Tier.PERSONAL)
    answer_ask(partnership.decider, ask, item(Tier.PERSONAL), recipients=[charity])
    assert found(partnership.outsider, "Zebedee") == 0

    outsider = partnership.outsider.actor
    open_answers(actor=outsider, answers=answers_in_full(outsider))
    open_answers(actor=outsider, answers=answers_in_full(outsider))

    assert found(partnership.outsider, "Zebedee") == 1
    assert found(partnership.outsider, "Florence") == 1
    assert Recipient.objects.filter(desk=partnership.charity_desk).count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_request_from_before_there_were_tokens_is_found_once_somebody_has_opened_it(
    partnership: Partnership, ask: Ask, as_owner: psycopg2.extensions.connection
) -> None:
    with as_owner.cursor() as cursor:
        cursor.execute("DELETE FROM people_agencytoken")
    assert found(partnership.decider, "Zebedee") == 0

    decider = partnership.decider.actor
    (whole,) = asks_in_full(decider)
    snapshots = [one.subject.snapshot for one in whole.about.all()]
    open_ask(actor=decider, ask=whole, snapshots=snapshots)

    assert found(partnership.colleague, "Zebedee") == 1
    assert found(partnership.asker, "Zebedee") == 0


def test_hits_stand_in_the_order_of_their_likeness(partnership: Partnership) -> None:
    exact = ZEBEDEE
    same_name = replace(ZEBEDEE, born_on=date(2011, 1, 1), nhs_number="")
    same_month = replace(ZEBEDEE, born_on=date(2018, 3, 9), nhs_number="")
    sounds_like = replace(ZEBEDEE, first_names="Zebedy", nhs_number="")
    for one in (sounds_like, same_name, exact, same_month):
        send_ask(partnership.asker, partnership.police_desk, one)
    send_ask(partnership.asker, partnership.police_desk, FLORENCE)

    hits = queries.find(partnership.decider.actor, Wanted("Zebedee O'Quill", BORN)).found

    names = _names(partnership.decider, [hit.snapshot_id for hit in hits])
    assert names == [("Zebedee", 4), ("Zebedy", 4), ("Zebedee", 9), ("Zebedee", 1)]
    assert [hit.by_sound for hit in hits] == [0, 1, 0, 0]
    assert [hit.by_date for hit in hits] == [True, True, False, False]
    assert [hit.by_month for hit in hits] == [False, False, True, False]


def _names(player: Player, snapshots: list[Any]) -> list[tuple[str, int]]:
    rows = IdentitySnapshot.objects.in_bulk(snapshots)
    opened = vault.open(player.actor, vault.Why.FINDING, *(r.identity for r in rows.values()))
    people = [Identity.from_json(opened[rows[pk].identity]) for pk in snapshots]
    return [(one.first_names, one.born_on.day if one.born_on else 0) for one in people]


def test_a_date_with_a_word_of_the_name_is_enough_and_a_month_is_not(
    partnership: Partnership, ask: Ask
) -> None:
    assert found(partnership.decider, "Zebedee Stepname", born_on=BORN) == 1
    assert found(partnership.decider, "Somebody Else", born_on=BORN) == 0
    assert found(partnership.decider, "Zebedee Stepname", born_on=date(2018, 3, 9)) == 0
    assert found(partnership.decider, born_on=date(2018, 3, 9)) == 0


@pytest.mark.parametrize(
    "person",
    [
        Identity(PersonKind.CHILD, "Baby", "Unknown"),
        Identity(PersonKind.UNBORN, birth_kind=BirthDateKind.DUE, born_on=date(2027, 1, 1)),
        Identity(PersonKind.CHILD, birth_kind=BirthDateKind.ESTIMATED, born_on=BORN),
    ],
)
def test_placeholders_and_estimates_make_no_token(
    partnership: Partnership, person: Identity
) -> None:
    send_ask(partnership.asker, partnership.police_desk, person)

    assert not AgencyToken.objects.exists()


def test_no_two_agencies_have_a_token_in_common(partnership: Partnership, ask: Ask) -> None:
    care, police = (_tokens(one) for one in (partnership.care, partnership.police))

    assert len(care) == len(police) > 10
    assert not care & police
    assert {len(token) for token in care | police} == {16}


def _tokens(agency: Agency) -> set[bytes]:
    rows = AgencyToken.objects.filter(agency=agency)
    return {bytes(token) for token in rows.values_list("token", flat=True)}


def test_a_token_copied_to_another_agency_finds_nothing_there(
    partnership: Partnership, ask: Ask
) -> None:
    """Nor does a token that an agency plants beside a record of another: the vault is asked."""
    (snapshot, _) = IdentitySnapshot.objects.order_by("pk")
    for one in list(AgencyToken.objects.filter(agency=partnership.police, snapshot=snapshot)):
        AgencyToken.objects.create(
            agency=partnership.charity, snapshot=snapshot, kind=one.kind, key_id=one.key_id,
            token=one.token,
        )  # fmt: skip
    services.make_findable(
        actor=partnership.outsider.actor, found_by=[(snapshot, ZEBEDEE, [partnership.charity.pk])]
    )

    assert found(partnership.outsider, "Zebedee") == 0


def test_nothing_of_a_name_stands_in_the_table(partnership: Partnership, ask: Ask) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(t::text, ' ') FROM people_agencytoken t")
        (text,) = cursor.fetchone()

    for word in ("zebedee", "quill", "2018-03", "9434765919", b"zebedee".hex()):
        assert word not in text.lower()


def test_a_new_key_writes_and_the_old_one_still_finds(
    partnership: Partnership, ask: Ask, tmp_path: Any, key_ring: Any
) -> None:
    newer = ring().create(Purpose.TOKEN)
    try:
        send_ask(partnership.asker, partnership.police_desk, replace(ZEBEDEE, nhs_number=""))

        assert set(AgencyToken.objects.values_list("key_id", flat=True)) > {newer.id}
        assert found(partnership.decider, "Zebedee O'Quill") == 2
    finally:
        (key_ring / f"token-{newer.id}.key").unlink()
        ring()._keys.pop((Purpose.TOKEN, newer.id))


def test_a_search_is_on_record_without_its_words(partnership: Partnership, ask: Ask) -> None:
    services.search(actor=partnership.decider.actor, wanted=Wanted("Zebedee O'Quill", BORN))

    event = AuditEvent.objects.get(event="people.searched")
    assert event.membership_id == partnership.decider.membership_id
    assert event.facts == {"words": 2, "has_date": True, "has_number": False, "found": 1}


def test_an_hours_searches_end_and_come_back(partnership: Partnership) -> None:
    actor = partnership.decider.actor
    for _ in range(3):
        services.search(actor=actor, wanted=Wanted("Zebedee"))

    assert queries.free_again_at(actor, 4) is None
    again = queries.free_again_at(actor, 3)
    assert again is not None
    assert timedelta(minutes=59) < again - timezone.now() <= timedelta(hours=1)
    assert queries.free_again_at(partnership.colleague.actor, 3) is None


def test_a_common_name_is_cut_off_and_costs_the_same_queries(
    partnership: Partnership, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    for _ in range(4):
        send_ask(partnership.asker, partnership.police_desk, FLORENCE)
    actor = partnership.decider.actor
    with django_assert_num_queries(2):
        assert not queries.find(actor, Wanted("Florence")).is_cut_off
    monkeypatch.setattr(queries, "MOST_HITS", 3)

    with django_assert_num_queries(2):
        hits = queries.find(actor, Wanted("Florence"))

    assert (len(hits.found), hits.is_cut_off) == (3, True)


@pytest.mark.django_db(transaction=True)
def test_the_tokens_of_a_dossier_die_with_it(partnership: Partnership, ask: Ask) -> None:
    other = send_ask(partnership.asker, partnership.police_desk, FLORENCE)
    with database.acting_as("disposer"):
        vault.destroy_dossier(actor=Actor.system("purge"), dossier=ask.request.dossier)

    left = AgencyToken.objects.values_list("snapshot__subject__request", flat=True)
    assert set(left) == {other.request_id}
    assert found(partnership.decider, "Zebedee") == 0
    assert found(partnership.decider, "Florence") == 1


@pytest.mark.django_db(transaction=True)
def test_the_application_role_removes_and_changes_no_token(
    partnership: Partnership, ask: Ask
) -> None:
    for verb in ("DELETE FROM people_agencytoken", "UPDATE people_agencytoken SET kind = 'WORD'"):
        with (
            pytest.raises(psycopg2.errors.InsufficientPrivilege),
            psycopg2.connect(database.url()) as app,
            app.cursor() as cursor,
        ):
            cursor.execute(verb)
        app.close()
