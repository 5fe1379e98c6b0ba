"""Logs, audit events and task arguments hold ids, codes, numbers and dates: never words."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from kernel.facts import NotPlain, plain, require_plain
from kernel.ids import new_id, new_reference
from kernel.tiers import Tier

KEY = new_id()


@pytest.mark.parametrize(
    "value",
    [
        "not_known",
        "SENSITIVE",
        "sharing.request.sent",
        "sharing:request",
        "sharing.Request",
        "",
        new_reference(),
        KEY,
        KEY.hex,
        7,
        True,
        None,
        Tier.SENSITIVE,
        date(2026, 11, 21),
        datetime(2026, 11, 21, 15, 57, tzinfo=UTC),
        [KEY, KEY],
        {"share_all", "share_part"},
        (),
    ],
)
def test_ids_codes_numbers_and_dates_pass(value: object) -> None:
    require_plain({"fact": value})


@pytest.mark.parametrize(
    "value",
    [
        "Mother told school that …",
        "two words",
        "O'Brien",
        "Smith",
        "Mary-Jane",
        "ann@example.org",
        "Zoë",
        "a" * 81,
        "line\nbreak",
        b"bytes",
        1.5,
        object(),
        {"a": "dict"},
        [KEY, "two words"],
        [["nested"]],
    ],
)
def test_words_and_the_unknown_are_refused_by_key_and_never_quoted(value: object) -> None:
    with pytest.raises(NotPlain) as refused:
        require_plain({"fact": value})

    assert str(refused.value) == "fact"
    assert refused.value.__cause__ is None


def test_plain_facts_become_json_values() -> None:
    moment = datetime(2026, 11, 21, 15, 57, tzinfo=UTC)
    facts = plain(
        {"id": KEY, "count": 3, "is_late": True, "at": moment, "none": None, "ids": [KEY]}
    )

    assert facts == {
        "id": str(KEY),
        "count": 3,
        "is_late": True,
        "at": str(moment),
        "none": None,
        "ids": [str(KEY)],
    }
