"""The form field of a file: what it gives is sealed already."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from kernel.forms.base import DesignField
from vault.files.handlers import Problem, RefusedUpload, SealedUpload
from vault.files.uploading import Upload

_WHY = {
    Problem.TOO_LARGE: "The selected file must be smaller than {limit} MB",
    Problem.TOO_MANY: "Select {limit} file at a time",
    Problem.STORE: "The selected file could not be stored. Try again",
}
EMPTY = "The selected file is empty"


class File(DesignField):
    """Gives an Upload for `vault.keep_file`. A browser forgets a chosen file when a form comes
    back, so ask for one on a page of its own."""

    widget = forms.FileInput
    component = "file-upload"

    def clean(self, value: Any) -> Upload | None:
        if isinstance(value, RefusedUpload):
            raise ValidationError(_WHY[value.problem].format(limit=value.limit), code="invalid")
        if isinstance(value, SealedUpload) and not value.upload.size:
            raise ValidationError(EMPTY, code="empty")
        given = value.upload if isinstance(value, SealedUpload) else None
        self.validate(given)
        return given
