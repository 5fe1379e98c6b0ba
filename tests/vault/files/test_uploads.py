"""What a browser uploads is sealed as it arrives, or read past; the rest of the form is not lost."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client, RequestFactory

from audit.models import AuditEvent
from kernel.actors import Actor
from kernel.tiers import Tier
from tests.partnership import ClientFor, Partnership
from tests.vault.files.conftest import Folder
from tests.vault.files.sample import NAME, Paper, content_for, into, opened
from vault import services as vault
from vault.files.disk import PartFile
from vault.files.errors import StoreUnavailable
from vault.files.uploads import sealing
from vault.models import Safe, StoredFile
from vault.services import Reader

MEGABYTE = 1024 * 1024
WORDS = "Mrs O’Brien’s report"
BOUNDARY = "frontier"
FORM = f"multipart/form-data; boundary={BOUNDARY}"


@pytest.fixture(autouse=True)
def _pages(settings: LazySettings) -> None:
    settings.ROOT_URLCONF = "tests.vault.files.urls"


@pytest.fixture
def actor(partnership: Partnership) -> Actor:
    return partnership.asker.actor


@pytest.fixture
def asker(partnership: Partnership, client_for: ClientFor) -> Client:
    return client_for(partnership.asker)


@pytest.fixture
def safe(partnership: Partnership, actor: Actor) -> Safe:
    """The asker's own, also to be read by the police desk."""
    dossier = vault.create_dossier(actor=actor, kind="SAMPLE")
    desk = Reader.desk(partnership.police_desk.pk, Tier.SENSITIVE)
    return vault.create_safe(actor=actor, dossier=dossier, kind="LETTER", readers=[desk])


def chosen(content: bytes, name: str = NAME) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="application/pdf")


def post(asker: Client, safe: Safe, page: str = "add", **fields: Any) -> Any:
    return asker.post(f"/safes/{safe.pk}/{page}/", fields)


def part(name: str, content: bytes, *headers: str, filename: str = "") -> bytes:
    disposition = f'Content-Disposition: form-data; name="{name}"'
    disposition += f'; filename="{filename}"' if filename else ""
    head = "\r\n".join([f"--{BOUNDARY}", disposition, *headers])
    return head.encode() + b"\r\n\r\n" + content + b"\r\n"


END = f"--{BOUNDARY}--\r\n".encode()


def post_raw(asker: Client, safe: Safe, body: bytes, page: str = "add-small") -> Any:
    return asker.generic("POST", f"/safes/{safe.pk}/{page}/", body, FORM)


def statuses() -> list[str]:
    return list(StoredFile.objects.order_by("pk").values_list("status", flat=True))


@pytest.mark.parametrize("name", [NAME, "o'neill.txt", "ребёнок.doc", "no ending", "a" * 300])
@pytest.mark.parametrize("size", [1, 65_536, 3_000_001])
def test_a_file_arrives_whole(
    asker: Client, actor: Actor, safe: Safe, folder: Folder, name: str, size: int
) -> None:
    content = os.urandom(size)

    page = post(asker, safe, words=WORDS, paper=chosen(content, name))

    assert page.status_code == 302
    paper = Paper.objects.get()
    assert content_for(actor, paper) == content
    reader = opened(actor, paper)
    assert (reader.name, reader.content_type) == (name[-255:], "application/pdf")
    assert statuses() == ["KEPT"]


def test_a_file_sent_in_base64_is_stored_as_it_was(
    asker: Client, actor: Actor, safe: Safe, folder: Folder
) -> None:
    sent = part("paper", b"d29y\r\nZHM=", "Content-Transfer-Encoding: base64", filename="a.txt")

    post_raw(asker, safe, part("words", b"x") + sent + END)

    assert content_for(actor, Paper.objects.get()) == b"words"


@pytest.mark.parametrize("file_first", [True, False])
def test_too_large_a_file_is_refused_by_a_sentence_and_everything_typed_comes_back(
    asker: Client, safe: Safe, folder: Folder, file_first: bool
) -> None:
    parts = [part("words", WORDS.encode()), part("paper", bytes(MEGABYTE + 1), filename="a.pdf")]
    body = b"".join(reversed(parts) if file_first else parts) + END

    page = post_raw(asker, safe, body)

    text = page.content.decode()
    assert "The selected file must be smaller than 1 MB" in text
    assert WORDS in text
    assert 'enctype="multipart/form-data"' in text
    assert folder.names() == set()
    assert (statuses(), Paper.objects.count()) == (["ABANDONED"], 0)


def test_a_file_of_exactly_the_limit_is_taken(
    asker: Client, actor: Actor, safe: Safe, folder: Folder
) -> None:
    post(asker, safe, "add-small", words=WORDS, paper=chosen(bytes(MEGABYTE)))

    assert opened(actor, Paper.objects.get()).size == MEGABYTE


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (part("paper", b"", filename=""), "Select a file"),
        (part("paper", b"typed"), "Select a file"),
        (part("paper", b"", filename="a.pdf"), "The selected file is empty"),
        (
            part("paper", b"one", filename="a") + part("paper", b"two", filename="b"),
            "Select 1 file at a time",
        ),
    ],
)
def test_a_missing_empty_or_second_file_is_refused_by_a_sentence(
    asker: Client, safe: Safe, folder: Folder, body: bytes, sentence: str
) -> None:
    page = post_raw(asker, safe, part("words", WORDS.encode()) + body + END)

    assert sentence in page.content.decode()
    assert WORDS in page.content.decode()
    assert folder.names() == set()
    assert set(statuses()) <= {"ABANDONED"}


