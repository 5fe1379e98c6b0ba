"""A file is checked before anybody gets it, goes to those whose tier reaches it, and its original goes."""

from __future__ import annotations

import io
import os
import resource
from collections.abc import Iterator
from html import unescape
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from audit.models import AccessEvent, AccessKind, AuditEvent
from kernel.models import OutboxMessage
from kernel.tiers import Tier
from sharing import documents
from sharing.models import Answer, Ask, Attachment, AttachmentFile
from sharing.services import RecipientInput
from sharing.states import RecipientKind
from sharing.states.papers import AttachmentStatus, Problem
from tests.asks import answer_ask, item, send_ask
from tests.database import acting_as
from tests.kernel.test_harmless import PLACE, bomb_of_pixels, bomb_of_zeros, photograph, report
from tests.oversight.test_rechecks import leaves
from tests.partnership import ClientFor, Partnership
from vault import services as vault
from vault.models import Dossier, StoredFile

pytestmark = pytest.mark.django_db

NAME = "Zebedee’s arm – left.jpg"


@pytest.fixture
def ask(partnership: Partnership) -> Ask:
    return send_ask(partnership.asker, partnership.police_desk)


def to_request(client: Client, ask: Ask, content: bytes, name: str = NAME, **typed: Any) -> Any:
    file = SimpleUploadedFile(name, content, content_type="image/jpeg")
    address = reverse("sharing:request_files", args=[ask.request_id])
    return client.post(address, {"file": file, **typed})


def to_answer(client: Client, ask: Ask, content: bytes, name: str = NAME, **typed: Any) -> Any:
    file = SimpleUploadedFile(name, content, content_type="image/jpeg")
    return client.post(reverse("sharing:answer_files", args=[ask.pk, 1]), {"file": file, **typed})


def check() -> Attachment:
    """The worker's part, for what was added last."""
    row = Attachment.objects.latest("added_at")
    promised = OutboxMessage.objects.filter(topic="sharing.attachment_added")
    documents.check_attachment(promised.get(payload__attachment_id=str(row.pk)))
    row.refresh_from_db()
    return row


def fetch(client: Client, row: Attachment) -> bytes:
    response: Any = client.get(reverse("sharing:attachment", args=[row.pk]))
    assert response.status_code == 200, response.status_code
    return b"".join(response.streaming_content)


def status(client: Client, row: Attachment) -> int:
    return client.get(reverse("sharing:attachment", args=[row.pk])).status_code


def page(client: Client, name: str, pk: UUID) -> str:
    return unescape(client.get(reverse(f"sharing:{name}", args=[pk])).content.decode())


def test_evidence_reaches_the_desk_that_is_asked_once_it_was_checked(
    partnership: Partnership, client_for: ClientFor, ask: Ask
) -> None:
    asker, desk = client_for(partnership.asker), client_for(partnership.decider)
    assert to_request(asker, ask, photograph()).status_code == 302
    waiting = Attachment.objects.get()
    assert status(desk, waiting) == 404
    assert status(asker, waiting) == 409
    assert NAME not in page(desk, "ask", ask.pk)

    row = check()

    assert NAME in page(desk, "ask", ask.pk)
    given = fetch(desk, row)
    assert PLACE.encode() not in given
    with Image.open(io.BytesIO(given)) as picture:
        assert picture.size == (20, 40)


def test_a_download_is_a_download_and_is_on_record(
    partnership: Partnership, client_for: ClientFor, ask: Ask
) -> None:
    to_request(client_for(partnership.asker), ask, photograph())
    row = check()

    response = client_for(partnership.decider).get(reverse("sharing:attachment", args=[row.pk]))

    assert response["Content-Disposition"].startswith("attachment")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Type"] == "image/jpeg"
    looks = AccessEvent.objects.filter(
        kind=AccessKind.OPENED, membership_id=partnership.decider.membership_id
    )
    assert looks.filter(safes__contains=[row.safe_id]).exists()


def test_what_a_browser_claims_is_not_believed(
    partnership: Partnership, client_for: ClientFor, ask: Ask
) -> None:
    to_request(client_for(partnership.asker), ask, report(), name="holiday.jpg")
    row = check()

    response = client_for(partnership.decider).get(reverse("sharing:attachment", args=[row.pk]))

    assert response["Content-Type"] == "application/pdf"
    assert "holiday.pdf" in response["Content-Disposition"]


