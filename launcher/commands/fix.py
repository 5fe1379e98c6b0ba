"""./portal fix: what check can put right by itself."""

from __future__ import annotations

from launcher.tools import django, judge, tool, tools_environment

FIXES = (
    tool("style (ruff)", "ruff", "check", "--fix", "--quiet", "."),
    tool("format (ruff)", "ruff", "format", "--quiet", "."),
    django("generated documents", "generate_docs"),
)


def run(_arguments: list[str]) -> int:
    """One after the other: the formatter has the last word on what the linter changed."""
    variables = tools_environment()
    verdicts = [judge(one, variables) for one in FIXES]
    for verdict in verdicts:
        print(verdict.output, end="")
        print(f"{'done' if verdict.passed else 'LEFT WORK':10} {verdict.tool.name}")
    return 0 if all(verdict.passed for verdict in verdicts) else 1
