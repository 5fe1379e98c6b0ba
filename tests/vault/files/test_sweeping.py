"""Whatever a kill leaves is finished by the sweeper, and nothing that a record keeps is touched."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import ProgrammingError, transaction
from django.utils import timezone

from audit.models import AuditEvent
from kernel.actors import Actor
from tests import database
from tests.vault.conftest import People
from tests.vault.files.conftest import Bucket, Folder
from tests.vault.files.sample import Paper, content_for, into, keep, put, send
from tests.vault.test_destroying import Race
from vault import services as vault
from vault.files import sweeping, uploading
from vault.files.disk import PartFile
from vault.files.errors import StoreUnavailable, UploadLost
from vault.files.stores import store
from vault.models import Dossier, Safe, StoredFile
from vault.tasks import sweep_files

pytestmark = pytest.mark.django_db(transaction=True)
Shelf = Folder | Bucket


@pytest.fixture
def race() -> Race:
    return Race()


def sweep(later: timedelta = timedelta(0)) -> None:
    """The task as the retention worker runs it, that much later."""
    with database.acting_as("disposer"), pytest.MonkeyPatch.context() as patch:
        now = timezone.now() + later
        patch.setattr("django.utils.timezone.now", lambda: now)
        sweep_files()


SOON = uploading.LEASE + timedelta(minutes=1)
MUCH_LATER = uploading.LEASE + sweeping.GRACE + timedelta(minutes=1)


def status() -> str:
    return str(StoredFile.objects.get().status)


def begun(people: People, safe: Safe, content: bytes) -> vault.Upload:
    upload = vault.begin_upload(
        actor=people.author, into=into(safe), name="a.pdf", content_type="application/pdf"
    )
    upload.write(content)
    return upload


def kill(upload: vault.Upload) -> None:
    """The process is gone: the system closes what it had open, and nothing else happens."""
    if isinstance(upload._writing, PartFile):
        upload._writing._file.close()


# What a kill leaves


@pytest.mark.parametrize("size", [10, 100_000, 13_000_000])
def test_an_upload_that_was_killed_in_the_middle_is_removed(
    people: People, safe: Safe, shelf: Shelf, size: int
) -> None:
    upload = begun(people, safe, os.urandom(size))
    kill(upload)

    sweep(SOON)
    assert status() == "ABANDONED"
    assert shelf.names() == set()
    sweep(MUCH_LATER)
    assert status() == "REMOVED"
    assert AuditEvent.objects.get(event="vault.file_removed").via == "system:sweep_files"


def test_an_upload_that_was_killed_before_a_record_kept_it_is_removed(
    people: People, safe: Safe, shelf: Shelf
) -> None:
    send(people.author, safe, os.urandom(100_000))
    assert len(shelf.names()) == 1

    sweep(SOON)

    assert status() == "ABANDONED"
    assert shelf.names() == set()


def test_a_kill_between_publishing_and_saying_so_leaves_nothing(
    people: People, safe: Safe, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = begun(people, safe, b"words")
    monkeypatch.setattr(upload, "_move", killed)
    with pytest.raises(KeyboardInterrupt):
        upload.finish()
    assert len(shelf.names()) == 1

    sweep(SOON)

    assert (status(), shelf.names()) == ("ABANDONED", set())


def killed(*_: Any, **__: Any) -> None:
    raise KeyboardInterrupt


def test_a_transaction_that_rolls_back_keeps_nothing(
    people: People, safe: Safe, folder: Folder
) -> None:
    upload = send(people.author, safe, b"words")

    with transaction.atomic():
        paper = Paper(pk=upload.row_id, safe=safe)
        vault.keep_file(actor=people.author, upload=upload, row=paper)
        transaction.set_rollback(True)
    assert status() == "STORED"
    sweep(SOON)

    assert (status(), folder.names()) == ("ABANDONED", set())


def test_a_sweeper_killed_between_deleting_and_saying_so_does_it_again(
    people: People, safe: Safe, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(people.author, safe, b"words")
    sweep(SOON)
    with monkeypatch.context() as patch:
        patch.setattr("vault.files.sweeping.audit.record", killed)
        with pytest.raises(KeyboardInterrupt):
            sweep(MUCH_LATER)
    assert status() == "ABANDONED"

    sweep(MUCH_LATER)
    assert status() == "REMOVED"


def test_what_a_stopped_process_still_published_after_it_was_given_up_goes_too(
    people: People, safe: Safe, folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stopped just before it published, woken after the sweep, killed before it could notice."""
    upload = begun(people, safe, b"words")
    row = StoredFile.objects.get()
    sweep(SOON)
    folder.root.joinpath(row.object[:2], row.object).write_bytes(b"published late")

    sweep(SOON)

    assert folder.names() == set()
    with pytest.raises(UploadLost):
        upload.finish()


