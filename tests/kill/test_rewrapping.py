"""The custodian's command dies while it exchanges keys. Every word opens, and the next run finishes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from audit.models import AuditEvent
from kernel.actors import Actor
from kernel.keys import Purpose, ring
from tests.kill.conftest import Programs
from tests.vault.conftest import WORDS, _letter_table, a_person, body_for, write
from tests.vault.keys import Custodian, own_ring
from tests.vault.sample import Letter
from vault import hosts, rewrapping
from vault import services as vault
from vault.models import KeyEncryptionKey
from vault.states import KeyStatus

__all__ = ["_letter_table"]

BATCH = 4
# Where the command dies, and how many of the ten data keys are then under the new key.
STEPS = {
    "nothing is wrapped": ("vault.rewrapping:_rewrap_batch:before", 0),
    "the second batch is wrapped and not written": ("vault.rewrapping:_swap:before:2", 4),
    "it is written and not committed": ("vault.rewrapping:_swap:after:2", 4),
    "it is committed": ("vault.rewrapping:_rewrap_batch:after:2", 8),
}


@pytest.fixture
def custodian(transactional_db: None, tmp_path: Path, settings: Any) -> Iterator[Custodian]:
    folder = tmp_path / "ring"
    folder.mkdir(mode=0o700)
    with own_ring(folder, settings) as custodian:
        yield custodian


@pytest.fixture
def author() -> Actor:
    return a_person()


@pytest.fixture
def letters(custodian: Custodian, author: Actor) -> list[Letter]:
    dossier = vault.create_dossier(actor=author, kind="SAMPLE")
    return [
        write(vault.create_safe(actor=author, dossier=dossier, kind="LETTER", readers=[]))
        for _ in range(10)
    ]


@pytest.mark.parametrize("step", STEPS)
def test_killed_at_any_step_it_is_finished_by_the_next_run(
    custodian: Custodian,
    author: Actor,
    letters: list[Letter],
    programs: Programs,
    settings: Any,
    step: str,
) -> None:
    hold, done = STEPS[step]
    second = custodian.rotate()
    command = ("keyring", "rewrap", "--batch", str(BATCH))
    programs.command(
        *command, hold=hold, role="owner", KEY_RING=str(settings.KEY_RING)
    ).wait_until_held().kill()
    assert rewrapping.waiting() == 10 - done
    assert {body_for(author, letter) for letter in letters} == {WORDS}

    again = programs.command(*command, role="owner", KEY_RING=str(settings.KEY_RING))

    assert again.process.wait(60) == 0
    assert rewrapping.waiting() == 0
    assert set(Letter.objects.values_list("pk", flat=True)) == {letter.pk for letter in letters}
    assert {body_for(author, letter) for letter in letters} == {WORDS}
    batches = AuditEvent.objects.filter(event="vault.keys_rewrapped")
    assert sum(one.facts["moved"] for one in batches) == 10
    assert KeyEncryptionKey.objects.get(status=KeyStatus.ACTIVE).pk == second


@pytest.mark.parametrize(
    "hold", ["kernel.keys:KeyRing.create:after", "vault.rotation:_new_key:after"]
)
def test_killed_while_a_key_is_published_the_next_run_publishes_one(
    custodian: Custodian, programs: Programs, settings: Any, hold: str
) -> None:
    """A file that no row names stays behind, harmless: no row, no use."""
    ring_of_its_own = {"KEY_RING": str(settings.KEY_RING)}
    held = programs.command("keyring", "publish", hold=hold, role="owner", **ring_of_its_own)
    held.wait_until_held().kill()
    assert not KeyEncryptionKey.objects.filter(status=KeyStatus.PUBLISHED).exists()

    published = custodian.publish()

    assert published in ring().ids_on_disk(Purpose.KEK)
    hosts.report()
    custodian.activate(published)
    assert KeyEncryptionKey.objects.get(status=KeyStatus.ACTIVE).pk == published
