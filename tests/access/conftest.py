"""Everybody who might try to reach something."""

import pytest

from tests.partnership import client_for, partnership

__all__ = ["client_for", "partnership"]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--write-table",
        action="store_true",
        help="write the table of addresses anew, for a person to read",
    )
