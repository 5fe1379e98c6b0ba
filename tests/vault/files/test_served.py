"""Over a real web server: a hundred megabytes in and out, and no plain byte on any disk."""

from __future__ import annotations

import hashlib
import http.client
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.test import Client

from kernel.actors import Actor
from tests.partnership import ClientFor, Partnership
from tests.vault.files.conftest import Bucket, Folder
from tests.vault.files.sample import PLANTED, Paper
from tests.vault.files.server import Server, headers, post_file
from tests.vault.files.test_sweeping import SOON, sweep
from tests.vault.test_attacks import incidents
from vault import services as vault
from vault.files.stream import CHUNK, FRAME, HEADER
from vault.models import Safe, StoredFile

pytestmark = pytest.mark.django_db(transaction=True)
MEGABYTE = 1024 * 1024
# Whatever the size, the server may grow by so much
BOUND_KILOBYTES = 30 * 1024

Serve = Callable[[], Server]


@pytest.fixture
def author(partnership: Partnership) -> Actor:
    return partnership.asker.actor


@pytest.fixture
def asker(partnership: Partnership, client_for: ClientFor) -> Client:
    return client_for(partnership.asker)


@pytest.fixture
def safe(author: Actor) -> Safe:
    dossier = vault.create_dossier(actor=author, kind="SAMPLE")
    return vault.create_safe(actor=author, dossier=dossier, kind="LETTER", readers=[])


@pytest.fixture
def serve(tmp_path: Path, settings: LazySettings) -> Iterator[Serve]:
    """Starts a web server with the store of this test."""
    started: list[Server] = []

    def start() -> Server:
        names = ("FILE_STORE", "FILE_BUCKET", "FILE_BUCKET_URL", "FILE_BUCKET_REGION")
        names += ("FILE_BUCKET_KEY_ID", "FILE_BUCKET_SECRET")  # type: ignore[assignment]
        options = {name: str(getattr(settings, name)) for name in names}
        started.append(Server.start(tmp_path, options))
        return started[-1]

    yield start
    for server in started:
        server.stop()


