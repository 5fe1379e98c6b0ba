"""Names that code passes on as text: events, topics and queues. Each is known at both ends."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from audit import events
from kernel import outbox
from kernel.outbox import _topics
from tests.architecture import source
from tests.architecture.source import APPS, ROOT, at


def constants(path: Path) -> dict[str, str]:
    """Names of a file, and of what it imports from us, that stand for a text."""
    found = {}
    for node in source.tree(path).body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
            found[ast.unparse(node.targets[0])] = str(node.value.value)
        if isinstance(node, ast.ImportFrom) and node.module:
            module = ROOT / (node.module.replace(".", "/") + ".py")
            if module.exists() and module != path:
                theirs = constants(module)
                found |= {
                    a.asname or a.name: theirs[a.name] for a in node.names if a.name in theirs
                }
    return found


def first_arguments(*called: str) -> Iterator[tuple[str, str]]:
    """Where, and which text: a name that stands for no text is given as written."""
    for path in source.files(*APPS, "isp_portal"):
        known = constants(path)
        for name, call in source.calls(path):
            if name in called and call.args:
                first = call.args[0]
                texts = [n for n in ast.walk(first) if isinstance(n, ast.Constant | ast.Name)]
                for node in texts:
                    text = str(node.value) if isinstance(node, ast.Constant) else node.id
                    yield at(path, call), known.get(text, text)


def recorded() -> list[tuple[str, str]]:
    own = ("audit/services/__init__.py",)
    found = [(place, name) for place, name in first_arguments("record") if "." in name]
    internal = [(place, name) for place, name in first_arguments("_write") if place.startswith(own)]
    return found + [(place, name) for place, name in internal if "." in name]


def test_every_event_that_code_records_is_registered() -> None:
    known = events.registered()

    assert len(recorded()) > 5
    assert [(place, name) for place, name in recorded() if name not in known] == []


def test_every_record_of_an_event_names_it_where_it_is_read() -> None:
    """An event in a variable would escape this check and whoever searches for it."""
    unnamed = [
        at(path, call)
        for path in source.files(*APPS, "isp_portal")
        if source.name(path) != "audit/services/__init__.py"
        for called, call in source.calls(path)
        if called == "record"
        and isinstance(call.func, ast.Attribute)
        and ast.unparse(call.func.value) == "audit"
        and not isinstance(call.args[0], ast.Constant | ast.IfExp)
    ]

    assert unnamed == []


def test_every_registered_event_is_recorded_somewhere() -> None:
    used = {name for _, name in recorded()}

    assert [name for name in events.registered() if name not in used] == []


def test_every_event_has_a_sentence_in_the_past_without_a_full_stop() -> None:
    for name, sentence in events.registered().items():
        assert sentence[0].isupper(), name
        assert not sentence.endswith("."), name
        assert name.split(".")[0] in APPS, name


def test_every_topic_that_code_promises_has_a_handler() -> None:
    promised = {name for _, name in first_arguments("enqueue")}

    assert promised
    assert promised <= set(_topics)


def test_every_handler_is_promised_work_by_somebody() -> None:
    promised = {name for _, name in first_arguments("enqueue")}

    assert set(_topics) <= promised


def test_a_worker_listens_to_every_queue() -> None:
    programs = "".join(path.read_text() for path in source.files("launcher"))
    compose = ROOT / "docker-compose.yml"
    listened = [programs, compose.read_text()] if compose.exists() else [programs]
    for text in listened:
        heard = {
            name for names in re.findall(r"--queues=([\w,]+)", text) for name in names.split(",")
        }
        assert outbox.registered_queues() | {"audit"} <= heard
