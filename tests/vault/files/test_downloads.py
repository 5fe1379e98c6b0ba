"""A file as an HTTP answer: ranges, headers that mislead no browser, and damage that shows."""

from __future__ import annotations

import os
from typing import Any
from urllib.parse import unquote

import pytest
from django.conf import LazySettings
from django.test import Client

from audit.models import AccessEvent, AuditEvent
from kernel.actors import Actor
from kernel.tiers import Tier
from tests.partnership import ClientFor, Partnership
from tests.vault.files.conftest import Folder
from tests.vault.files.sample import NAME, Paper, put
from tests.vault.files.test_keeping import object_of
from tests.vault.test_attacks import incidents
from vault import services as vault
from vault.files.disk import FolderStore
from vault.files.downloads import safe_name
from vault.files.stream import CHUNK
from vault.models import Safe
from vault.services import Reader

CONTENT = os.urandom(2 * CHUNK + 1000)
SIZE = len(CONTENT)


@pytest.fixture(autouse=True)
def _pages(settings: LazySettings) -> None:
    settings.ROOT_URLCONF = "tests.vault.files.urls"


@pytest.fixture
def author(partnership: Partnership) -> Actor:
    return partnership.asker.actor


@pytest.fixture
def safe(partnership: Partnership, author: Actor) -> Safe:
    dossier = vault.create_dossier(actor=author, kind="SAMPLE")
    desk = Reader.desk(partnership.police_desk.pk, Tier.SENSITIVE)
    return vault.create_safe(actor=author, dossier=dossier, kind="LETTER", readers=[desk])


@pytest.fixture
def paper(author: Actor, safe: Safe, folder: Folder) -> Paper:
    return put(author, safe, CONTENT)


@pytest.fixture
def reader(partnership: Partnership, client_for: ClientFor) -> Client:
    """Somebody at the desk to which it was sent."""
    return client_for(partnership.decider)


def get(client: Client, paper: Paper, **headers: str) -> Any:
    return client.get(f"/papers/{paper.pk}/", headers=headers)


def body(page: Any) -> bytes:
    content: bytes = page.getvalue()
    return content