@pytest.mark.parametrize(
    "content",
    [b"MZ\x90\x00\x03", b"<html><script>", b"<svg onload=", b"#!/bin/sh", b"Rar!\x1a\x07\x00"],
)
def test_a_kind_that_is_not_taken_is_told_at_once_and_leaves_nothing(
    partnership: Partnership, client_for: ClientFor, ask: Ask, content: bytes
) -> None:
    response = to_request(client_for(partnership.asker), ask, content, tier="2")

    said = unescape(response.content.decode())
    assert "Save or print it as a PDF" in said
    assert 'value="2" checked' in " ".join(said.split())
    assert not Attachment.objects.exists()
    assert StoredFile.objects.get().status == "ABANDONED"


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (bomb_of_pixels(30_000, 30_000), Problem.TOO_MUCH),
        (bomb_of_zeros(300), Problem.TOO_MUCH),
        (b"%PDF-1.7 and then nothing", Problem.DAMAGED),
        (b"fine at first\n" * 400 + b"\x00", Problem.KIND),
    ],
)
def test_what_the_check_refuses_nobody_gets_and_its_author_learns_why(
    partnership: Partnership,
    client_for: ClientFor,
    ask: Ask,
    content: bytes,
    problem: Problem,
) -> None:
    asker = client_for(partnership.asker)
    to_request(asker, ask, content)

    row = check()

    assert (row.status, row.problem) == (AttachmentStatus.REFUSED, problem)
    assert problem.label in page(asker, "request_files", ask.request_id)
    assert status(client_for(partnership.decider), row) == 404
    assert not AttachmentFile.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_the_original_is_not_kept(
    partnership: Partnership, client_for: ClientFor, ask: Ask
) -> None:
    to_request(client_for(partnership.asker), ask, photograph())
    row = check()

    promised = OutboxMessage.objects.get(topic="sharing.upload_done")
    assert promised.queue == "retention"
    with acting_as("disposer"):
        documents.destroy_upload(promised)

    opened = vault.open(partnership.asker.actor, vault.Why.READING, row.original)
    assert opened[row.original] is vault.DESTROYED


@pytest.mark.django_db(transaction=True)
def test_only_an_upload_is_destroyed_by_that_work(
    partnership: Partnership, client_for: ClientFor, ask: Ask
) -> None:
    to_request(client_for(partnership.asker), ask, photograph())
    check()
    promised = OutboxMessage.objects.get(topic="sharing.upload_done")
    promised.payload["dossier_id"] = str(ask.request.dossier_id)

    with acting_as("disposer"), pytest.raises(Dossier.DoesNotExist):
        documents.destroy_upload(promised)


def test_a_file_goes_with_the_answer_to_those_whose_tier_reaches_it(
    partnership: Partnership, client_for: ClientFor, ask: Ask
) -> None:
    desk = client_for(partnership.decider)
    to_answer(desk, ask, photograph(), tier="3")
    row = check()
    asker, colleague = client_for(partnership.asker), client_for(partnership.asking_colleague)
    assert status(colleague, row) == 404  # nothing before the answer is sent

    low = RecipientInput(RecipientKind.PERSON, partnership.asker.membership_id, Tier.PERSONAL)
    answer_ask(partnership.decider, ask, item(Tier.PERSONAL), recipients=[low])

    answer = Answer.objects.get(ask=ask)
    assert fetch(colleague, row)
    assert NAME in page(colleague, "answer", answer.pk)
    assert status(asker, row) == 404
    assert NAME not in page(asker, "answer", answer.pk)
    assert "Files" not in page(asker, "answer", answer.pk)


def test_an_answer_does_not_wait_for_the_check_of_a_file_which_follows(
    partnership: Partnership, client_for: ClientFor, ask: Ask
) -> None:
    to_answer(client_for(partnership.decider), ask, photograph())
    answer_ask(partnership.decider, ask, item())
    colleague = client_for(partnership.asking_colleague)
    assert status(colleague, Attachment.objects.get()) == 404

    assert fetch(colleague, check())


def test_an_outsider_never_sees_a_file(
    partnership: Partnership, client_for: ClientFor, ask: Ask
) -> None:
    to_answer(client_for(partnership.decider), ask, photograph())
    row = check()
    answer_ask(partnership.decider, ask, item())

    for one in (partnership.outsider, partnership.coordinator, partnership.lead):
        assert status(client_for(one), row) == 404
        assert to_answer(client_for(one), ask, photograph()).status_code == 404
        assert to_request(client_for(one), ask, photograph()).status_code == 404


def test_who_sends_gives_nothing_that_they_cannot_open_and_is_not_stopped(
    partnership: Partnership, client_for: ClientFor, ask: Ask
) -> None:
    to_answer(client_for(partnership.decider), ask, photograph(), tier="3")
    row = check()

    answer_ask(partnership.uncleared, ask)

    assert status(client_for(partnership.asking_colleague), row) == 404
    assert fetch(client_for(partnership.colleague), row)


