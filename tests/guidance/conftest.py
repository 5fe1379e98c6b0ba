"""Everybody who asks for advice, gives it, or must not learn of it."""

from tests.partnership import client_for, partnership

__all__ = ["client_for", "partnership"]
