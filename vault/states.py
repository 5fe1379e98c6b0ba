"""Where the bytes of a sealed file stand. The same table stands in a trigger of the database."""

from __future__ import annotations

from django.db import models

from kernel.workflow import Transition, Workflow


class FileStatus(models.TextChoices):
    """What has become of an object in the file store."""

    UPLOADING = "UPLOADING", "Being sealed into the store"
    STORED = "STORED", "Whole in the store, in no record yet"
    KEPT = "KEPT", "Belongs to a record"
    ABANDONED = "ABANDONED", "Given up: its bytes are to be deleted"
    REMOVED = "REMOVED", "Its bytes are gone"


FILE_WORKFLOW = Workflow(
    FileStatus,
    Transition("store", {FileStatus.UPLOADING}, FileStatus.STORED),
    Transition("keep", {FileStatus.STORED}, FileStatus.KEPT),
    Transition("abandon", {FileStatus.UPLOADING, FileStatus.STORED}, FileStatus.ABANDONED),
    # From "kept" only after its dossier was destroyed.
    Transition("remove", {FileStatus.ABANDONED, FileStatus.KEPT}, FileStatus.REMOVED),
)
