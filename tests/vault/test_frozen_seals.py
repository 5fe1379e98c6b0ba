"""A released seal id never changes: what was sealed under it could not be opened any more."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pytest
from django.apps import apps
from django.db import models
from django.db.migrations import AddField, AlterField, CreateModel, RemoveField
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations import DeleteModel, RenameField, RenameModel
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

from tests.architecture.source import APPS
from vault.fields import SealedField, SealedJSON, SealedText

Seals = dict[str, type[SealedField]]

# Columns given up on purpose, each with what became of the words that stood in it
GIVEN_UP: dict[str, str] = {}


def seals(state: ProjectState) -> Seals:
    """Every sealed column of a moment in the history of the tables, by its seal id."""
    return {
        field.seal_id: type(field)
        for model in state.models.values()
        for field in model.fields.values()
        if isinstance(field, SealedField)
    }


def broken(history: Iterable[tuple[str, Operation, str]], state: ProjectState) -> Iterator[str]:
    """What one operation after another did to a seal that words may be sealed under."""
    for name, operation, app in history:
        before = seals(state)
        operation.state_forwards(app, state)
        after = seals(state)
        for seal, kind in before.items():
            if seal not in after and seal not in GIVEN_UP:
                yield f"{name} loses {seal}: its words could not be opened any more"
            elif after.get(seal, kind) is not kind:
                yield f"{name} reads {seal} as something else than what was sealed"


def history() -> Iterator[tuple[str, Operation, str]]:
    """Every operation of our own migrations, in the order in which a new database meets them."""
    graph = MigrationLoader(None).graph
    done: set[tuple[str, str]] = set()
    for leaf in sorted(graph.leaf_nodes()):
        for node in graph.forwards_plan(leaf):
            if node not in done:
                done.add(node)
                migration = graph.nodes[node]
                yield from ((f"{node[0]}.{node[1]}", one, node[0]) for one in migration.operations)


def test_no_migration_changes_or_loses_a_seal() -> None:
    assert list(broken(history(), ProjectState())) == []


def test_the_models_carry_the_seals_that_the_migrations_gave_them() -> None:
    """A changed id in a model alone is found too: it would come with the next migration."""
    state = MigrationLoader(None).project_state()
    known = seals(state).keys()
    ours = {
        field.seal_id
        for model in ProjectState.from_apps(apps).models.values()
        if model.app_label in APPS
        for field in model.fields.values()
        if isinstance(field, SealedField)
    }

    assert ours <= known
    assert len(ours) > 10, "there are seals to judge"


# The rule catches what it is for


def letter(**fields: models.Field) -> CreateModel:  # type: ignore[type-arg]  # not generic at run time
    key = ("id", models.UUIDField(primary_key=True))
    return CreateModel("Letter", [key, *fields.items()])


FIRST = letter(body=SealedText(seal_id="letter.body"))


@pytest.mark.parametrize(
    ("then", "is_caught"),
    [
        ([AlterField("letter", "body", SealedText(seal_id="letter.words"))], True),
        ([AlterField("letter", "body", SealedJSON(seal_id="letter.body"))], True),
        ([AlterField("letter", "body", models.TextField(null=True))], True),
        ([RemoveField("letter", "body")], True),
        (
            [
                RemoveField("letter", "body"),
                AddField("letter", "words", SealedText(seal_id="letter.body")),
            ],
            True,
        ),
        ([DeleteModel("Letter")], True),
        ([RenameField("letter", "body", "words")], False),
        ([RenameModel("Letter", "Note")], False),
        ([AddField("letter", "title", SealedText(seal_id="letter.title"))], False),
        ([AlterField("letter", "body", SealedText(seal_id="letter.body", help_text="x"))], False),
    ],
)
def test_a_seal_that_changes_or_goes_is_caught_and_one_that_moves_with_its_column_is_not(
    then: list[Operation], *, is_caught: bool
) -> None:
    operations = [("here.0001", one, "here") for one in (FIRST, *then)]

    assert bool(list(broken(operations, ProjectState()))) is is_caught


def test_a_migration_is_judged_operation_by_operation() -> None:
    """Lost and given back within one migration, the column is empty all the same."""
    operations: list[tuple[str, Operation, str]] = [
        ("here.0002", FIRST, "here"),
        ("here.0002", RemoveField("letter", "body"), "here"),
        ("here.0002", AddField("letter", "body", SealedText(seal_id="letter.body")), "here"),
    ]

    assert list(broken(operations, ProjectState())) == [
        "here.0002 loses letter.body: its words could not be opened any more"
    ]
