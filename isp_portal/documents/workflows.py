"""Every workflow: its diagram and its table of moves."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec

from isp_portal.documents.markdown import code, document, first_sentence, table
from isp_portal.documents.ours import our_apps
from kernel.workflow import Workflow

INTRODUCTION = """
Each status column has one table of moves in its app's `states.py`. A move that is not in the table
is refused with "409 Conflict" and a sentence that names the present status; who may make a move is
said by the app's policies ([roles](roles.md)).
"""


def page() -> str:
    """The page of workflows."""
    sections = [_section(path, workflow) for path, workflow in sorted(found().items())]
    return document("Workflows", INTRODUCTION, *sections)


def found() -> dict[str, Workflow]:
    """Every workflow of our apps, by where it stands."""
    return {path: workflow for app in our_apps() for path, workflow in _of(app.name)}


def _of(app: str) -> Iterator[tuple[str, Workflow]]:
    if find_spec(f"{app}.states") is None:
        return
    module = import_module(f"{app}.states")
    for name, value in vars(module).items():
        if isinstance(value, Workflow):
            yield f"{module.__name__}.{name}", value


def _section(path: str, workflow: Workflow) -> str:
    statuses = workflow.statuses
    labels = {status.value: status.label for status in statuses}
    rows = [
        (name, ", ".join(labels[str(s)] for s in sorted(move.sources)), labels[str(move.target)])
        for name, move in workflow.transitions.items()
    ]
    return "\n\n".join(
        [
            f"## {statuses.__name__.removesuffix('Status')}",
            f"{first_sentence(statuses)} ({code(path)})",
            f"```mermaid\n{workflow.diagram()}```",
            table(["Move", "From", "To"], rows),
        ]
    )
