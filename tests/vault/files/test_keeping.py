"""A file in a record: opened by whoever may, kept once, shown to nobody else, and never half."""

from __future__ import annotations

import copy
import io
import json
import os
import pickle
from collections.abc import Callable, Iterator
from typing import Any

import psycopg2
import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audit.models import AccessEvent, AccessKind, AuditEvent
from kernel.actors import Actor
from kernel.tiers import Tier
from tests.vault.conftest import People
from tests.vault.files.conftest import Bucket, Folder
from tests.vault.files.sample import (
    NAME,
    PLANTED,
    Paper,
    content_for,
    into,
    keep,
    opened,
    put,
    send,
)
from tests.vault.test_attacks import incidents
from vault import services as vault
from vault.errors import DossierDestroyed, VaultError
from vault.files.errors import UploadLost
from vault.files.manifest import Manifest, file_key
from vault.files.stores import store
from vault.files.stream import CHUNK, FRAME, HEADER, sealed_size
from vault.models import Dossier, Safe, StoredFile
from vault.services import DAMAGED, DESTROYED, WITHHELD, Why
from vault.states import FileStatus

Shelf = Folder | Bucket
LONG = os.urandom(2 * CHUNK + 1234)


def object_of(paper: Paper) -> str:
    return StoredFile.objects.get(row_id=paper.pk).object


# Reading


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 13_000_000])
def test_what_was_put_in_comes_out(people: People, safe: Safe, shelf: Shelf, size: int) -> None:
    content = os.urandom(size)
    paper = put(people.author, safe, content)

    reader = opened(people.desk_member, paper)

    assert b"".join(reader.chunks()) == content
    assert (reader.name, reader.content_type, reader.size) == (NAME, "application/pdf", size)
    assert len(shelf.get(object_of(paper))) == sealed_size(size)


def test_the_store_is_told_nothing(people: People, safe: Safe, shelf: Shelf) -> None:
    paper = put(people.author, safe, PLANTED * 9000)

    (name,) = shelf.names()
    assert name == object_of(paper)
    assert len(name) == 32
    assert PLANTED[:12] not in shelf.get(name)
    assert name not in {str(paper.pk), paper.pk.hex}


def test_the_database_is_told_nothing(
    people: People, safe: Safe, folder: Folder, as_owner: psycopg2.extensions.connection
) -> None:
    put(people.author, safe, PLANTED)

    columns = str(list(StoredFile.objects.values())) + str(list(Paper.objects.values()))
    assert "Neill" not in columns
    assert "pdf" not in columns


@pytest.fixture
def three_chunks(people: People, safe: Safe, folder: Folder) -> Paper:
    return put(people.author, safe, LONG)


@given(data=st.data())
@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_range_equals_the_slice(people: People, three_chunks: Paper, data: Any) -> None:
    near = st.sampled_from([0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, len(LONG) - 1, len(LONG)])
    places = near | st.integers(0, len(LONG) + 10)
    start, stop = data.draw(places), data.draw(places)

    got = b"".join(opened(people.author, three_chunks).chunks(start, stop))

    assert got == LONG[start:stop]


