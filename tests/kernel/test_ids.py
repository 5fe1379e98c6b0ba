"""Keys are UUIDv7; references survive a telephone line."""

from __future__ import annotations

import time
from uuid import RFC_4122

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.ids import ALPHABET, new_id, new_reference, tidy_reference

references = st.builds(new_reference)


def test_a_key_is_a_version_7_uuid_of_this_moment() -> None:
    before = time.time_ns() // 1_000_000
    key = new_id()
    after = time.time_ns() // 1_000_000

    assert (key.version, key.variant) == (7, RFC_4122)
    assert before <= key.int >> 80 <= after


def test_keys_sort_by_the_time_they_were_made() -> None:
    keys = []
    for _ in range(5):
        keys.append(new_id())
        time.sleep(0.002)

    assert keys == sorted(keys)
    assert [k.hex for k in keys] == sorted(k.hex for k in keys)


def test_keys_made_in_one_millisecond_differ() -> None:
    assert len({new_id() for _ in range(10_000)}) == 10_000


@given(references)
def test_a_reference_is_read_back_as_it_was_made(reference: str) -> None:
    assert tidy_reference(reference) == reference


@given(references, st.data())
def test_any_one_wrong_character_is_caught(reference: str, data: st.DataObject) -> None:
    place = data.draw(st.sampled_from([i for i, c in enumerate(reference) if i > 3 and c != "-"]))
    wrong = data.draw(st.sampled_from([c for c in ALPHABET if c != reference[place]]))

    assert tidy_reference(reference[:place] + wrong + reference[place + 1 :]) is None


@given(references, st.integers(0, 5))
def test_any_two_neighbours_swapped_are_caught(reference: str, at: int) -> None:
    body = list(reference[4:].replace("-", ""))
    body[at], body[at + 1] = body[at + 1], body[at]
    swapped = "".join(body)

    expected = reference if body[at] == body[at + 1] else None
    assert tidy_reference(swapped) == expected


@given(references, st.data())
def test_people_may_type_it_in_small_letters_with_spaces_or_without_its_prefix(
    reference: str, data: st.DataObject
) -> None:
    bare = reference.removeprefix("ISP-")
    typed = data.draw(
        st.sampled_from(
            [
                reference.lower(),
                f"  {reference} ",
                reference.replace("-", ""),
                reference.replace("-", " "),
                reference.replace("-", "–"),
                bare,
                bare.replace("-", "").lower(),
                bare.replace("1", "l").replace("0", "o"),
                bare.replace("1", "I").replace("0", "O"),
            ]
        )
    )

    assert tidy_reference(typed) == reference


@pytest.mark.parametrize(
    "typed", ["", "ISP-", "ISP-7Q3K", "ISP-ZZZZ-ZZZ", "Aaliyah", "ISP-7Q3K-92MM"]
)
def test_what_cannot_be_a_reference_is_none(typed: str) -> None:
    assert tidy_reference(typed) is None


@given(st.text(max_size=20))
def test_nothing_that_anybody_types_breaks_it(typed: str) -> None:
    tidied = tidy_reference(typed)

    assert tidied is None or tidy_reference(tidied) == tidied
