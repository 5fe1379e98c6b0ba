"""Who should hold something in the safes of copies, files, notes and words back (nightly check)."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from uuid import UUID

from sharing.models import (
    Attachment,
    CopyFile,
    EscalationStep,
    OwnNote,
    Recipient,
    StepEnd,
    WordBack,
)
from vault.consistency import explain, personal
from vault.models import StoredFile

Pairs = Iterator[tuple[UUID, UUID | None]]


def register() -> None:
    """Called once the apps are ready."""
    explain("COPY", _of_copies)
    # Made from what its holder reads; colleagues read that by rights of their own
    personal("COPY")
    explain("ESCALATION", _of_escalations)
    explain("OWN_NOTE", _of_notes)
    explain("WORD_BACK", _of_words_back)
    explain("ATTACHMENT", _of_attachments)
    explain("UPLOAD", _of_uploads)
    # Destroyed within minutes, once the file was checked
    personal("UPLOAD")


def _of_copies(safes: Collection[UUID]) -> Pairs:
    """Nobody but whoever took it."""
    yield from CopyFile.objects.filter(safe__in=safes).values_list("safe_id", "copy__taken_by_id")


def _of_escalations(safes: Collection[UUID]) -> Pairs:
    """Both desks, whoever asked, raised or wrote it, and whoever was brought in."""
    for found, one, writer in (
        (EscalationStep.objects.filter(safe__in=safes), "escalation", "opened_by_id"),
        (StepEnd.objects.filter(safe__in=safes), "step__escalation", "ended_by_id"),
    ):
        for holder in (
            writer,
            f"{one}__raised_by_id",
            f"{one}__ask__desk_id",
            f"{one}__ask__request__asked_by_id",
            f"{one}__ask__request__asking_desk_id",
            f"{one}__parties__membership_id",
        ):
            yield from found.values_list("safe_id", holder)


def _of_notes(safes: Collection[UUID]) -> Pairs:
    """Whoever noted it, and their desk."""
    found = OwnNote.objects.filter(safe__in=safes)
    for holder in ("noted_by_id", "desk_id"):
        yield from found.values_list("safe_id", holder)


def _of_words_back(safes: Collection[UUID]) -> Pairs:
    """Whoever sent it, their desk, and the desks that were told."""
    found = WordBack.objects.filter(safe__in=safes)
    for holder in ("sent_by_id", "desk_id", "readers__ask__desk_id"):
        yield from found.values_list("safe_id", holder)


def _of_attachments(safes: Collection[UUID]) -> Pairs:
    """Whoever added it and their desk; the desks asked, or those whom the answer was given to."""
    found = Attachment.objects.filter(safe__in=safes)
    for holder in ("added_by_id", "desk_id", "request__asks__desk_id", "ask__desk_id"):
        yield from found.values_list("safe_id", holder)
    for row in found.filter(ask__isnull=False):
        given = Recipient.objects.filter(answer__ask=row.ask_id, answer__subject=row.subject_id)
        for one in given:
            yield row.safe_id, one.membership_id or one.desk_id


def _of_uploads(safes: Collection[UUID]) -> Pairs:
    """Whoever uploads into it."""
    yield from StoredFile.objects.filter(safe__in=safes).values_list("safe_id", "uploaded_by")
