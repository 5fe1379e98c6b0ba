"""The lives of sealed files and of key-encryption keys."""

from __future__ import annotations

from django.db import models

from kernel.workflow import Transition, Workflow


class FileStatus(models.TextChoices):
    """What has become of an object in the file store. The same table stands in a trigger."""

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


class KeyStatus(models.TextChoices):
    """What a key-encryption key is used for: nothing yet, everything new, reading only, nothing."""

    PUBLISHED = "PUBLISHED", "Published"
    ACTIVE = "ACTIVE", "Active"
    RETIRED = "RETIRED", "Retired"
    DESTROYED = "DESTROYED", "Destroyed"


# Nothing leads back: a key that was retired never wraps again, so counting to zero once is enough.
KEY_WORKFLOW = Workflow(
    KeyStatus,
    Transition("activate", {KeyStatus.PUBLISHED}, KeyStatus.ACTIVE),
    Transition("retire", {KeyStatus.ACTIVE}, KeyStatus.RETIRED),
    Transition("withdraw", {KeyStatus.PUBLISHED}, KeyStatus.DESTROYED),
    Transition("destroy", {KeyStatus.RETIRED}, KeyStatus.DESTROYED),
)
