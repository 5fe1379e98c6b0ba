"""Every audit event and its sentence."""

from __future__ import annotations

import inspect
import re
from itertools import groupby

from audit import events
from audit.models import AccessKind
from isp_portal.documents.markdown import code, document, table
from vault.opening import Why

INTRODUCTION = """
Two logs are kept: what changed, and who looked. Both hold ids and codes, never values: see
[the audit](../explanation/audit.md). A name that is not in this list cannot be written.
"""
LOOKED = """
## Who looked

Each opening of sealed text is one access event with a kind and a coded reason. Only "Opened" counts
as read by an addressee.
"""


def page() -> str:
    """The page of events."""
    by_app = groupby(events.registered().items(), lambda one: one[0].partition(".")[0])
    changed = [
        f"### {app}\n\n" + table(["Event", "Sentence"], [(code(n), s) for n, s in named])
        for app, named in by_app
    ]
    kinds = table(["Kind", "Meaning"], [(code(kind.value), kind.label) for kind in AccessKind])
    whys = table(["Reason code", "Who looks"], [(code(name), who) for name, who in _reasons()])
    return document("Audit events", INTRODUCTION, "## What changed", *changed, LOOKED, kinds, whys)


def _reasons() -> list[tuple[str, str]]:
    """Each reason with the comment beside it in the vault's code."""
    beside = dict(re.findall(r'= "([A-Z_]+)"  # (.+)', inspect.getsource(Why)))
    return [(why.value, beside[why.value].capitalize()) for why in Why]
