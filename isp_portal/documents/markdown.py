"""The few shapes of Markdown that the generated pages use."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

NOTICE = "<!-- Written by `./portal manage generate_docs` from the code. Do not edit. -->"
YES, NO = "yes", "–"


def document(title: str, *parts: str) -> str:
    """A whole page: the notice, the title, and its parts one blank line apart."""
    return "\n\n".join([NOTICE, f"# {title}", *(part.strip() for part in parts if part)]) + "\n"


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table; what a cell must not contain is made harmless."""
    lines = [_row(head), _row(["---"] * len(head)), *map(_row, rows)]
    return "\n".join(lines)


def code(text: object) -> str:
    """Something to be read letter by letter; nothing stays nothing."""
    return f"`{text}`" if str(text) else ""


def first_sentence(thing: object) -> str:
    """What a class or function says it is for: the first paragraph of its docstring, on one line."""
    paragraph = (getattr(thing, "__doc__", None) or "").strip().split("\n\n")[0]
    return " ".join(paragraph.split())


def _row(cells: Iterable[object]) -> str:
    return f"| {' | '.join(_cell(cell) for cell in cells)} |"


def _cell(value: object) -> str:
    return " ".join(str(value).split()).replace("|", "\\|")
