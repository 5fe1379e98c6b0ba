"""./portal check: everything a machine can judge without running the portal."""

from __future__ import annotations

from launcher.tools import django, judge_all, tool

CHECKS = (
    # The slowest first: the others pass beside it.
    tool("types (mypy)", "mypy", "."),
    tool("style (ruff)", "ruff", "check", "."),
    tool("format (ruff)", "ruff", "format", "--check", "."),
    tool("layers (import-linter)", "lint-imports"),
    tool("insecure patterns (bandit)", "bandit", "-q", "-r", "-c", "pyproject.toml", "."),
    tool("templates (djlint)", "djlint", "--lint", "--quiet", "templates"),
    django("missing migrations", "makemigrations", "--check", "--dry-run"),
    django("generated documents", "generate_docs", "--check"),
)


def run(_arguments: list[str]) -> int:
    """Exit code 0 only if every check passes."""
    return 0 if judge_all(CHECKS) else 1