def test_a_file_in_a_form_that_comes_back_is_given_up(
    asker: Client, safe: Safe, folder: Folder
) -> None:
    page = post(asker, safe, words="", paper=chosen(b"words"))

    assert "Enter what it is" in page.content.decode()
    assert (statuses(), folder.names()) == (["ABANDONED"], set())


@pytest.mark.parametrize("step", ["__init__", "write", "publish"])
def test_a_store_that_fails_loses_nothing_of_the_form(
    asker: Client, safe: Safe, folder: Folder, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def full(*_: Any) -> None:
        raise StoreUnavailable

    with monkeypatch.context() as patch:
        patch.setattr(PartFile, step, full)
        page = post(asker, safe, words=WORDS, paper=chosen(b"words" * 99_999))

    text = page.content.decode()
    assert "The selected file could not be stored. Try again" in text
    assert WORDS in text
    assert folder.names() == set()


def test_an_upload_that_breaks_off_leaves_nothing(
    asker: Client, safe: Safe, folder: Folder
) -> None:
    body = part("words", b"x") + part("paper", bytes(300_000), filename="a.pdf")

    post_raw(asker, safe, body[:-2])

    assert (statuses(), folder.names()) == (["ABANDONED"], set())


@pytest.mark.parametrize("body", [b"", b"--", b"--frontier\r\n", END, b"\0" * 2000])
def test_a_malformed_form_is_no_server_error(
    asker: Client, safe: Safe, folder: Folder, body: bytes
) -> None:
    assert post_raw(asker, safe, body).status_code in (200, 400)
    assert folder.names() == set()


# Who may


class Unread:
    """A body that must not be touched."""

    def read(self, *_: Any) -> bytes:
        raise AssertionError("the body was read")

    readline = read


def post_unread(asker: Client, safe: Safe, **headers: str) -> Any:
    environ = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": f"/safes/{safe.pk}/add/",
        "CONTENT_TYPE": FORM,
        "CONTENT_LENGTH": "100000000",
        "wsgi.input": Unread(),
        **headers,
    }
    return asker.request(**environ)


def test_who_may_not_sends_no_byte(
    partnership: Partnership, client_for: ClientFor, safe: Safe, folder: Folder
) -> None:
    page = post_unread(client_for(partnership.outsider), safe)

    assert page.status_code == 403
    assert not StoredFile.objects.exists()


def test_a_form_from_another_site_is_refused_before_it_is_read(
    partnership: Partnership, client_for: ClientFor, safe: Safe, folder: Folder
) -> None:
    asker = client_for(partnership.asker)
    asker.handler.enforce_csrf_checks = True

    page = post_unread(asker, safe, HTTP_ORIGIN="https://elsewhere.example")

    assert page.status_code == 403
    assert not StoredFile.objects.exists()


@pytest.mark.parametrize("origin", [{}, {"HTTP_ORIGIN": "http://testserver"}])
def test_a_form_without_its_token_keeps_no_file(
    partnership: Partnership,
    client_for: ClientFor,
    safe: Safe,
    folder: Folder,
    origin: dict[str, Any],
) -> None:
    asker = client_for(partnership.asker)
    asker.handler.enforce_csrf_checks = True
    asker.get(f"/safes/{safe.pk}/add/")

    page = asker.post(
        f"/safes/{safe.pk}/add/", {"words": WORDS, "paper": chosen(b"words")}, **origin
    )

    assert page.status_code == (200 if origin else 403), "ours comes back to be sent again"
    assert not Paper.objects.exists()
    assert (statuses(), folder.names()) == (["ABANDONED"], set())


def test_a_form_with_its_token_is_taken(
    partnership: Partnership, client_for: ClientFor, safe: Safe, folder: Folder
) -> None:
    asker = client_for(partnership.asker)
    asker.handler.enforce_csrf_checks = True
    asker.get(f"/safes/{safe.pk}/add/")
    token = asker.cookies["csrf"].value

    page = post(asker, safe, csrfmiddlewaretoken=token, words=WORDS, paper=chosen(b"words"))

    assert page.status_code == 302
    assert Paper.objects.exists()


def test_without_signing_in_a_file_is_forgotten_and_nothing_is_written_down(
    safe: Safe, folder: Folder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    aside = tmp_path / "temporary"
    aside.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(aside))

    page = post(Client(), safe, words=WORDS, paper=chosen(bytes(5_000_000)))

    assert page.status_code == 401
    assert not StoredFile.objects.exists()
    assert list(aside.iterdir()) == []
    assert folder.names() == set()


def test_a_view_that_did_not_ask_for_files_gets_none(folder: Folder) -> None:
    for size in (10, 5_000_000):
        request = RequestFactory().post("/", {"words": WORDS, "paper": chosen(bytes(size))})

        assert request.POST["words"] == WORDS
        assert not request.FILES


def test_permission_cannot_be_asked_after_the_file_by_mistake(folder: Folder) -> None:
    def view(request: Any, safe: Safe) -> HttpResponse:
        return HttpResponse()

    view.policy = None  # type: ignore[attr-defined]  # as guarded leaves it
    with pytest.raises(TypeError, match="guarded stands outside"):
        sealing(lambda _, safe: into(safe))(view)


def test_the_name_of_a_file_is_in_no_log_and_no_event(
    asker: Client,
    safe: Safe,
    folder: Folder,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    def full(*_: Any) -> None:
        raise StoreUnavailable

    monkeypatch.setattr(PartFile, "write", full)
    post(asker, safe, words=WORDS, paper=chosen(b"words"))

    seen = capfd.readouterr().err + capfd.readouterr().out + caplog.text
    seen += str(list(AuditEvent.objects.values()))
    assert "Neill" not in seen
