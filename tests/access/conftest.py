"""Everybody who might try to reach something."""

from pathlib import Path

import pytest
from django.conf import LazySettings

from tests.partnership import client_for, partnership

__all__ = ["client_for", "partnership"]


@pytest.fixture(autouse=True)
def _store(settings: LazySettings, tmp_path: Path) -> None:
    settings.FILE_STORE = tmp_path


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--write-table",
        action="store_true",
        help="write the table of addresses anew, for a person to read",
    )