def digest_of_planted(size: int) -> str:
    whole, rest = divmod(size, len(PLANTED))
    found = hashlib.sha256()
    for _ in range(whole // 1000):
        found.update(PLANTED * 1000)
    found.update(PLANTED * (whole % 1000) + PLANTED[:rest])
    return found.hexdigest()


def slice_of_planted(start: int, stop: int) -> bytes:
    skip = start % len(PLANTED)
    return (PLANTED * ((stop - start) // len(PLANTED) + 2))[skip : skip + stop - start]


def get(
    server: Server, asker: Client, paper: Paper, **more: str
) -> tuple[http.client.HTTPResponse, http.client.HTTPConnection]:
    connection = server.connect()
    connection.request("GET", f"/papers/{paper.pk}/", headers=headers(asker, **more))
    return connection.getresponse(), connection


def eventually(condition: Callable[[], bool]) -> None:
    for _ in range(200):
        if condition():
            return
        time.sleep(0.05)
    raise AssertionError


@pytest.mark.parametrize(
    ("shelf", "megabytes"), [("folder", 100), ("bucket", 40)], indirect=["shelf"]
)
def test_a_large_file_passes_through_in_bounded_memory_and_never_lies_plain_on_a_disk(
    serve: Serve,
    asker: Client,
    safe: Safe,
    shelf: Folder | Bucket,
    tmp_path: Path,
    megabytes: int,
) -> None:
    server, size = serve(), megabytes * MEGABYTE + 12_345
    add = f"/safes/{safe.pk}/add/"
    assert post_file(server, asker, add, 1000, {}) == 302, "everything is loaded now"
    before, found = server.peak_kilobytes, []

    def look() -> None:
        found.append(server.places_with_plain_bytes(tmp_path))

    at = {size * n // 4: look for n in (1, 2, 3)}
    assert post_file(server, asker, add, size, at) == 302
    look()
    assert found == [[], [], [], []]
    grown = {"in": server.peak_kilobytes - before}

    paper = Paper.objects.order_by("pk").last()
    assert paper is not None
    response, connection = get(server, asker, paper)
    with closing(connection):
        assert response.status == 200
        received, read = hashlib.sha256(), 0
        while piece := response.read(CHUNK):
            received.update(piece)
            read += len(piece)
    assert (read, received.hexdigest()) == (size, digest_of_planted(size))
    look()
    assert found[-1] == []
    grown["in and out"] = server.peak_kilobytes - before
    assert max(grown.values()) < BOUND_KILOBYTES, grown

    start, stop = size // 2 - 7, size // 2 + CHUNK
    response, connection = get(server, asker, paper, Range=f"bytes={start}-{stop - 1}")
    with closing(connection):
        assert response.status == 206
        assert response.headers["Content-Range"] == f"bytes {start}-{stop - 1}/{size}"
        assert response.read() == slice_of_planted(start, stop)


def test_the_search_for_plain_bytes_finds_them_where_they_are(
    serve: Serve, folder: Folder, tmp_path: Path
) -> None:
    """Else the test above could not fail."""
    server = serve()
    for place in (server.temporary / "spool", tmp_path / "elsewhere"):
        place.write_bytes(bytes(3 * MEGABYTE) + PLANTED)

        assert server.places_with_plain_bytes(tmp_path) == [str(place)] * 2 or (
            server.places_with_plain_bytes(tmp_path) == [str(place)]
        )
        place.unlink()


def test_a_file_that_is_damaged_in_the_middle_breaks_the_connection(
    serve: Serve, asker: Client, safe: Safe, folder: Folder
) -> None:
    server, size = serve(), 4 * MEGABYTE
    post_file(server, asker, f"/safes/{safe.pk}/add/", size, {})
    row = StoredFile.objects.get()
    content = bytearray(folder.get(row.object))
    content[HEADER + 32 * FRAME] ^= 1
    folder.put(row.object, bytes(content))

    response, connection = get(server, asker, Paper.objects.get())
    with closing(connection):
        assert (response.status, response.headers["Content-Length"]) == (200, str(size))
        with pytest.raises(http.client.IncompleteRead) as broken:
            response.read()

    assert broken.value.partial == slice_of_planted(0, 32 * CHUNK)
    assert incidents() == ["file_altered"]
    assert b"Aaliyah" not in server.log.read_bytes()


@pytest.mark.parametrize("shelf", ["folder", "bucket"], indirect=True)
def test_a_server_killed_in_the_middle_of_an_upload_leaves_nothing_after_the_next_sweep(
    serve: Serve, asker: Client, safe: Safe, shelf: Folder | Bucket
) -> None:
    server = serve()

    def kill() -> None:
        eventually(lambda: bool(shelf.names()))
        os.kill(server.worker, signal.SIGKILL)

    with suppress(OSError, http.client.HTTPException):
        post_file(server, asker, f"/safes/{safe.pk}/add/", 30 * MEGABYTE, {20 * MEGABYTE: kill})
    assert StoredFile.objects.get().status == "UPLOADING"
    assert len(shelf.names()) == 1

    sweep(timedelta(minutes=5))
    assert len(shelf.names()) == 1, "it might still be going on"
    sweep(SOON)

    assert StoredFile.objects.get().status == "ABANDONED"
    assert shelf.names() == set()
    assert not Paper.objects.exists()


def test_a_browser_that_goes_away_in_the_middle_leaves_nothing(
    serve: Serve, asker: Client, safe: Safe, folder: Folder
) -> None:
    server = serve()

    def leave() -> None:
        eventually(lambda: bool(folder.names()))
        raise ConnectionAbortedError

    with suppress(ConnectionAbortedError):
        post_file(server, asker, f"/safes/{safe.pk}/add/", 30 * MEGABYTE, {9 * MEGABYTE: leave})

    eventually(lambda: folder.names() == set())
    eventually(lambda: StoredFile.objects.get().status == "ABANDONED")
    assert not Paper.objects.exists()


def test_who_may_not_is_answered_before_a_byte_is_read(
    serve: Serve, partnership: Partnership, client_for: ClientFor, safe: Safe, folder: Folder
) -> None:
    """The browser has announced a large file and sent nothing of it when the answer is there."""
    server, stranger = serve(), client_for(partnership.outsider)
    more = {"Content-Type": "multipart/form-data; boundary=x", "Content-Length": "100000000"}
    with closing(server.connect()) as connection:
        connection.putrequest("POST", f"/safes/{safe.pk}/add/")
        for name, value in headers(stranger, **more).items():
            connection.putheader(name, value)
        connection.endheaders()

        assert connection.getresponse().status == 403
    assert not StoredFile.objects.exists()