def test_the_whole_file_comes_with_headers_that_let_nothing_run(
    reader: Client, paper: Paper
) -> None:
    page = get(reader, paper)

    assert (page.status_code, body(page)) == (200, CONTENT)
    assert page["Content-Length"] == str(SIZE)
    assert page["Content-Type"] == "application/pdf"
    assert page["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in page["Cache-Control"]
    assert page["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert page["Accept-Ranges"] == "bytes"
    assert page["Content-Disposition"].startswith("attachment; filename*=utf-8''")
    assert unquote(page["Content-Disposition"].partition("''")[2]) == NAME


@pytest.mark.parametrize(
    ("asked", "start", "stop"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=0-", 0, SIZE),
        ("bytes=100-65535", 100, CHUNK),
        ("bytes=65535-65536", CHUNK - 1, CHUNK + 1),
        (f"bytes={SIZE - 1}-", SIZE - 1, SIZE),
        (f"bytes=10-{SIZE * 9}", 10, SIZE),
        ("bytes=-500", SIZE - 500, SIZE),
        (f"bytes=-{SIZE * 9}", 0, SIZE),
    ],
)
def test_a_range_is_answered_in_part(
    reader: Client, paper: Paper, asked: str, start: int, stop: int
) -> None:
    page = get(reader, paper, Range=asked)

    assert (page.status_code, body(page)) == (206, CONTENT[start:stop])
    assert page["Content-Range"] == f"bytes {start}-{stop - 1}/{SIZE}"
    assert page["Content-Length"] == str(stop - start)


@pytest.mark.parametrize("asked", [f"bytes={SIZE}-", "bytes=99999999999999999999-", "bytes=-0"])
def test_a_range_behind_the_end_cannot_be_answered(
    reader: Client, paper: Paper, asked: str
) -> None:
    page = get(reader, paper, Range=asked)

    assert (page.status_code, page.content) == (416, b"")
    assert page["Content-Range"] == f"bytes */{SIZE}"


@pytest.mark.parametrize(
    "asked",
    ["", "bytes=", "bytes=-", "bytes=9-1", "bytes=0-1,5-6", "lines=1-2", "bytes=a-b", "\x00"],
)
def test_a_range_that_means_nothing_is_ignored(reader: Client, paper: Paper, asked: str) -> None:
    page = get(reader, paper, Range=asked)

    assert (page.status_code, body(page)) == (200, CONTENT)


def test_a_range_of_another_file_than_before_gives_the_whole(reader: Client, paper: Paper) -> None:
    etag = get(reader, paper)["ETag"]

    same = get(reader, paper, Range="bytes=0-9", **{"If-Range": etag})
    assert (same.status_code, body(same)) == (206, CONTENT[:10])
    for other in ('"another"', f"W/{etag}", "Sat, 21 Nov 2026 10:00:00 GMT"):
        page = get(reader, paper, Range="bytes=0-9", **{"If-Range": other})
        assert (page.status_code, body(page)) == (200, CONTENT)


def test_head_tells_the_same_without_a_byte_and_is_on_record_as_a_list(
    reader: Client, paper: Paper
) -> None:
    whole = get(reader, paper)
    body(whole)
    head = reader.head(f"/papers/{paper.pk}/", headers={"Range": "bytes=0-9"})

    assert (head.status_code, head.content) == (200, b"")
    for name in ("Content-Length", "Content-Type", "Content-Disposition", "ETag"):
        assert head[name] == whole[name]
    kinds = AccessEvent.objects.order_by("at").values_list("kind", flat=True)
    assert list(kinds) == ["OPENED", "LISTED"]


def test_an_empty_file_is_a_file(reader: Client, author: Actor, safe: Safe, folder: Folder) -> None:
    paper = put(author, safe, b"")

    for asked in ("", "bytes=-5"):
        page = get(reader, paper, Range=asked)
        assert (page.status_code, body(page), page["Content-Length"]) == (200, b"", "0")
    assert get(reader, paper, Range="bytes=0-").status_code == 416


@pytest.mark.parametrize(
    "claimed", ["text/html", "image/svg+xml", "application/x-sh", "", "a\r\nb"]
)
def test_a_type_that_a_browser_might_run_is_only_bytes(
    reader: Client, author: Actor, safe: Safe, folder: Folder, claimed: str
) -> None:
    paper = put(author, safe, b"<script>", content_type=claimed)

    assert get(reader, paper)["Content-Type"] == "application/octet-stream"


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("report.pdf", "report.pdf"),
        ("Aaliyah O’Neill.pdf", "Aaliyah O’Neill.pdf"),
        ('a"b\r\nSet-Cookie: x=y.pdf', "a_bSet-Cookie_ x=y.pdf"),
        ("../../etc/passwd", "_.._etc_passwd"),
        ("C:\\Users\\x.doc", "C__Users_x.doc"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("\x00\x1f\u200b", "file"),
        ("...", "file"),
        (" .hidden. ", "hidden"),
        ("x" * 300 + ".pdf", "x" * 147 + ".pdf"),
        ("x" * 300, "x" * 150),
    ],
)
def test_a_name_cannot_mislead(name: str, safe: str) -> None:
    assert safe_name(name) == safe


def test_what_one_may_not_open_is_not_there(
    partnership: Partnership, client_for: ClientFor, paper: Paper, author: Actor, safe: Safe
) -> None:
    for player in (partnership.outsider, partnership.uncleared):
        page = get(client_for(player), paper)
        assert page.status_code == 404
        assert "attachment" not in str(page.headers)
    assert AccessEvent.objects.filter(withheld=1).count() == 2


def test_a_record_without_its_file_is_not_there(reader: Client, paper: Paper, safe: Safe) -> None:
    Paper.objects.update(file=None)

    assert get(reader, paper).status_code == 404


@pytest.mark.parametrize("place", [3, 20, -1])
def test_damage_at_the_beginning_is_a_page_that_says_so(
    author: Actor, safe: Safe, folder: Folder, reader: Client, place: int
) -> None:
    paper = put(author, safe, b"short")
    content = bytearray(folder.get(object_of(paper)))
    content[place] ^= 1
    folder.put(object_of(paper), bytes(content))

    page = get(reader, paper)

    assert page.status_code == 403
    assert "not what was sent" in page.content.decode()
    assert len(incidents()) == 1
    assert AuditEvent.objects.get(event="audit.refused").facts["code"] == "file_damaged"


def test_damage_in_the_middle_ends_the_answer_with_an_error(
    reader: Client, paper: Paper, folder: Folder
) -> None:
    content = bytearray(folder.get(object_of(paper)))
    content[-1] ^= 1
    folder.put(object_of(paper), bytes(content))

    page = get(reader, paper)
    chunks = iter(page.streaming_content)

    assert page["Content-Length"] == str(SIZE)
    assert next(chunks) + next(chunks) == CONTENT[: 2 * CHUNK]
    with pytest.raises(vault.FileDamaged):
        next(chunks)
    assert incidents() == ["file_altered"]
    page.close()


def test_a_range_beside_the_damage_is_still_given(
    reader: Client, paper: Paper, folder: Folder
) -> None:
    content = bytearray(folder.get(object_of(paper)))
    content[-1] ^= 1
    folder.put(object_of(paper), bytes(content))

    assert body(get(reader, paper, Range="bytes=0-9")) == CONTENT[:10]


@pytest.mark.parametrize("step", ["beginning", "read"])
def test_a_store_that_is_down_is_a_page_that_says_so(
    reader: Client, paper: Paper, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def down(*_: Any) -> None:
        raise vault.StoreUnavailable

    monkeypatch.setattr(FolderStore, step, down)
    page = get(reader, paper)

    assert page.status_code == 403
    assert "Try again in a few minutes" in page.content.decode()
    assert incidents() == []


@pytest.mark.django_db(transaction=True)
def test_a_destroyed_file_says_so(reader: Client, paper: Paper, safe: Safe, destroy: Any) -> None:
    destroy(safe.dossier)

    page = get(reader, paper)

    assert page.status_code == 403
    assert "destroyed" in page.content.decode()
