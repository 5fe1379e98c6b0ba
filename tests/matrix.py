"""A workflow is tested by its whole table: every status against every move."""

from __future__ import annotations

from collections.abc import Set

from kernel.decisions import WRONG_STATE
from kernel.workflow import Workflow


class _Record:
    """As much of a record as a workflow looks at."""

    def __init__(self, status: str) -> None:
        self.status = status


def assert_allows_exactly(workflow: Workflow, moves: Set[tuple[str, str, str]]) -> None:
    """Fail unless the workflow's legal moves are exactly these (from, name, to), and no other."""
    found = set()
    for name, transition in workflow.transitions.items():
        for status in workflow.statuses:
            decision = workflow.allows(name, _Record(status.value))
            if decision:
                found.add((status.value, name, str(transition.target)))
            else:
                assert decision.code == WRONG_STATE
    listed = {(str(source), name, str(target)) for source, name, target in moves}
    assert found == listed, f"missing: {listed - found}, not listed: {found - listed}"
