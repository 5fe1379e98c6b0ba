"""Ciphertexts and keys are moved about by SQL. Nothing opens in a place that it was not sealed for."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import psycopg2
import pytest
from django.test import Client
from django.urls import reverse

from kernel.actors import Role
from kernel.tiers import Tier
from sharing import services
from tests.asks import BODY, FLORENCE, NAME, SIBLING, WHY, ZEBEDEE, answer_ask, item, send_ask
from tests.attack.conftest import Shared, Sql, incidents, sees
from tests.partnership import Partnership, Player, add_person

Browse = Callable[[Player], Client]


GUARDED = ("sharing_request", "sharing_item", "sharing_draftversion", "people_identitysnapshot")


@pytest.fixture
def unlocked(as_owner_sql: Sql) -> Iterator[Sql]:
    """The owner has switched the write-once triggers off: the worst case, not the usual one."""
    for table in GUARDED:
        as_owner_sql(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    yield as_owner_sql
    for table in GUARDED:
        as_owner_sql(f"ALTER TABLE {table} ENABLE TRIGGER USER")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE sharing_request SET why = (SELECT body FROM sharing_item LIMIT 1)",
        "UPDATE sharing_item SET body = source",
        "UPDATE people_identitysnapshot SET identity = outline",
    ],
)
def test_the_application_role_cannot_move_a_ciphertext(
    shared: Shared, as_app: Sql, statement: str
) -> None:
    with pytest.raises((psycopg2.errors.CheckViolation, psycopg2.errors.InsufficientPrivilege)):
        as_app(statement)


def test_two_children_whose_identities_were_swapped_are_both_damaged(
    shared: Shared, browse: Browse, unlocked: Sql
) -> None:
    """Else one child's answer would be read as the other's."""
    page = reverse("sharing:request", args=[shared.ask.request_id])
    client = browse(shared.partnership.asker)
    assert {NAME, SIBLING} <= set(sees(client, page))
    unlocked(
        "UPDATE people_identitysnapshot AS a SET identity = b.identity, outline = b.outline "
        "FROM people_identitysnapshot AS b WHERE a.id <> b.id"
    )

    assert {NAME, SIBLING}.isdisjoint(sees(client, page))
    assert incidents() == {"moved_value"}


def test_two_children_whose_safes_were_swapped_open_to_nobody_new(
    shared: Shared, browse: Browse, unlocked: Sql
) -> None:
    """The rows point at each other's safes; the words still open under their own keys alone."""
    page = reverse("sharing:request", args=[shared.ask.request_id])
    people = [shared.partnership.asker, shared.partnership.decider, shared.partnership.outsider]
    before = [sees(browse(one), page) for one in people]
    unlocked(
        "ALTER TABLE people_identitysnapshot DROP CONSTRAINT people_identitysnapshot_safe_id_key"
    )
    try:
        unlocked(
            "UPDATE people_identitysnapshot AS a SET safe_id = b.safe_id "
            "FROM people_identitysnapshot AS b WHERE a.id <> b.id"
        )
        assert [sees(browse(one), page) for one in people] == before
    finally:
        unlocked("TRUNCATE people_identitysnapshot CASCADE")
        unlocked(
            "ALTER TABLE people_identitysnapshot "
            "ADD CONSTRAINT people_identitysnapshot_safe_id_key UNIQUE (safe_id)"
        )


def test_data_keys_swapped_between_two_safes_open_neither(
    shared: Shared, browse: Browse, as_owner_sql: Sql
) -> None:
    page = shared.page
    reader = browse(shared.partnership.asking_colleague)
    assert BODY in sees(reader, page)
    as_owner_sql("ALTER TABLE vault_datakey DROP CONSTRAINT vault_one_key_per_safe_and_tier")
    try:
        as_owner_sql(
            "UPDATE vault_datakey AS a SET safe_id = b.safe_id FROM "
            "(SELECT tier, safe_id, lead(safe_id, 1, first) OVER (PARTITION BY tier ORDER BY id) AS next "
            " FROM (SELECT *, first_value(safe_id) OVER (PARTITION BY tier ORDER BY id) AS first "
            "       FROM vault_datakey) AS k) AS b "
            "WHERE a.safe_id = b.next AND a.tier = b.tier"
        )
        assert BODY not in sees(reader, page)
        assert "foreign_key_material" in incidents()
    finally:
        as_owner_sql("TRUNCATE vault_datakey")
        as_owner_sql(
            "ALTER TABLE vault_datakey "
            "ADD CONSTRAINT vault_one_key_per_safe_and_tier UNIQUE (safe_id, tier)"
        )


def test_a_tier_relabelled_lower_shows_no_more_to_the_less_cleared(
    shared: Shared, browse: Browse, as_app: Sql, as_owner_sql: Sql
) -> None:
    """On the item, on the data key, and on both."""
    care, desk = shared.partnership.care, shared.partnership.care_desk
    reader = browse(add_person("Perry", care, Role.DESK_MEMBER, desk=desk, tier=Tier.PERSONAL))
    assert BODY not in sees(reader, shared.page)
    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        as_app("UPDATE sharing_item SET tier = 1")
    as_owner_sql("UPDATE sharing_item SET tier = 1")
    assert BODY not in sees(reader, shared.page)
    as_owner_sql(
        "UPDATE vault_datakey SET tier = 1 WHERE tier = 3 AND NOT EXISTS "
        "(SELECT FROM vault_datakey AS o WHERE o.safe_id = vault_datakey.safe_id AND o.tier = 1)"
    )

    assert BODY not in sees(reader, shared.page)
    assert "foreign_key_material" in incidents()


def test_a_draft_rolled_back_to_an_earlier_version_is_damaged_not_believed(
    partnership: Partnership, browse: Browse, unlocked: Sql
) -> None:
    """An earlier ciphertext, put into the latest version's row, does not open there."""
    actor = partnership.asker.actor
    draft = services.begin_request(actor=actor)
    client = browse(partnership.asker)
    for words in ("First thoughts", WHY):
        client.post(
            reverse("sharing:add_person", args=[draft.pk]), {"kind": "CHILD", "first_names": words}
        )
    page = reverse("sharing:people", args=[draft.pk])
    assert WHY in client.get(page).content.decode()
    unlocked(
        "UPDATE sharing_draftversion AS a SET content = b.content FROM sharing_draftversion AS b "
        "WHERE b.number = 1 AND a.number > 1 AND a.draft_id = b.draft_id"
    )

    response = client.get(page)

    assert response.status_code < 500
    assert WHY not in response.content.decode()
    assert "moved_value" in incidents()


def test_an_answer_s_words_put_into_another_request_are_not_read_there(
    partnership: Partnership, browse: Browse, unlocked: Sql
) -> None:
    """The outsider is asked something; the attacker copies what care was told into their page."""
    about_one = send_ask(partnership.asker, partnership.police_desk, ZEBEDEE)
    answer_ask(partnership.decider, about_one, item())
    for_outsider = send_ask(partnership.asker, partnership.charity_desk, FLORENCE)
    unlocked(
        "UPDATE sharing_request SET why = (SELECT body FROM sharing_item LIMIT 1) WHERE id = %s",
        str(for_outsider.request_id),
    )

    page = reverse("sharing:ask", args=[for_outsider.pk])
    assert BODY not in sees(browse(partnership.outsider), page)
    assert BODY not in sees(browse(partnership.decider), page)
