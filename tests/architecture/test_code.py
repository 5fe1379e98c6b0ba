"""Rules of the house that no linter knows. Each failure names file and line."""

from __future__ import annotations

import ast
import inspect
import pkgutil
import re
from collections.abc import Callable, Iterator
from importlib import import_module
from types import FunctionType, ModuleType
from typing import Any

import pytest

from tests.architecture import source
from tests.architecture.source import APPS, ROOT, at
from vault import services as vault

# Public functions of a services module that are no change by an actor, each with its reason
NO_ACTOR = {
    "audit.services": "writes down what the actor, by keyword, did to what stands first",
    "agencies.services.appointing": "steps of changes that record the actor themselves",
    "people.services.snapshots.thread_of": "a step of taking a snapshot",
    "sharing.services.answering.default_recipients": "an answer to a question",
    "sharing.services.drafting.own_desk": "an answer to a question",
    "sharing.services.drafting.own_readers": "an answer to a question",
    "sharing.services.attachments.file_of": "says which file of a record is meant, and opens none",
    "sharing.services.attending.nobody_there": "an answer to a question",
    "sharing.services.emergency.words_of": "says what of a record is sealed, and opens nothing",
    "sharing.services.noticing.unattended_asks": "an answer to a question",
}


def services_modules() -> Iterator[ModuleType]:
    for app in APPS:
        try:
            module = import_module(f"{app}.services")
        except ModuleNotFoundError:
            continue
        yield module
        for found in pkgutil.walk_packages(getattr(module, "__path__", ()), f"{app}.services."):
            yield import_module(found.name)


def public_services() -> Iterator[tuple[str, FunctionType]]:
    for module in services_modules():
        for name, function in inspect.getmembers(module, inspect.isfunction):
            if function.__module__ == module.__name__ and not name.startswith("_"):
                yield f"{module.__name__}.{name}", function


def test_every_change_takes_the_actor_by_keyword_and_everything_else_too() -> None:
    wrong = [
        name
        for name, service in public_services()
        if not {name, name.rpartition(".")[0]} & set(NO_ACTOR) and not takes_actor(service)
    ]

    assert wrong == []


def takes_actor(service: FunctionType) -> bool:
    parameters = inspect.signature(service).parameters
    named = all(p.kind in (p.KEYWORD_ONLY, p.VAR_KEYWORD) for p in parameters.values())
    return "actor" in parameters and named


def test_every_exception_still_exists() -> None:
    names = {name for name, _ in public_services()}
    names |= {name.rpartition(".")[0] for name in names}

    assert set(NO_ACTOR) <= names


def test_the_vault_takes_who_looks_first_and_never_by_default() -> None:
    looking: list[Callable[..., Any]] = [vault.open, vault.reach_of]
    for function in looking:
        first = next(iter(inspect.signature(function).parameters.values()))
        assert (first.name, first.default) == ("actor", inspect.Parameter.empty)
    for change in (vault.grant, vault.revoke, vault.create_safe, vault.destroy_dossier):
        parameters = inspect.signature(change).parameters
        assert parameters["actor"].default is inspect.Parameter.empty
        assert all(p.kind is p.KEYWORD_ONLY for p in parameters.values())


def test_pages_tasks_and_presenters_reach_records_through_queries_only() -> None:
    found = [
        at(path, node)
        for path in source.files_of("views", "tasks", "presenters", "urls")
        for node in ast.walk(source.tree(path))
        if isinstance(node, ast.Attribute) and node.attr in ("objects", "_default_manager")
    ]

    assert found == []


# Saved whole, each for a reason
SAVED_WHOLE = {
    "accounts/services/devices.py device.attest().save()": "a new offer, or all of one grown old"
}


def test_saving_says_which_fields_or_that_the_row_is_new() -> None:
    found = [
        f"{source.name(path)} {ast.unparse(call)}"
        for path in source.files(*APPS)
        for called, call in source.calls(path)
        if called == "save" and not call.args and not call.keywords
    ]

    assert [one for one in found if one not in SAVED_WHOLE] == []


