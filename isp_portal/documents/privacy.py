"""Every field of every table: what it tells about people, at which tier, and how long it is kept."""

from __future__ import annotations

from collections.abc import Iterator

from django.apps import AppConfig
from django.db import models

from isp_portal.documents.markdown import NO, YES, code, document, first_sentence, table
from isp_portal.documents.ours import library_models, our_models
from kernel.privacy import Declaration, Kind, declarations
from vault.fields import SealedField

INTRODUCTION = """
Each field is declared beside its model in `class Privacy`, and a field that nobody declared fails
the tests. What each retention class means is in [retention](retention.md); why a column may stay
clear is argued in [the vault](../explanation/vault.md).
"""
KINDS = {
    Kind.CLEAR: "Says nothing about a person: statuses, dates of work, references to other rows",
    Kind.STAFF: "About a professional at work. Shown to that person on request",
    Kind.CASE: "About a child or family. Sealed in the vault. Shown on a subject access request, "
    "after review",
    Kind.SECRET: "Keys, digests and codes. Shown to nobody",
}
LIBRARIES = """
## Tables of libraries

Made by Django and its extensions. They hold schedules, permissions by number, and digests of
addresses that failed to sign in; nothing about a child or family is written to them.
"""


def page() -> str:
    """The page of fields."""
    kinds = table(["Kind", "Meaning"], [(code(kind.value), KINDS[kind]) for kind in Kind])
    sections = [part for app, found in our_models() for part in _app(app, found)]
    others = [[code(model._meta.db_table)] for model in library_models()]
    return document(
        "Privacy: every field",
        INTRODUCTION,
        kinds,
        *sections,
        LIBRARIES,
        table(["Table"], sorted(others)),
    )


def _app(app: AppConfig, found: list[type[models.Model]]) -> Iterator[str]:
    yield f"## {app.verbose_name}"
    for model in found:
        yield _model(model)


def _model(model: type[models.Model]) -> str:
    declared = declarations(model)
    fields = (*model._meta.concrete_fields, *model._meta.many_to_many)
    rows = [_row(field, declared[field.name]) for field in fields if field.name in declared]
    rights = (
        f"Table {code(model._meta.db_table)}. Database rights: application "
        f"{code(getattr(model, 'app_may', ''))}, disposer {code(getattr(model, 'disposer_may', ''))}."
    )
    return "\n\n".join(
        [
            f"### {model.__name__}",
            first_sentence(model),
            rights,
            table(["Field", "Kind", "Sealed", "Highest tier", "Kept as"], rows),
        ]
    )


def _row(field: models.Field, declared: Declaration) -> tuple[object, ...]:  # type: ignore[type-arg]
    return (
        code(field.name),
        code(declared.kind.value),
        YES if isinstance(field, SealedField) else NO,
        declared.tier.label if declared.tier else NO,
        code(declared.keep),
    )
