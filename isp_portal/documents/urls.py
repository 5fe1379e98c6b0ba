"""Every address, what it answers to, and who may open it."""

from __future__ import annotations

from isp_portal.documents.addresses import addresses
from isp_portal.documents.markdown import code, document, first_sentence, table

INTRODUCTION = """
An address that names neither a policy nor an exception needs both factors and is refused by the
tests. A record outside one's scope is "404 Not Found", one that is seen but refused "403 Forbidden",
a move that came too late "409 Conflict". What the policies say is in [roles](roles.md). In
demonstration mode `/gallery` shows every component to those who build pages.
"""


def page() -> str:
    """The page of addresses."""
    rows = [
        (
            code(one.route),
            code(one.name),
            ", ".join(one.methods),
            one.who,
            first_sentence(one.view),
        )
        for one in addresses()
    ]
    return document(
        "Addresses", INTRODUCTION, table(["Address", "Name", "Methods", "Who", "What for"], rows)
    )