def test_no_model_changes_what_saving_and_deleting_mean() -> None:
    found = [
        at(path, function)
        for path in source.files_of("models")
        for function in source.functions(path)
        if function.name in ("save", "delete", "clean", "full_clean")
    ]

    assert found == []


def test_business_does_not_hang_on_signals() -> None:
    """The one signal sets the database's rights after a migration."""
    found = [
        source.name(path)
        for path in source.files()
        if re.search(r"\b(post|pre)_(save|delete|init)\b|m2m_changed|@receiver", path.read_text())
    ]

    assert found == []


def test_no_list_is_ordered_behind_the_back_of_its_query() -> None:
    found = [
        at(path, node)
        for path in source.files_of("models")
        for node in ast.walk(source.tree(path))
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "ordering"
    ]

    assert found == []


def test_no_file_outgrows_three_hundred_lines() -> None:
    found = {
        source.name(path): lines
        for path in source.files()
        if (lines := len(path.read_text().splitlines())) > 300
    }

    assert found == {}


def test_no_function_outgrows_forty_lines() -> None:
    found = {
        f"{at(path, function)} {function.name}": length
        for path in source.files()
        for function in source.functions(path)
        if (length := (function.end_lineno or 0) - function.lineno + 1) > 40
    }

    assert found == {}


def test_no_view_outgrows_fifteen_lines() -> None:
    """The lines of its body, without the sentence that says what it is for."""
    found = {
        f"{at(path, function)} {function.name}": length
        for path in source.files_of("views")
        for function in source.functions(path)
        if (length := body_length(function)) > 15
    }

    assert found == {}


def body_length(function: source.Function) -> int:
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def test_every_view_declares_its_methods() -> None:
    found = [
        f"{at(path, function)} {function.name}"
        for path in source.files_of("views")
        for function in source.tree(path).body
        if isinstance(function, ast.FunctionDef)
        and is_view(function)
        and "require_" not in " ".join(map(ast.unparse, function.decorator_list))
    ]

    assert found == []


def is_view(function: ast.FunctionDef) -> bool:
    arguments = [a.arg for a in function.args.args]
    is_helper = function.name.startswith("_") or not function.decorator_list
    return arguments[:1] == ["request"] and not is_helper


UNESCAPED = re.compile(r"mark_safe|\|\s*safe\b|\bMarkup\(|SafeString\(|autoescape\s+false")
# Plain text needs no escapes
PLAIN_TEXT = {".txt"}


def test_nothing_typed_reaches_a_page_unescaped() -> None:
    templates = [
        path
        for path in (ROOT / "templates").rglob("*")
        if path.is_file() and path.suffix not in PLAIN_TEXT
    ]
    found = [
        f"{source.name(path)}:{number}"
        for path in (*templates, *source.files())
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if UNESCAPED.search(line)
    ]

    assert found == []


def test_templates_hold_no_script_or_style_of_their_own() -> None:
    inline = re.compile(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=\"", re.IGNORECASE)
    found = [
        f"{source.name(path)}:{number}"
        for path in (ROOT / "templates").rglob("*.html")
        if "email" not in path.parts and path.name != "gallery.html"  # it shows what is escaped
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if inline.search(line) and "csp_nonce" not in line
    ]

    assert found == []


def decisions() -> list[Any]:
    return sorted((ROOT / "docs" / "adr").glob("[0-9]*.md"))


def test_every_decision_on_record_has_a_number_of_its_own() -> None:
    numbers = [path.name[:4] for path in decisions()]

    assert numbers == [f"{n:04}" for n in range(1, len(numbers) + 1)]


@pytest.mark.parametrize("path", decisions(), ids=lambda path: path.stem)
def test_a_decisions_title_carries_its_number(path: Any) -> None:
    title = path.read_text().splitlines()[0]

    assert re.match(rf"# (ADR )?0*{int(path.name[:4])}[.:)]? ", title), title
