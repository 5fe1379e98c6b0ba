"""A new installation gets its keys once; running the command again changes nothing."""

from __future__ import annotations

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from kernel.keys import Purpose, ring
from tests import database
from vault.models import KeyEncryptionKey
from vault.states import KeyStatus


def on_disk() -> dict[Purpose, list[str]]:
    return {purpose: sorted(ring().ids_on_disk(purpose)) for purpose in Purpose}


def make_keys() -> None:
    with database.acting_as("owner"):
        call_command("keyring_init", stdout=StringIO())


def test_an_installation_has_one_active_key_whose_fingerprint_is_that_of_its_file(
    db: None,
) -> None:
    key = KeyEncryptionKey.objects.get()

    assert key.status == KeyStatus.ACTIVE
    assert key.fingerprint == ring().get(Purpose.KEK, key.pk).fingerprint
    assert all(on_disk().values())


@pytest.mark.django_db(transaction=True)
def test_running_it_again_makes_nothing(key_ring: Path) -> None:
    before = on_disk()
    make_keys()

    assert on_disk() == before
    assert KeyEncryptionKey.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_lost_key_that_is_not_for_the_vault_is_replaced_and_no_other(
    tmp_path: Path, settings: Any
) -> None:
    """The vault's is never: what it wrapped would be lost without anybody noticing."""
    settings.KEY_RING = tmp_path / "empty"
    make_keys()

    made = on_disk()
    assert made.pop(Purpose.KEK) == []
    assert all(len(ids) == 1 for ids in made.values())
