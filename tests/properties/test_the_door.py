"""vault.open against the naive rule, on a real database: every hat opens every letter there is."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings

from audit.models import AccessEvent
from kernel.actors import Actor
from tests.properties import naive
from tests.properties.worlds import HATS, World, worlds
from tests.properties.writing import Written, write
from vault import services as vault
from vault.models import Safe
from vault.services import DESTROYED, WITHHELD, Why

# Each hat opens everything, and each is shown by another hat what it would see.
EACH = 2 * HATS


@pytest.mark.timeout(3600)
@pytest.mark.django_db(transaction=True)
def test_the_door_gives_what_the_design_says_and_records_it(deep: bool) -> None:
    """Examples are counted as openings: one hat at all twelve letters of a world."""
    openings = 0

    @settings(
        max_examples=(50_000 if deep else 2_000) // EACH,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
    )
    @given(worlds())
    def every_opening(world: World) -> None:
        nonlocal openings
        safes, letters = write(world)
        for number, hat in enumerate(world.hats):
            _open_as(world, number, hat, safes, letters)
            _preview_for(world, number, hat, letters)
        openings += EACH

    every_opening()

    assert openings >= (50_000 if deep else 2_000)


def _open_as(
    world: World, number: int, hat: Actor, safes: list[Safe], letters: list[Written]
) -> None:
    opened = vault.open(hat, Why.READING, *(one.sealed for one in letters))

    for letter in letters:
        assert opened[letter.sealed] == _expected(world, number, letter)
    read = {safes[one.safe].pk for one in letters if _may(world, number, one)}
    event = AccessEvent.objects.filter(membership_id=hat.membership_id).latest("at")
    assert set(event.safes) == read
    assert event.withheld == sum(not _may(world, number, one) for one in letters)


def _preview_for(world: World, number: int, hat: Actor, letters: list[Written]) -> None:
    """Somebody previews as the hat: they see what both may, and an author sees what the hat gets."""
    previewing = (number + 1) % HATS
    values = [one.sealed for one in letters]
    preview = vault.open(world.hats[previewing], Why.CHECKING, *values, seen_by=hat)

    for letter in letters:
        wrote_it = world.safes[letter.safe].author == previewing
        if wrote_it or _may(world, previewing, letter):
            assert preview[letter.sealed] == _expected(world, number, letter)
        else:
            assert not preview[letter.sealed]


def _expected(world: World, number: int, letter: Written) -> object:
    if world.safes[letter.safe].destroyed:
        return DESTROYED
    return letter.text if _may(world, number, letter) else WITHHELD


def _may(world: World, number: int, letter: Written) -> bool:
    return naive.may_open(world, world.safes[letter.safe], number, letter.tier)
