"""The project's own code, as text and as syntax trees."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
APPS = (
    "kernel", "audit", "vault", "accounts", "retention", "agencies", "agreements", "incidents",
    "guidance", "people",
    "consent", "sharing", "meetings", "oversight",
)  # fmt: skip
PACKAGES = (*APPS, "isp_portal", "launcher")

Function = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def files(*packages: str) -> tuple[Path, ...]:
    """Python files of our packages, without migrations."""
    found = (path for name in packages or PACKAGES for path in (ROOT / name).rglob("*.py"))
    return tuple(sorted(path for path in found if "migrations" not in path.parts))


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def job(path: Path) -> str:
    """The file name or package in an app that says what the code is for: views, services …"""
    return path.relative_to(ROOT).parts[1].removesuffix(".py")


def files_of(*jobs: str) -> list[Path]:
    """Files of all apps that do one of these jobs."""
    return [path for path in files(*APPS) if job(path) in jobs]


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def functions(path: Path) -> Iterator[Function]:
    for node in ast.walk(tree(path)):
        if isinstance(node, Function):
            yield node


def calls(path: Path) -> Iterator[tuple[str, ast.Call]]:
    """Every call with the last part of the called name: audit.record(...) gives "record"."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call):
            called = node.func
            if isinstance(called, ast.Attribute):
                yield called.attr, node
            elif isinstance(called, ast.Name):
                yield called.id, node


def at(path: Path, node: ast.AST) -> str:
    """Where, for the message of a failing test."""
    return f"{name(path)}:{getattr(node, 'lineno', 0)}"


def strings(path: Path) -> set[str]:
    """Every string constant of a file."""
    return {
        node.value
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
