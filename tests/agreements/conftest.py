"""Those who read agreements."""

from tests.partnership import client_for, partnership

__all__ = ["client_for", "partnership"]
