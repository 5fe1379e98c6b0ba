"""Every environment variable, read from settings.py itself: its type, its default, its comment.

A paragraph of settings.py that holds several statements opens with a comment, which is its heading.
Any other comment, beside or above, is about the one statement that it stands at.
"""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from isp_portal.documents.markdown import code, document, table

INTRODUCTION = """
The portal is configured by its environment alone. Nothing here has to be set for `./portal up`,
which makes its own. Where a file may hold the value, `NAME_FILE` names that file and wins over
`NAME`; use it for container secrets. `isp_portal/checks.py` refuses to start on dangerous
combinations, and says which.
"""
TYPES = {
    "str": "text",
    "bool": "true or false",
    "int": "whole number",
    "float": "number",
    "list": "list, with commas between",
    "secret": "text, or a file",
}


@dataclass(frozen=True, slots=True)
class Variable:
    """One environment variable as settings.py reads it."""

    name: str
    type: str
    default: str
    meaning: str
    heading: str


class Source:
    """settings.py as lines, statements and comments."""

    def __init__(self, path: Path) -> None:
        text = path.read_text(encoding="utf-8")
        self.lines = text.splitlines()
        self.body = ast.parse(text).body
        tokens = tokenize.generate_tokens(io.StringIO(text).readline)
        comments = (t for t in tokens if t.type == tokenize.COMMENT)
        self.comments = {t.start[0]: t.string.lstrip("# ").strip() for t in comments}

    def above(self, line: int) -> str:
        """The comment that ends right above a line."""
        words: list[str] = []
        while self.lines[(line := line - 1) - 1].lstrip().startswith("#"):
            words.insert(0, self.comments[line])
        return " ".join(words)

    def beside(self, node: ast.expr) -> str:
        """The comment on the last line of an expression, or on its first."""
        ends = (node.end_lineno or node.lineno, node.lineno)
        return next((self.comments[line] for line in ends if line in self.comments), "")

    def paragraphs(self) -> Iterator[list[ast.stmt]]:
        """Statements with no blank line between them."""
        paragraph: list[ast.stmt] = []
        for statement in self.body:
            if paragraph and self._blank_between(paragraph[-1], statement):
                yield paragraph
                paragraph = []
            paragraph.append(statement)
        yield paragraph

    def _blank_between(self, first: ast.stmt, second: ast.stmt) -> bool:
        between = self.lines[(first.end_lineno or 0) : second.lineno - 1]
        return any(not line.strip() for line in between)


def page() -> str:
    """The page of settings."""
    by_heading: dict[str, list[Variable]] = {}
    for one in variables(settings.BASE_DIR / "isp_portal" / "settings.py"):
        by_heading.setdefault(one.heading, []).append(one)
    sections = [_section(heading, found) for heading, found in by_heading.items()]
    return document("Settings", INTRODUCTION, *sections)


def _section(heading: str, found: list[Variable]) -> str:
    title, _, more = heading.partition(": ")
    rows = [(code(v.name), v.type, code(v.default), _capital(v.meaning)) for v in found]
    rest = table(["Variable", "Type", "Default", "Meaning"], rows)
    return "\n\n".join(part for part in (f"## {title}", _capital(more), rest) if part)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def variables(path: Path) -> list[Variable]:
    """Every variable, once, in the order of the file."""
    source, heading = Source(path), ""
    found: dict[str, Variable] = {}
    for paragraph in source.paragraphs():
        comment = source.above(paragraph[0].lineno)
        is_heading = len(paragraph) > 1 and bool(comment)
        heading = comment if is_heading else heading
        for statement in paragraph:
            if isinstance(statement, ast.FunctionDef):
                continue
            above = (
                "" if is_heading and statement is paragraph[0] else source.above(statement.lineno)
            )
            for one in _read(source, statement, above, heading):
                found.setdefault(one.name, one)
    return list(found.values())


def _read(source: Source, statement: ast.stmt, above: str, heading: str) -> Iterator[Variable]:
    instead = _alternatives(statement)
    calls = [node for node in ast.walk(statement) if isinstance(node, ast.Call)]
    for call in sorted(calls, key=lambda node: (node.lineno, node.col_offset)):
        kind = _kind(call.func)
        if kind and call.args and isinstance(call.args[0], ast.Constant):
            default = _value(_given(call) or instead.get(call))
            meaning = source.beside(call) or above
            yield Variable(str(call.args[0].value), TYPES[kind], default, meaning, heading)


def _kind(function: ast.expr) -> str:
    """The type of a call that reads the environment; nothing for other calls."""
    match function:
        case ast.Name(id="secret"):
            return "secret"
        case ast.Attribute(value=ast.Name(id="env"), attr=kind) if kind in TYPES:
            return kind
    return ""


def _alternatives(statement: ast.stmt) -> dict[ast.expr, ast.expr]:
    """What stands behind an "or": it holds where the variable is not set."""
    choices = (node for node in ast.walk(statement) if isinstance(node, ast.BoolOp))
    return {node.values[0]: node.values[1] for node in choices if isinstance(node.op, ast.Or)}


def _given(call: ast.Call) -> ast.expr | None:
    """The default that the call itself names."""
    named = (word.value for word in call.keywords if word.arg == "default")
    return next(iter([*call.args[1:], *named]), None)


def _value(node: ast.expr | None) -> str:
    """A default that can be written down; one that is worked out is told in the comment."""
    if isinstance(node, ast.Constant):
        return "" if node.value is None else str(node.value)
    return ast.unparse(node) if isinstance(node, ast.BinOp) else ""
