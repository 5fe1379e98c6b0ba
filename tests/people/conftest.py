"""Everybody who asks, answers and looks in these tests."""

from tests.partnership import client_for, partnership

__all__ = ["client_for", "partnership"]