def test_a_range_reads_only_the_chunks_that_hold_it(
    people: People, safe: Safe, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = os.urandom(10 * CHUNK)
    reader = opened(people.author, put(people.author, safe, content))
    kind = type(vault_store())
    asked: list[tuple[int, int]] = []
    read = kind.read

    def watched(self: Any, name: str, start: int, length: int) -> Iterator[bytes]:
        asked.append((start, length))
        pieces: Iterator[bytes] = read(self, name, start, length)
        return pieces

    monkeypatch.setattr(kind, "read", watched)
    span = (5 * CHUNK - 1, 5 * CHUNK + 1)

    assert b"".join(reader.chunks(*span)) == content[slice(*span)]
    assert asked == [(HEADER + 4 * FRAME, 2 * FRAME)]


def vault_store() -> Any:
    return store()


# Who may


def test_who_may_not_open_gets_the_marker_and_no_byte_is_read(
    people: People, safe: Safe, folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    paper = put(people.author, safe, PLANTED)
    monkeypatch.setattr(type(vault_store()), "read", unexpected)
    monkeypatch.setattr(type(vault_store()), "beginning", unexpected)

    for actor in (people.outsider, people.uncleared_desk_member, Actor.system("any")):
        assert vault.open_file(actor, Why.READING, paper.file) is WITHHELD


def unexpected(*_: Any) -> Any:
    raise AssertionError("the store was asked")


def test_the_look_is_on_record_before_the_store_is_asked(
    people: People, safe: Safe, folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    paper = put(people.author, safe, PLANTED)
    seen: list[int] = []
    kind = type(vault_store())
    beginning = kind.beginning

    def watched(self: Any, *rest: Any) -> Any:
        seen.append(AccessEvent.objects.filter(kind=AccessKind.OPENED, safes=[safe.pk]).count())
        return beginning(self, *rest)

    monkeypatch.setattr(kind, "beginning", watched)
    receipts: list[frozenset[Any]] = []
    opened(people.named, paper, receipt=receipts.append)

    assert seen == [1]
    assert receipts == [frozenset({safe.pk})]


@pytest.mark.django_db(transaction=True)
def test_a_file_is_neither_begun_nor_opened_inside_a_transaction(
    people: People, safe: Safe, folder: Folder
) -> None:
    """What a stream needs is committed before it, and a service that holds locks gets no words."""
    paper = put(people.author, safe, PLANTED)

    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        vault.open_file(people.author, Why.READING, paper.file)
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        vault.begin_upload(actor=people.author, into=into(safe), name="x", content_type="")


def test_a_list_shows_name_and_size_without_asking_the_store(
    people: People, safe: Safe, folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    paper = put(people.author, safe, PLANTED)
    monkeypatch.setattr(type(vault_store()), "beginning", unexpected)

    for actor, expected in ((people.author, (NAME, len(PLANTED))), (people.outsider, None)):
        found = vault.file_facts(vault.open(actor, Why.QUEUE, paper.file)[paper.file])
        facts = (found.name, found.size) if isinstance(found, Manifest) else None
        assert facts == expected


# Never twice, never elsewhere, never in print


def test_a_file_is_kept_once(
    people: People, safe: Safe, folder: Folder, sql: Callable[..., None]
) -> None:
    first, second = put(people.author, safe, b"one"), put(people.author, safe, b"two")

    with pytest.raises(IntegrityError, match="written once"), transaction.atomic():
        sql("UPDATE vault_sample_paper SET file = %s WHERE id = %s", second.file.blob, first.pk)
    sql("UPDATE vault_sample_paper SET file = NULL")
    assert Paper.objects.get(pk=first.pk).file is None


def test_an_upload_goes_into_the_record_that_it_was_sealed_for_and_no_other(
    people: People, safe: Safe, folder: Folder
) -> None:
    upload = send(people.author, safe, b"words")

    with transaction.atomic(), pytest.raises(ValueError, match="another record"):
        vault.keep_file(actor=people.author, upload=upload, row=Paper(safe=safe))
    keep(people.author, upload)
    with pytest.raises(UploadLost):
        keep(people.author, upload)


@pytest.mark.django_db(transaction=True)
def test_an_upload_is_kept_only_in_a_transaction(
    people: People, safe: Safe, folder: Folder
) -> None:
    upload = send(people.author, safe, b"words")

    with pytest.raises(RuntimeError, match="transaction"):
        vault.keep_file(actor=people.author, upload=upload, row=Paper(pk=upload.row_id))


@pytest.mark.parametrize("value", [b"plain", "plain", {"file": "x"}, 5])
def test_the_field_takes_nothing_that_the_vault_did_not_seal(value: Any) -> None:
    with pytest.raises(TypeError, match="only what the vault sealed"):
        Paper(file=value)


def everything(people: People, safe: Safe) -> list[Any]:
    upload = send(people.author, safe, PLANTED)
    paper = keep(people.author, upload)
    reader = opened(people.author, paper)
    facts = vault.file_facts(vault.open(people.author, Why.QUEUE, paper.file)[paper.file])
    return [paper.file, upload, reader, facts]


def test_nothing_of_a_file_prints_its_name(people: People, safe: Safe, folder: Folder) -> None:
    for value in everything(people, safe):
        for text in (str(value), repr(value), f"{value}", f"{[value]}", "%s" % value):  # noqa: UP031
            assert "Neill" not in text
            assert "sealed" in text


def test_nothing_of_a_file_leaves_the_process(people: People, safe: Safe, folder: Folder) -> None:
    for value in everything(people, safe):
        with pytest.raises(TypeError):
            pickle.dumps(value)
        with pytest.raises(TypeError):
            json.dumps(value)
        with pytest.raises(TypeError):
            copy.deepcopy(value)
        with pytest.raises(TypeError):
            pickle.Pickler(io.BytesIO()).dump([value])


# Attacks on the store


def damage(content: bytes) -> dict[str, bytes]:
    """What somebody with the store's password may do to a file of three chunks."""
    frames = [content[n : n + FRAME] for n in range(HEADER, len(content), FRAME)]
    head = content[:HEADER]
    return {
        "file_truncated": head + b"".join(frames[:2]),
        "file_extended": content + frames[0],
        "file_reordered": head + frames[1] + frames[0] + frames[2],
        "file_altered": content[:-1] + bytes([content[-1] ^ 1]),
        "file_swapped": bytes(HEADER) + content[HEADER:],
    }


@pytest.mark.parametrize("code", [*damage(bytes(3 * FRAME)), "file_missing"])
def test_each_kind_of_damage_is_seen_named_and_reported(
    people: People, safe: Safe, shelf: Shelf, code: str
) -> None:
    paper = put(people.author, safe, LONG)
    name = object_of(paper)
    changed = damage(shelf.get(name)).get(code)
    if changed is None:
        shelf.lose(name)
    else:
        shelf.put(name, changed)

    got = read_as_far_as_it_goes(people.named, paper)

    assert LONG.startswith(got)
    assert got in (b"", LONG[: 2 * CHUNK])
    assert incidents() == [code]
    event = AuditEvent.objects.get(event="audit.integrity")
    assert event.facts["row"] == str(paper.pk)
    assert event.membership_id == people.named.membership_id


def read_as_far_as_it_goes(actor: Actor, paper: Paper) -> bytes:
    """What a reader is given before the damage is noticed; it must be noticed."""
    reader = vault.open_file(actor, Why.READING, paper.file)
    if reader is DAMAGED:
        return b""
    assert isinstance(reader, vault.FileReader)
    got: list[bytes] = []
    with pytest.raises(VaultError):
        got.extend(reader.chunks())
    return b"".join(got)


@pytest.mark.parametrize("place", [0, 15, 16, 16 + FRAME - 1, 16 + FRAME, -1])
def test_one_bit_anywhere_is_seen(people: People, safe: Safe, folder: Folder, place: int) -> None:
    paper = put(people.author, safe, LONG)
    content = bytearray(folder.get(object_of(paper)))
    content[place] ^= 1
    folder.put(object_of(paper), bytes(content))

    assert LONG.startswith(read_as_far_as_it_goes(people.author, paper))
    assert len(incidents()) == 1


@pytest.mark.parametrize("length", [0, 5, HEADER, HEADER + 1, HEADER + FRAME, -1])
def test_a_cut_anywhere_is_seen_before_the_first_byte(
    people: People, safe: Safe, shelf: Shelf, length: int
) -> None:
    paper = put(people.author, safe, LONG)
    shelf.put(object_of(paper), shelf.get(object_of(paper))[:length])

    assert vault.open_file(people.author, Why.READING, paper.file) is DAMAGED
    assert incidents() == ["file_truncated"]


def test_a_cut_while_it_is_read_is_seen(people: People, safe: Safe, folder: Folder) -> None:
    paper = put(people.author, safe, LONG)
    reader = opened(people.author, paper)
    folder.put(object_of(paper), folder.get(object_of(paper))[: HEADER + FRAME])
    chunks = reader.chunks()

    assert next(chunks) == LONG[:CHUNK]
    with pytest.raises(VaultError, match="file_truncated"):
        next(chunks)
    assert incidents() == ["file_truncated"]


def test_two_files_that_changed_places_open_for_nobody(
    people: People, safe: Safe, shelf: Shelf
) -> None:
    papers = [put(people.author, safe, content) for content in (b"of one", b"of two")]
    first, second = (object_of(paper) for paper in papers)
    contents = shelf.get(first), shelf.get(second)
    shelf.put(first, contents[1])
    shelf.put(second, contents[0])

    for paper in papers:
        assert vault.open_file(people.author, Why.READING, paper.file) is DAMAGED
    assert incidents() == ["file_swapped", "file_swapped"]


def test_two_files_of_which_even_the_nonces_changed_places_open_for_nobody(
    people: People, safe: Safe, folder: Folder
) -> None:
    papers = [put(people.author, safe, content) for content in (b"of one", b"of two")]
    first, second = (object_of(paper) for paper in papers)
    other = folder.get(second)
    folder.put(first, folder.get(first)[:HEADER] + other[HEADER:])

    assert read_as_far_as_it_goes(people.author, papers[0]) == b""
    assert incidents() == ["file_altered"]


# Attacks on the database


def test_a_file_moved_to_another_row_or_field_is_damaged_there(
    people: People, safe: Safe, folder: Folder, sql: Callable[..., None]
) -> None:
    paper = put(people.author, safe, PLANTED)
    copies = [Paper(safe=safe), Paper(safe=safe)]
    for column, moved in zip(("file", "other"), copies, strict=True):
        sql(
            f"INSERT INTO vault_sample_paper (id, created_at, safe_id, {column}) "  # noqa: S608
            "VALUES (%s, now(), %s, %s)",
            str(moved.pk),
            str(safe.pk),
            paper.file.blob,
        )

    for column, moved in zip(("file", "other"), copies, strict=True):
        value = getattr(Paper.objects.get(pk=moved.pk), column)
        assert vault.open_file(people.author, Why.READING, value) is DAMAGED
    assert incidents() == ["moved_value", "moved_value"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("edit", ["tier = 1", "safe_id = '{other}'"])
def test_a_file_whose_key_was_relabelled_is_damaged(
    people: People,
    dossier: Dossier,
    safe: Safe,
    folder: Folder,
    as_owner: psycopg2.extensions.connection,
    edit: str,
) -> None:
    paper = put(people.author, safe, PLANTED)
    other = vault.create_safe(actor=people.author, dossier=dossier, kind="LETTER", readers=[])
    with as_owner.cursor() as cursor:
        cursor.execute(f"UPDATE vault_datakey SET {edit.format(other=other.pk)}")  # noqa: S608

    assert vault.open_file(people.author, Why.READING, paper.file) is DAMAGED
    assert incidents() == ["foreign_key_material"]


def test_each_place_has_a_key_of_its_own(people: People, dossier: Dossier, safe: Safe) -> None:
    """Safe, tier, data key, row, file and field: change one, and the key is another."""
    other = vault.create_safe(actor=people.author, dossier=dossier, kind="LETTER", readers=[])
    with transaction.atomic():
        vault.Sealer(safe, other, actor=people.author).prepare(Tier.PERSONAL, Tier.SENSITIVE)
    rows = [*safe.data_keys.all(), *other.data_keys.all()]
    ids = [dossier.pk, safe.pk]
    keys = {
        file_key(row, seal_id, row_id, file_id)
        for row in rows
        for seal_id in ("a.b.c", "a.b.d")
        for row_id in ids
        for file_id in ids
    }

    assert len(rows) == 4
    assert len(keys) == 4 * 2 * 2 * 2
    assert {len(key) for key in keys} == {16}


# Destruction


@pytest.mark.django_db(transaction=True)
def test_a_destroyed_dossiers_files_are_gone_for_everybody(
    people: People, dossier: Dossier, safe: Safe, folder: Folder, destroy: Callable[..., None]
) -> None:
    paper = put(people.author, safe, PLANTED)
    late = send(people.author, safe, b"late")

    destroy(dossier)

    assert vault.open_file(people.author, Why.READING, paper.file) is DESTROYED
    with pytest.raises(DossierDestroyed):
        keep(people.author, late)
    with pytest.raises(DossierDestroyed):
        vault.begin_upload(actor=people.author, into=into(safe), name="x", content_type="")


@pytest.mark.parametrize(
    ("before", "after"),
    [("KEPT", "ABANDONED"), ("KEPT", "REMOVED"), ("KEPT", "STORED"), ("STORED", "REMOVED")],
)
def test_no_statement_gives_up_what_a_record_keeps(
    people: People, safe: Safe, folder: Folder, sql: Callable[..., None], before: str, after: str
) -> None:
    upload = send(people.author, safe, b"words")
    if before == FileStatus.KEPT:
        keep(people.author, upload)

    with pytest.raises(IntegrityError, match="does not go this way"), transaction.atomic():
        sql("UPDATE vault_storedfile SET status = %s", after)


@pytest.mark.parametrize("status", ["STORED", "KEPT", "ABANDONED", "REMOVED"])
def test_no_row_begins_in_the_middle(
    people: People, safe: Safe, folder: Folder, status: str
) -> None:
    upload = send(people.author, safe, b"words")
    row = StoredFile.objects.get(pk=upload.stored_file_id)
    row.pk, row.object, row.status = safe.pk, "0" * 32, FileStatus(status)

    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)


def test_content_for_is_what_the_helpers_say(people: People, safe: Safe, folder: Folder) -> None:
    assert content_for(people.author, put(people.author, safe, PLANTED)) == PLANTED
