"""Destroying: the keys go and every word with them, and sealing never slips in between."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import ProgrammingError, connection, transaction

from audit.models import AuditEvent
from kernel.actors import Actor
from kernel.tiers import Tier
from tests.vault.conftest import WORDS, People, author_of, body_for, write
from tests.vault.sample import Letter
from vault import sealing
from vault import services as vault
from vault.errors import DossierDestroyed
from vault.models import DataKey, Dossier, Safe
from vault.services import DESTROYED, Sealer

PURGE = Actor.system("purge")
Destroy = Callable[[Dossier], None]


def test_what_was_destroyed_is_gone_for_everybody(
    people: People, dossier: Dossier, letter: Letter, destroy: Destroy
) -> None:
    destroy(dossier)

    for reader in (people.author, people.desk_member, people.outsider):
        assert body_for(reader, letter) is DESTROYED
    assert not DataKey.objects.exists()
    dossier.refresh_from_db()
    assert dossier.destroyed_at is not None


def test_destroying_spares_every_other_dossier(
    people: People, dossier: Dossier, letter: Letter, destroy: Destroy
) -> None:
    other = vault.create_dossier(actor=people.author, kind="SAMPLE")
    safe = vault.create_safe(actor=people.author, dossier=other, kind="LETTER", readers=[])
    spared = write(safe)

    destroy(dossier)

    assert body_for(people.author, spared) == WORDS
    assert body_for(people.author, letter) is DESTROYED


def test_destroying_is_on_record_once(dossier: Dossier, letter: Letter, destroy: Destroy) -> None:
    destroy(dossier)
    destroy(dossier)

    event = AuditEvent.objects.get(event="vault.destroyed")
    assert (event.target_id, event.via) == (dossier.pk, "system:purge")
    days = date.fromisoformat(event.facts["final_in_backups_on"]) - date.fromisoformat(
        event.facts["destroyed_on"]
    )
    assert days == timedelta(days=31 + 35), "the interval of exchange and the backup window"


def test_sealing_after_destruction_is_refused(
    dossier: Dossier, safe: Safe, letter: Letter, destroy: Destroy
) -> None:
    destroy(dossier)

    with pytest.raises(DossierDestroyed):
        write(safe)
    assert not DataKey.objects.exists()


def test_the_application_role_cannot_destroy(
    dossier: Dossier, letter: Letter, people: People
) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        vault.destroy_dossier(actor=PURGE, dossier=dossier)

    assert body_for(people.author, letter) == WORDS


@pytest.mark.django_db(transaction=True)
def test_keys_of_a_dossier_that_is_marked_destroyed_open_nothing_even_if_they_were_restored(
    people: People, dossier: Dossier, letter: Letter, as_owner: Any
) -> None:
    with as_owner.cursor() as cursor:
        cursor.execute("UPDATE vault_dossier SET destroyed_at = now()")

    assert body_for(people.author, letter) is DESTROYED


# Races, each with the door held open in the middle


class Race:
    """Two pieces of work on two connections; errors by name."""

    def __init__(self) -> None:
        self.outcomes: dict[str, str] = {}
        self.threads: list[threading.Thread] = []

    def start(self, name: str, work: Callable[[], object]) -> None:
        def run() -> None:
            try:
                work()
                self.outcomes[name] = "ok"
            except Exception as error:  # noqa: BLE001 - the outcome is what is tested
                self.outcomes[name] = type(error).__name__
            finally:
                connection.close()

        thread = threading.Thread(target=run)
        thread.start()
        self.threads.append(thread)

    def finish(self) -> dict[str, str]:
        for thread in self.threads:
            thread.join(20)
        return self.outcomes


@pytest.fixture
def race() -> Race:
    return Race()


@pytest.mark.django_db(transaction=True)
def test_destroying_waits_for_a_sealing_that_has_begun(
    people: People, dossier: Dossier, safe: Safe, destroy: Destroy, race: Race
) -> None:
    begun, letters = threading.Event(), []

    def seal_slowly() -> None:
        with transaction.atomic():
            sealer = Sealer(safe, actor=author_of(safe))
            begun.set()
            time.sleep(0.5)
            letter = Letter(safe=safe)
            sealer.seal(safe, letter, Tier.SENSITIVE, body=WORDS)
            letter.save(force_insert=True)
        letters.append(letter)

    race.start("seal", seal_slowly)
    assert begun.wait(5)
    race.start("destroy", lambda: destroy(dossier))

    assert race.finish() == {"seal": "ok", "destroy": "ok"}
    assert not DataKey.objects.exists(), "the key made meanwhile went too"
    assert body_for(people.author, letters[0]) is DESTROYED


@pytest.mark.django_db(transaction=True)
def test_sealing_waits_for_a_destruction_that_has_begun_and_is_then_refused(
    dossier: Dossier,
    safe: Safe,
    destroy: Destroy,
    race: Race,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    begun = threading.Event()
    save = Dossier.save

    def save_slowly(self: Dossier, *args: Any, **options: Any) -> None:
        begun.set()
        time.sleep(0.5)
        save(self, *args, **options)

    monkeypatch.setattr(Dossier, "save", save_slowly)
    race.start("destroy", lambda: destroy(dossier))
    assert begun.wait(5)
    race.start("seal", lambda: write(safe))

    assert race.finish() == {"destroy": "ok", "seal": "DossierDestroyed"}
    assert not DataKey.objects.exists()
    assert not Letter.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_who_need_the_same_key_at_once_end_with_one_key_and_readable_words(
    people: People, safe: Safe, race: Race, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = threading.Barrier(2)
    create = sealing._new_key

    def create_together(*args: Any) -> Any:
        gate.wait(5)
        return create(*args)

    monkeypatch.setattr(sealing, "_new_key", create_together)
    for name in ("one", "two"):
        race.start(name, lambda: write(safe))

    assert race.finish() == {"one": "ok", "two": "ok"}
    assert DataKey.objects.count() == 1
    letters = list(Letter.objects.all())
    assert len(letters) == 2
    assert {body_for(people.author, letter) for letter in letters} == {WORDS}


@pytest.mark.django_db(transaction=True)
def test_a_key_whose_maker_rolled_back_is_made_again_by_who_waited(
    people: People, safe: Safe, race: Race
) -> None:
    begun = threading.Event()

    def seal_and_give_up() -> None:
        with transaction.atomic():
            Sealer(safe, actor=author_of(safe)).seal(
                safe, Letter(safe=safe), Tier.SENSITIVE, body=WORDS
            )
            begun.set()
            time.sleep(0.4)
            raise RuntimeError

    race.start("first", seal_and_give_up)
    assert begun.wait(5)
    race.start("second", lambda: write(safe))

    assert race.finish() == {"first": "RuntimeError", "second": "ok"}
    assert body_for(people.author, Letter.objects.get()) == WORDS
