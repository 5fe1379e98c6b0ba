"""How far the random search goes, and the sample table that it writes in."""

import pytest

from tests.vault.conftest import _letter_table

__all__ = ["_letter_table"]


@pytest.fixture(scope="session")
def deep(pytestconfig: pytest.Config) -> bool:
    """Whether this run was asked to search for an hour rather than for a minute."""
    return bool(pytestconfig.getoption("--deep"))
