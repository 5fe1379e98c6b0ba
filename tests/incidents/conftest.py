"""Everybody who reports incidents and deals with them in these tests."""

from tests.partnership import client_for, partnership

__all__ = ["client_for", "partnership"]
