"""Every table: what its columns tell about people, who may point at it, how it came about."""

from __future__ import annotations

from collections import Counter

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection, models
from django.db.migrations.loader import MigrationLoader

from kernel.ids import new_id
from kernel.privacy import Kind, declarations, undeclared
from kernel.tiers import Tier
from tests.architecture.source import APPS
from vault.fields import SealedField

MODELS = [model for app in APPS for model in apps.get_app_config(app).get_models()]
# Keys that are not made by the program, each with its reason
OTHER_KEYS = {
    "vault.KeyEncryptionKey",  # the id of its file on the key ring
    "agencies.AgencyUserObjectPermission",  # django-guardian's own shape
}

each_model = pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
Model = type[models.Model]


def sealed_fields(model: Model) -> set[str]:
    return {f.name for f in model._meta.concrete_fields if isinstance(f, SealedField)}


def test_there_are_records_to_judge() -> None:
    assert len(MODELS) > 10
    assert any(sealed_fields(model) for model in MODELS)


@each_model
def test_every_field_is_declared_once_and_nothing_else_is(model: Model) -> None:
    assert undeclared(model) == set()
    assert "Privacy" in vars(model), "each table says it for itself"


@each_model
def test_what_is_about_a_child_or_family_is_sealed_and_nothing_else_is(model: Model) -> None:
    declared = {name: one for name, one in declarations(model).items() if one.kind is Kind.CASE}

    assert set(declared) == sealed_fields(model)
    assert all(isinstance(one.tier, Tier) for one in declared.values())


@each_model
def test_keys_and_digests_are_declared_secret(model: Model) -> None:
    secret = {name for name, one in declarations(model).items() if one.kind is Kind.SECRET}
    looks = {f.name for f in model._meta.concrete_fields if isinstance(f, models.BinaryField)}

    assert looks - sealed_fields(model) <= secret


@each_model
def test_every_record_names_its_retention_class(model: Model) -> None:
    assert {one.keep for one in declarations(model).values()} != {""}


@each_model
def test_the_text_form_of_a_record_names_nobody(model: Model) -> None:
    key = new_id()

    assert str(model(pk=key)) == f"{model.__name__} {key}"


@each_model
def test_nothing_disappears_because_something_else_does(model: Model) -> None:
    for field in model._meta.concrete_fields:
        if isinstance(field, models.ForeignKey):
            assert field.remote_field.on_delete is models.PROTECT, field.name


@each_model
def test_keys_are_made_by_the_program(model: Model) -> None:
    key = model._meta.pk

    if model._meta.label not in OTHER_KEYS:
        assert isinstance(key, models.UUIDField)
        assert key.default is new_id


@each_model
def test_no_record_comes_in_an_order_that_its_query_did_not_ask_for(model: Model) -> None:
    assert model._meta.ordering in ([], ())


def test_every_sealed_column_has_a_seal_of_its_own() -> None:
    seals = Counter(
        field.seal_id
        for model in MODELS
        for field in model._meta.concrete_fields
        if isinstance(field, SealedField)
    )

    assert [seal for seal, count in seals.items() if count > 1] == []


@each_model
def test_every_sealed_column_is_written_once_and_takes_sealed_values_only(
    db: None, model: Model
) -> None:
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgargs FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid "
            "WHERE tgrelid = %s::regclass AND proname = 'vault_write_once' AND tgenabled = 'O'",
            [table],
        )
        guarded = {
            name for row in cursor.fetchall() for name in bytes(row[0]).decode().split("\0") if name
        }
        cursor.execute(
            "SELECT pg_get_constraintdef(oid) FROM pg_constraint "
            "WHERE conrelid = %s::regclass AND contype = 'c'",
            [table],
        )
        checks = " ".join(row[0] for row in cursor.fetchall())

    assert guarded == sealed_fields(model)
    assert all(f"octet_length({name}) > 44" in checks for name in sealed_fields(model))


@pytest.mark.parametrize("app", APPS)
def test_migrations_follow_each_other_in_one_line(app: str) -> None:
    loader = MigrationLoader(None)
    ours = sorted(key for key in loader.disk_migrations if key[0] == app)

    assert len(loader.graph.leaf_nodes(app)) == (1 if ours else 0)
    for number, key in enumerate(ours):
        parents = [p for p in loader.disk_migrations[key].dependencies if p[0] == app]
        assert parents == ([] if number == 0 else [ours[number - 1]])
        assert key[1].startswith(f"{number + 1:04}_")


def test_no_migration_is_missing(db: None) -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
