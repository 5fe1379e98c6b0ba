"""A record with a sealed file, so that files are tested without the apps above the vault."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from django.db import models, transaction

from kernel.actors import Actor
from kernel.models import BaseModel
from kernel.tiers import Tier
from vault import services as vault
from vault.files.fields import SealedFile
from vault.models import Safe
from vault.services import Destination, FileReader, Upload, Why

PLANTED = b"Aaliyah sleeps in the car\n"
NAME = "Aaliyah O’Neill, school report.pdf"


class Paper(BaseModel):
    """Never migrated: the owner makes its table once, when the test database stands."""

    app_may: ClassVar[str] = "SELECT, INSERT, UPDATE"

    # The type checker knows models of installed apps only.
    objects: ClassVar[models.Manager[Paper]] = models.Manager()
    safe_id: UUID

    class Privacy:
        keep = "CASE_DATA"
        clear = {"safe"}
        case = {"file": Tier.SENSITIVE, "other": Tier.SENSITIVE}

    safe = models.ForeignKey(Safe, models.PROTECT, related_name="+", null=True)
    file = SealedFile(seal_id="sample.paper.file")
    other = SealedFile(seal_id="sample.paper.other")

    class Meta:
        app_label = "vault_sample"


def into(safe: Safe) -> Destination:
    return Destination(safe, Tier.SENSITIVE, Paper, "file")


def send(
    actor: Actor, safe: Safe, content: bytes, *, content_type: str = "application/pdf"
) -> Upload:
    """An upload, finished and in no record yet."""
    upload = vault.begin_upload(actor=actor, into=into(safe), name=NAME, content_type=content_type)
    for start in range(0, len(content), 50_000):
        upload.write(content[start : start + 50_000])
    upload.finish()
    return upload


@transaction.atomic
def keep(actor: Actor, upload: Upload) -> Paper:
    """What a service of an app above does in the transaction that writes its record."""
    paper = Paper(pk=upload.row_id, safe=upload.into.safe)
    vault.keep_file(actor=actor, upload=upload, row=paper)
    paper.save(force_insert=True)
    return Paper.objects.get(pk=paper.pk)


def put(actor: Actor, safe: Safe, content: bytes, **options: Any) -> Paper:
    return keep(actor, send(actor, safe, content, **options))


def opened(actor: Actor, paper: Paper, **options: Any) -> FileReader:
    """A reader for somebody who may read."""
    reader = vault.open_file(actor, Why.READING, paper.file, **options)
    assert isinstance(reader, FileReader)
    return reader


def content_for(actor: Actor, paper: Paper) -> bytes:
    return b"".join(opened(actor, paper).chunks())
