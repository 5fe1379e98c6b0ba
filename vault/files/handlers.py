"""How Django hands over what a browser uploads: sealed at once, or forgotten.

Neither a temporary file nor a whole file in memory ever holds what somebody sent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import structlog
from django.core.files.uploadhandler import FileUploadHandler

from kernel.actors import Actor
from vault.files.errors import StoreUnavailable, UploadLost
from vault.files.uploading import Destination, Upload, begin_upload

MEGABYTE = 1024 * 1024

log = structlog.get_logger(__name__)


class Problem(StrEnum):
    """Why a file was not taken."""

    TOO_LARGE = "TOO_LARGE"
    TOO_MANY = "TOO_MANY"
    STORE = "STORE"


@dataclass(frozen=True, slots=True)
class RefusedUpload:
    """Stands in the form where the file would be."""

    problem: Problem
    limit: int

    def close(self) -> None:
        """Django closes whatever a form was given."""


class SealedUpload:
    """A file that a form was given: sealed and stored, and not yet in a record."""

    def __init__(self, upload: Upload) -> None:
        self.upload = upload

    def __repr__(self) -> str:
        return "[sealed]"

    def close(self) -> None:
        """Nothing is open: its bytes are in the store."""


class DiscardingHandler(FileUploadHandler):
    """For every view that did not ask for files: they are read past, and nothing else is lost."""

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        return None

    def file_complete(self, file_size: int) -> None:
        return None


class SealingHandler(FileUploadHandler):
    """Seals each file as it arrives. One that is refused is read past, so that the rest of the
    form arrives whole and comes back with the error."""

    def __init__(
        self, actor: Actor, destination: Callable[[], Destination], *, largest: int, most: int
    ) -> None:
        super().__init__()
        self._actor, self._destination = actor, destination
        self._largest, self._most = largest, most
        self._uploads: list[Upload] = []
        self._current: Upload | None = None
        self._problem: Problem | None = None

    def new_file(self, *args: Any, **options: Any) -> None:
        super().new_file(*args, **options)
        self._current, self._problem = None, None
        if len(self._uploads) >= self._most:
            self._problem = Problem.TOO_MANY
            return
        with self._refusing_if_stuck():
            self._current = begin_upload(
                actor=self._actor,
                into=self._destination(),
                name=(self.file_name or "")[-255:],
                content_type=(self.content_type or "")[:100],
            )
            self._uploads.append(self._current)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if self._current is None:
            return
        if start + len(raw_data) > self._largest:
            self.refuse(Problem.TOO_LARGE)
            return
        with self._refusing_if_stuck():
            self._current.write(raw_data)

    def file_complete(self, file_size: int) -> Any:
        if self._current is not None:
            with self._refusing_if_stuck():
                self._current.finish()
        if self._problem is not None:
            many = self._problem is Problem.TOO_MANY
            return RefusedUpload(self._problem, self._most if many else self._largest // MEGABYTE)
        return SealedUpload(self._current) if self._current else None

    def upload_interrupted(self) -> None:
        self.release()

    def refuse(self, problem: Problem) -> None:
        """Take no more of this file."""
        self._problem = problem
        if self._current is not None:
            self._current.abandon()
        self._current = None

    @contextmanager
    def _refusing_if_stuck(self) -> Iterator[None]:
        """A store that fails in the middle refuses this file and loses nothing of the form."""
        try:
            yield
        except (StoreUnavailable, UploadLost) as error:
            log.error("vault.upload_failed", error=type(error).__name__)
            self.refuse(Problem.STORE)

    def release(self) -> None:
        """Give up whatever no record kept."""
        for upload in self._uploads:
            upload.abandon()
