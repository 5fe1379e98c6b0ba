"""The need-to-know tiers, and which information is proposed at which."""

from __future__ import annotations

from isp_portal.documents.markdown import code, document, table
from kernel.tiers import Tier
from sharing.states import Category

INTRODUCTION = """
Three tiers, each of which contains those before it. A tier stands on each item that is given, on
each right to read, and on each member's clearance. Why there are tiers, and how they meet, is
explained in [need to know](../explanation/need-to-know.md).
"""
CATEGORIES = """
## Kinds of information

The tier that the portal proposes for each kind. Whoever writes the item decides.
"""


def page() -> str:
    """The page of tiers."""
    rows = [
        (tier.label, code(int(tier)), tier.means, ", ".join(t.label for t in tier.and_below()))
        for tier in Tier
    ]
    proposed = [(one.label, code(one.value), one.usual_tier.label) for one in Category]
    return document(
        "Tiers",
        INTRODUCTION,
        table(["Tier", "Stored as", "What it lets a reader know", "Includes"], rows),
        CATEGORIES,
        table(["Kind", "Code", "Proposed tier"], proposed),
    )