def test_a_file_is_taken_back_until_the_answer_is_sent(
    partnership: Partnership, client_for: ClientFor, ask: Ask
) -> None:
    desk = client_for(partnership.decider)
    to_answer(desk, ask, photograph())
    first = check()
    remove = reverse("sharing:remove_attachment", args=[first.pk])
    assert client_for(partnership.asker).post(remove).status_code == 404
    assert desk.post(remove).status_code == 302
    assert status(desk, first) == 404

    to_answer(desk, ask, photograph())
    second = check()
    answer_ask(partnership.decider, ask, item())
    response = desk.post(reverse("sharing:remove_attachment", args=[second.pk]))
    assert response.status_code == 409


def test_a_file_taken_back_while_it_is_checked_reaches_nobody(
    partnership: Partnership, client_for: ClientFor, ask: Ask
) -> None:
    client = client_for(partnership.asker)
    to_request(client, ask, photograph())
    client.post(reverse("sharing:remove_attachment", args=[Attachment.objects.get().pk]))

    row = check()

    assert row.status == AttachmentStatus.REMOVED
    assert not AttachmentFile.objects.exists()
    assert OutboxMessage.objects.filter(topic="sharing.upload_done").exists()


def test_nothing_is_checked_for_somebody_who_left(
    partnership: Partnership, client_for: ClientFor, ask: Ask
) -> None:
    to_request(client_for(partnership.asker), ask, photograph())
    leaves(partnership.asker)

    assert check().status == AttachmentStatus.CHECKING


def test_checking_twice_gives_one_file(
    partnership: Partnership, client_for: ClientFor, ask: Ask
) -> None:
    to_request(client_for(partnership.asker), ask, photograph())
    check()
    check()

    assert AttachmentFile.objects.count() == 1


class Endless(io.RawIOBase):
    """A body that is made as it is sent: as large as somebody likes, and never whole anywhere."""

    def __init__(self, size: int) -> None:
        boundary = b"--b\r\nContent-Disposition: form-data; "
        head = boundary + b'name="file"; filename="large.txt"\r\n\r\n'
        self._pieces = self._made(head, size)
        self.size = len(head) + size + len(b"\r\n--b--\r\n")
        self._held = b""

    def _made(self, head: bytes, size: int) -> Iterator[bytes]:
        yield head
        for _ in range(size // 65536):
            yield b"seen at school\r\n" * 4096
        yield b"\r\n--b--\r\n"

    def read(self, size: int = -1) -> bytes:
        while len(self._held) < size and (piece := next(self._pieces, b"")):
            self._held += piece
        given, self._held = self._held[:size], self._held[size:]
        return given


def test_a_hundred_megabytes_are_refused_without_being_held(
    partnership: Partnership, client_for: ClientFor, ask: Ask
) -> None:
    client, body = client_for(partnership.asker), Endless(100 * 1024 * 1024)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    response = client.generic(
        "POST",
        reverse("sharing:request_files", args=[ask.request_id]),
        b"",
        content_type="multipart/form-data; boundary=b",
        **{"wsgi.input": body, "CONTENT_LENGTH": str(body.size)},  # type: ignore[arg-type]
    )

    assert "must be smaller than 25 MB" in response.content.decode()
    assert not Attachment.objects.exists()
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 40 * 1024


def test_a_large_file_is_checked_without_being_held(
    partnership: Partnership, client_for: ClientFor, ask: Ask
) -> None:
    noise = io.BytesIO()
    Image.frombytes("RGB", (2400, 2400), os.urandom(3 * 2400 * 2400)).save(noise, "PNG")
    to_request(client_for(partnership.asker), ask, noise.getvalue(), name="noise.png")
    del noise
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    assert check().status == AttachmentStatus.READY

    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 10 * 1024


def test_no_name_of_a_file_is_in_the_log_or_in_the_post(
    partnership: Partnership, client_for: ClientFor, ask: Ask, caplog: pytest.LogCaptureFixture
) -> None:
    to_request(client_for(partnership.asker), ask, photograph(), name="Marigold.jpg")
    check()

    for facts in AuditEvent.objects.values_list("facts", flat=True):
        assert "Marigold" not in str(facts)
    for payload in OutboxMessage.objects.values_list("payload", flat=True):
        assert "Marigold" not in str(payload)
    assert "Marigold" not in caplog.text


def test_no_more_than_twenty_files_are_put_to_one_request(
    partnership: Partnership, client_for: ClientFor, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sharing.policies.attachments.MOST_FILES", 1)
    client = client_for(partnership.asker)
    to_request(client, ask, photograph())

    response = to_request(client, ask, photograph())

    assert response.status_code == 409
    assert "Put several into one PDF" in unescape(response.content.decode())
