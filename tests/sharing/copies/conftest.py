"""A file store of the test's own."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import LazySettings


@pytest.fixture(autouse=True)
def _store(settings: LazySettings, tmp_path: Path) -> None:
    settings.FILE_STORE = tmp_path