def test_a_store_that_is_down_is_tried_again_at_the_next_sweep(
    people: People, safe: Safe, folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(people.author, safe, b"words")

    def down(*_: Any) -> None:
        raise StoreUnavailable

    with monkeypatch.context() as patch:
        patch.setattr(type(store()), "delete", down)
        sweep(MUCH_LATER)
    assert (status(), len(folder.names())) == ("ABANDONED", 1)

    sweep(MUCH_LATER)
    assert (status(), folder.names()) == ("REMOVED", set())


# What is in use


def test_what_a_record_keeps_is_never_removed(people: People, safe: Safe, shelf: Shelf) -> None:
    paper = put(people.author, safe, b"words")

    for later in (SOON, MUCH_LATER, timedelta(days=4000)):
        sweep(later)

    assert status() == "KEPT"
    assert content_for(people.author, paper) == b"words"


def test_an_upload_that_goes_on_keeps_the_sweeper_away(
    people: People, safe: Safe, folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = begun(people, safe, b"slow ")
    first = StoredFile.objects.get().lease_until
    monkeypatch.setattr("vault.files.uploading.time.monotonic", lambda: upload._renew_at + 1)
    upload.write(b"words")

    assert StoredFile.objects.get().lease_until > first
    sweep()
    upload.finish()
    assert content_for(people.author, keep(people.author, upload)) == b"slow words"


def test_an_upload_that_the_sweeper_gave_up_says_so_and_leaves_nothing(
    people: People, safe: Safe, shelf: Shelf
) -> None:
    stored, going = send(people.author, safe, b"one"), begun(people, safe, b"two")
    sweep(SOON)

    with pytest.raises(UploadLost):
        keep(people.author, stored)
    with pytest.raises(UploadLost):
        going.finish()
    assert shelf.names() == set()
    assert not Paper.objects.exists()


@pytest.mark.parametrize("shelf", ["folder"], indirect=True)
def test_the_sweeper_lets_go_of_an_upload_that_is_being_kept_at_this_moment(
    people: People, safe: Safe, shelf: Shelf, race: Race, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its lease has ended; the sweeper comes while the record's transaction is open."""
    upload = send(people.author, safe, b"words")
    StoredFile.objects.update(lease_until=timezone.now() - timedelta(minutes=1))
    inside, swept = threading.Event(), threading.Event()

    def keep_slowly() -> None:
        with transaction.atomic():
            paper = Paper(pk=upload.row_id, safe=safe)
            vault.keep_file(actor=people.author, upload=upload, row=paper)
            inside.set()
            assert swept.wait(10)
            paper.save(force_insert=True)

    race.start("keep", keep_slowly)
    assert inside.wait(10)
    with database.acting_as("disposer"):
        sweep_files()
    swept.set()

    assert race.finish() == {"keep": "ok"}
    assert status() == "KEPT"
    assert content_for(people.author, Paper.objects.get()) == b"words"


@pytest.mark.parametrize("shelf", ["folder"], indirect=True)
def test_the_sweeper_that_found_an_upload_looks_again_before_it_gives_it_up(
    people: People, safe: Safe, shelf: Shelf, race: Race, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The record is written between the sweeper's look and its lock."""
    upload = send(people.author, safe, b"words")
    StoredFile.objects.update(lease_until=timezone.now() - timedelta(minutes=1))
    looked, kept = threading.Event(), threading.Event()
    give_up = sweeping._give_up

    def give_up_slowly(pk: Any) -> None:
        looked.set()
        assert kept.wait(10)
        give_up(pk)

    monkeypatch.setattr(sweeping, "_give_up", give_up_slowly)

    def sweep_now() -> None:
        with database.acting_as("disposer"):
            sweep_files()

    race.start("sweep", sweep_now)
    assert looked.wait(10)
    paper = keep(people.author, upload)
    kept.set()

    assert race.finish() == {"sweep": "ok"}
    assert content_for(people.author, paper) == b"words"


# Destruction, and who may


def test_a_destroyed_dossiers_objects_are_removed_and_no_others(
    people: People, dossier: Dossier, safe: Safe, shelf: Shelf, destroy: Callable[[Dossier], None]
) -> None:
    other = vault.create_dossier(actor=people.author, kind="SAMPLE")
    spared_safe = vault.create_safe(actor=people.author, dossier=other, kind="LETTER", readers=[])
    spared = put(people.author, spared_safe, b"spared")
    gone = put(people.author, safe, b"gone")

    destroy(dossier)
    sweep()

    assert StoredFile.objects.get(row_id=gone.pk).status == "REMOVED"
    assert shelf.names() == {StoredFile.objects.get(row_id=spared.pk).object}
    assert content_for(people.author, spared) == b"spared"
    sweep()
    assert AuditEvent.objects.filter(event="vault.file_removed").count() == 1


def test_the_application_role_removes_nothing(people: People, safe: Safe, folder: Folder) -> None:
    send(people.author, safe, b"words").abandon()
    StoredFile.objects.update(lease_until=timezone.now() - timedelta(days=1))

    with pytest.raises(ProgrammingError, match="permission denied"):
        vault.sweep_files(actor=Actor.system("test"))


def test_a_forged_row_cannot_name_another_files_object(
    people: People, safe: Safe, folder: Folder, sql: Callable[..., None]
) -> None:
    """Nor lead the sweeper out of the folder."""
    outside = Path(folder.root.parent / "outside")
    outside.write_bytes(b"not the store's")
    send(people.author, safe, b"words")
    sql(
        "INSERT INTO vault_storedfile (id, created_at, object, safe_id, tier, seal_id, row_id, "
        "uploaded_by, status, lease_until) SELECT gen_random_uuid(), now(), '../outside', safe_id, "
        "tier, seal_id, row_id, uploaded_by, 'UPLOADING', '2020-01-01' FROM vault_storedfile"
    )

    sweep(MUCH_LATER)

    assert outside.exists()
    assert folder.names() == set(), "one bad row does not stop the sweep"
