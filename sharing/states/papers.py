"""Files put to a record, copies taken of one, and what one's own side noted beside it."""

from __future__ import annotations

from django.db import models

from kernel.workflow import Transition, Workflow
from sharing.states.journey import Outcome

# What a desk answers that knows the person, and so works with them
KNOWING = frozenset(
    {Outcome.SHARED, Outcome.SHARED_IN_PART, Outcome.NOT_SHARED, Outcome.NOTHING_RELEVANT}
)


class AttachmentStatus(models.TextChoices):
    """Where a file stands between its upload and those it is meant for."""

    CHECKING = "CHECKING", "Being checked"
    READY = "READY", "Checked"
    REFUSED = "REFUSED", "Not taken"
    REMOVED = "REMOVED", "Taken back"


ATTACHMENT_WORKFLOW = Workflow(
    AttachmentStatus,
    Transition("pass", {AttachmentStatus.CHECKING}, AttachmentStatus.READY),
    Transition("refuse", {AttachmentStatus.CHECKING}, AttachmentStatus.REFUSED),
    Transition(
        "remove",
        {AttachmentStatus.CHECKING, AttachmentStatus.READY, AttachmentStatus.REFUSED},
        AttachmentStatus.REMOVED,
    ),
)


class Problem(models.TextChoices):
    """Why a file was not taken, and what to do instead."""

    KIND = (
        "KIND",
        "It is not a PDF, PNG or JPEG picture, plain text, Word (.docx) or OpenDocument (.odt) "
        "file. Save or print it as a PDF and add that",
    )
    ENCRYPTED = "ENCRYPTED", "It is protected by a password. Save it without one and add that"
    ACTIVE = (
        "ACTIVE",
        "It holds macros, or parts that load or run something. Save it as a PDF and add that",
    )
    TOO_MUCH = (
        "TOO_MUCH",
        "Unpacked it is too large or too intricate to be checked safely. Make it smaller, or split it",
    )
    DAMAGED = "DAMAGED", "It is damaged or incomplete. Open and save it again, and add the new file"
    FAILED = "FAILED", "It could not be checked. Add it again"


class CopyForm(models.TextChoices):
    """In which form a copy is taken into another system."""

    TEXT = "TEXT", "Text"
    PDF = "PDF", "PDF"


class CpisCheck(models.TextChoices):
    """Whether the Child Protection – Information Sharing service was looked at."""

    YES = "YES", "Yes"
    NO = "NO", "No"
    UNAVAILABLE = "UNAVAILABLE", "Tried: it was unavailable"
