"""Everybody who gives, receives and puts right in these tests."""

from tests.partnership import client_for, partnership

__all__ = ["client_for", "partnership"]
